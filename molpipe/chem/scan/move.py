"""A molecule with one internal coordinate at another value: two rigid parts, moved apart."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from rdkit import Chem

from molpipe.chem.distances import find_clash
from molpipe.chem.scan.coordinate import Coordinate
from molpipe.errors import InputError
from molpipe.model.arrays import FloatArray
from molpipe.model.identity import COORDINATE_DECIMALS
from molpipe.model.molecule import Geometry

BONDED: Final = 1.3
"""Atoms nearer than this times the sum of their covalent radii are bonded."""

_LINEAR: Final = 1e-6
_TABLE: Final = Chem.GetPeriodicTable()


def moved(geometry: Geometry, coordinate: Coordinate, value: float) -> Geometry:
    """The geometry with ``coordinate`` at ``value`` [angstrom or degree], all else rigid.

    The last atom of the coordinate moves, and what hangs on it.

    Raises:
        InputError: ``VALUES``; ``NOT_BONDED``; ``IN_A_RING``, where the part that should move
            hangs on the other one in two places; ``LINEAR``, a torsion about a straight angle;
            ``CLASH``, two atoms would be closer than any bond.
    """
    coordinate.check(value)
    places = np.array(geometry.coordinates)
    if coordinate.kind == "stretch":
        places = _stretched(places, value)
    else:
        places = _turned(geometry, places, coordinate, value)
    places = np.round(places, COORDINATE_DECIMALS) + 0.0  # no -0.0
    clash = find_clash(geometry.symbols, places)
    label = coordinate.label(geometry.symbols)
    if clash:
        raise InputError(f"{label} at {value:g}: {clash}", hint="leave it out", code="CLASH")
    return Geometry(
        symbols=geometry.symbols,
        coordinates=places,
        charge=geometry.charge,
        multiplicity=geometry.multiplicity,
        origin=f"{geometry.origin}, {label} set to {value:g}",
    )


def measure(places: FloatArray, atoms: Sequence[int]) -> float:
    """The distance [angstrom], angle or torsion [degree] between two, three or four atoms.

    Args:
        places: coordinates (natom, 3) [angstrom].
        atoms: counted from 0.
    """
    steps = np.diff(places[list(atoms)], axis=0)
    if len(steps) == 1:
        return float(np.linalg.norm(steps[0]))
    if len(steps) == 2:
        cosine = -steps[0] @ steps[1] / np.prod(np.linalg.norm(steps, axis=1))
        return float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))
    axis = steps[1] / np.linalg.norm(steps[1])
    one, other = np.cross(steps[0], axis), np.cross(axis, steps[2])
    sine, cosine = np.cross(one, other) @ axis, one @ other
    return float(np.degrees(np.arctan2(sine, cosine)))


def _stretched(places: FloatArray, value: float) -> FloatArray:
    if len(places) < 2:
        raise InputError("one atom has no distances", code="ATOMS")
    distances = np.linalg.norm(places[:, None] - places[None], axis=2)
    shortest = distances[~np.eye(len(places), dtype=bool)].min()
    center = places.mean(axis=0)
    return np.asarray(center + (places - center) * value / shortest)


def _turned(
    geometry: Geometry, places: FloatArray, coordinate: Coordinate, value: float
) -> FloatArray:
    """Bonds are pulled, angles and torsions turned about their axis."""
    atoms, kind = coordinate.atoms, coordinate.kind
    pivot = atoms[-2] if kind != "torsion" else atoms[1]
    handle = atoms[-1] if kind != "torsion" else atoms[2]
    for one, other in pairwise(atoms):
        if (one, other) != (pivot, handle):
            _check_bond(geometry, one, other)
    part = list(_hanging_on(geometry, pivot, handle))
    if kind == "bond":
        step = places[handle] - places[pivot]
        length = float(np.linalg.norm(step))
        places[part] += step / length * (value - length)
        return places
    axis = _axis(geometry, places, coordinate)
    angle = np.radians(value - measure(places, atoms))
    center = places[pivot]
    places[part] = center + (places[part] - center) @ _rotation(axis, angle).T
    return places


def _axis(geometry: Geometry, places: FloatArray, coordinate: Coordinate) -> FloatArray:
    """The unit vector that opens the angle, or turns the torsion, when turned about."""
    if coordinate.kind == "torsion":
        i, j, k, m = coordinate.atoms
        for corner in ((i, j, k), (j, k, m)):
            if np.sin(np.radians(measure(places, corner))) < _LINEAR:
                raise InputError(
                    f"{coordinate.label(geometry.symbols)}: three of its atoms are in line",
                    hint="choose atoms beside the line",
                    code="LINEAR",
                )
        axis = places[k] - places[j]
    else:
        i, j, k = coordinate.atoms
        one, other = places[i] - places[j], places[k] - places[j]
        axis = np.cross(one, other)
        if np.linalg.norm(axis) < _LINEAR:  # any plane through the line will do
            axis = np.cross(one, np.eye(3)[int(np.abs(one).argmin())])
    return np.asarray(axis / np.linalg.norm(axis))


def _rotation(axis: FloatArray, angle: float) -> FloatArray:
    """Rodrigues' matrix (3, 3) for a turn by ``angle`` [rad] about a unit vector."""
    x, y, z = axis
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    return np.asarray(np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross)


def _hanging_on(geometry: Geometry, pivot: int, handle: int) -> set[int]:
    """The atoms that move with ``handle`` when its bond to ``pivot`` is cut."""
    bonds = _bonds(geometry)
    joined = bool(bonds[pivot, handle])
    bonds[pivot, handle] = bonds[handle, pivot] = False
    part, edge = {handle}, [handle]
    while edge:
        for atom in map(int, np.flatnonzero(bonds[edge.pop()])):
            if atom not in part:
                part.add(atom)
                edge.append(atom)
    if pivot in part:
        one, other = _name(geometry, pivot), _name(geometry, handle)
        if not joined:
            _check_bond(geometry, pivot, handle)
        raise InputError(
            f"the bond {one}-{other} is in a ring: a rigid part that moves would tear it",
            hint="choose a bond outside the ring, or give the geometries as .xyz",
            code="IN_A_RING",
        )
    return part


def _check_bond(geometry: Geometry, one: int, other: int) -> None:
    if _bonds(geometry)[one, other]:
        return
    length = measure(geometry.coordinates, (one, other))
    near = ", ".join(_name(geometry, int(k)) for k in np.flatnonzero(_bonds(geometry)[one]))
    raise InputError(
        f"{_name(geometry, one)} and {_name(geometry, other)} are not bonded, they are "
        f"{length:.2f} angstrom apart",
        hint=f"bonded to {_name(geometry, one)}: {near or 'nothing'}",
        code="NOT_BONDED",
    )


def _bonds(geometry: Geometry) -> FloatArray:
    """Who is bonded to whom, by distance: booleans (natom, natom)."""
    radii = np.array([_TABLE.GetRcovalent(symbol) for symbol in geometry.symbols])
    places = geometry.coordinates
    distances = np.linalg.norm(places[:, None] - places[None], axis=2)
    bonded = distances < BONDED * (radii[:, None] + radii[None])
    np.fill_diagonal(bonded, False)
    return np.asarray(bonded)


def _name(geometry: Geometry, atom: int) -> str:
    return f"{geometry.symbols[atom]}{atom + 1}"

"""The pi system of a molecule, seen from its geometry alone.

The p functions perpendicular to the local plane of unsaturated atoms, and of the lone pairs
next to them, are the target of a projection (Sayfutyarova and Hammes-Schiffer 2019,
doi:10.1021/acs.jctc.8b01196).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from pyscf import gto
from pyscf.data import elements, radii

from molpipe.chem.active_space.atomic import AtomicFunctions, label, valence_shells
from molpipe.chem.active_space.projection import Target
from molpipe.errors import ActiveSpaceError
from molpipe.model.arrays import FloatArray

_STRETCH: Final = 1.3
"""Atoms closer than this times the sum of their covalent radii are bonded."""

_STRAIGHT: Final = -0.985
"""Cosine of an angle (170 degrees) beyond which two bonds are one line."""

_UNSATURATED: Final = {"B": 3, "C": 3, "Si": 3, "N": 2, "P": 2, "O": 1, "S": 1, "Se": 1}
"""With at most so many neighbours an atom has a p orbital left for a pi bond."""

_LONE_PAIR: Final = {"N": 3, "P": 3, "O": 2, "S": 2, "Se": 2}
"""With so many neighbours an atom has a lone pair, conjugated beside an unsaturated atom."""


def pi_target(molecule: gto.Mole) -> Target:
    """The pi system, both planes of it where atoms stand in a line.

    Raises:
        ActiveSpaceError: no two neighbouring atoms are unsaturated.
    """
    axes = pi_axes(molecule)
    if not axes:
        raise ActiveSpaceError(
            "the molecule has no pi system: no two neighbouring atoms are unsaturated",
            hint='name atoms ("atoms:1,2"), a bond ("bond:1-2") or a size ("6,6")',
        )
    functions = AtomicFunctions(molecule)
    columns = [
        functions.columns(functions.shell(atom, _p_shell(molecule, atom))) @ directions.T
        for atom, directions in axes.items()
    ]
    return functions.target(f"the pi system of {label(molecule, axes)}", np.hstack(columns))


def pi_axes(molecule: gto.Mole) -> dict[int, FloatArray]:
    """Directions (n, 3) of the pi orbitals of each atom of the pi system, counted from 0."""
    bonds = _bonds(molecule)
    symbols = [molecule.atom_pure_symbol(i) for i in range(molecule.natm)]
    count = [len(neighbours) for neighbours in bonds]
    open_shells = {i for i, s in enumerate(symbols) if count[i] <= _UNSATURATED.get(s, -1)}
    donors = {
        i
        for i, s in enumerate(symbols)
        if count[i] == _LONE_PAIR.get(s) and open_shells.intersection(bonds[i])
    }
    members = open_shells | donors
    members = {i for i in members if members.intersection(bonds[i])}
    return {i: _directions(molecule.atom_coords(), bonds, i) for i in sorted(members)}


def _bonds(molecule: gto.Mole) -> list[list[int]]:
    """Neighbours of each atom; the nearest atom always is one, however far it was pulled."""
    coordinates = molecule.atom_coords()
    distances = np.linalg.norm(coordinates[:, None] - coordinates, axis=2)
    sizes = np.array([radii.COVALENT[elements.charge(s)] for s in molecule.elements])
    bonded = distances < _STRETCH * (sizes[:, None] + sizes)
    np.fill_diagonal(distances, np.inf)
    nearest = distances == distances.min(axis=1, keepdims=True)
    bonded |= nearest | nearest.T
    np.fill_diagonal(bonded, val=False)
    return [np.flatnonzero(row).tolist() for row in bonded]


def _directions(coordinates: FloatArray, bonds: list[list[int]], atom: int) -> FloatArray:
    """The normal of the local plane, or two directions across the local axis."""
    own = _bond_vectors(coordinates, bonds, atom)
    if len(own) == 1:
        (neighbour,) = bonds[atom]
        beyond = _bond_vectors(coordinates, bonds, neighbour)
        return _across(own[0]) if _is_straight(beyond) else _normal(beyond)
    return _across(own[0]) if _is_straight(own) else _normal(own)


def _bond_vectors(coordinates: FloatArray, bonds: list[list[int]], atom: int) -> FloatArray:
    vectors = coordinates[bonds[atom]] - coordinates[atom]
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def _is_straight(vectors: FloatArray) -> bool:
    return len(vectors) == 1 or (len(vectors) == 2 and vectors[0] @ vectors[1] < _STRAIGHT)


def _normal(vectors: FloatArray) -> FloatArray:
    """Normal (1, 3) of the plane through the ends of three bonds, or along two bonds."""
    if len(vectors) == 2:
        normal = np.cross(vectors[0], vectors[1])
        return np.asarray(normal / np.linalg.norm(normal))[None]
    return np.asarray(np.linalg.svd(vectors - vectors.mean(axis=0))[2][-1:])


def _across(axis: FloatArray) -> FloatArray:
    """Two directions (2, 3) perpendicular to a line and to each other."""
    return np.asarray(np.linalg.svd(axis[None])[2][1:])


def _p_shell(molecule: gto.Mole, atom: int) -> str:
    return valence_shells(elements.charge(molecule.atom_pure_symbol(atom)))[-1]

"""From the settings to candidates: which orbitals, in which order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from molpipe.chem.active_space.atomic import atoms_target, frontier_target
from molpipe.chem.active_space.bond import bond_target
from molpipe.chem.active_space.candidates import Candidates, Wanted
from molpipe.chem.active_space.fractional import fractional_orbitals
from molpipe.chem.active_space.natural import (
    BrokenDown,
    NoNaturalOrbitals,
    blocks_of,
    natural_orbitals,
)
from molpipe.chem.active_space.pi_system import pi_target
from molpipe.chem.active_space.projection import Target, project
from molpipe.chem.meanfield import density_matrix
from molpipe.chem.orbitals import axes_ruler, diagonalise_blocks
from molpipe.errors import ActiveSpaceError
from molpipe.model.arrays import FloatArray
from molpipe.model.problem import MeanField
from molpipe.model.settings import Settings


@dataclass(frozen=True, kw_only=True, eq=False)
class Source:
    """What candidates are made from.

    ``space`` is the PySCF SCF object of the molecule that keeps the integrals, ``fock`` the
    spin-averaged Fock matrix (n_ao, n_ao) [Ha], ``n_core`` counts the frozen orbitals, the
    lowest ones.
    """

    space: Any
    mean_field: MeanField
    fock: FloatArray
    n_core: int


def prepare(source: Source, settings: Settings) -> Candidates:
    """Candidates as the settings ask for them, or others with the reason in ``note``.

    MP2 natural orbitals give way to unrestricted ones where perturbation theory has broken
    down, and these to canonical ones where no unrestricted solution lies lower.

    Args:
        source: the converged determinant and its integrals.
        settings: ``orbitals`` and ``active_space`` are used.

    Raises:
        ActiveSpaceError: the molecule does not have what ``active_space`` names.
    """
    target = _target(source, settings)
    if target is not None:
        return _projected(source, target, settings)
    if settings.orbitals == "canonical":
        return _canonical(source)
    part = settings.active_space != "full"
    if settings.orbitals == "uhf-natural" and part:
        return _unrestricted(source)
    try:
        found = natural_orbitals(source.space, source.mean_field, n_core=source.n_core)
    except NoNaturalOrbitals as reason:
        if part and isinstance(reason, BrokenDown):
            return _unrestricted(source, f"{reason}")
        return _canonical(source, f"canonical orbitals, because {reason}")
    return _candidates(source, "mp2-natural", *found)


def _target(source: Source, settings: Settings) -> Target | None:
    """What the chemist named, or what the kind of orbitals looks at."""
    molecule = source.space.mol
    named = settings.named_space
    if named is None:
        kinds = {"pi": pi_target, "avas": frontier_target}
        make = kinds.get(settings.orbitals) if settings.active_space != "full" else None
        return make(molecule) if make else None
    atoms = tuple(number - 1 for number in named.atoms)
    if atoms and max(atoms) >= molecule.natm:
        raise ActiveSpaceError(
            f"active_space = {settings.active_space}: the molecule has {molecule.natm} atoms",
            hint="atoms are counted from 1 in the order of the row's geometry",
        )
    if named.kind == "pi":
        return pi_target(molecule)
    if named.kind == "atoms":
        return atoms_target(molecule, atoms)
    return bond_target(molecule, (atoms[0], atoms[1]), density_matrix(source.mean_field))


def _projected(source: Source, target: Target, settings: Settings) -> Candidates:
    """The orbitals that look like the target nearest to the frontier, the most active first."""
    blocks, wanted = project(
        blocks_of(source.mean_field, source.n_core), target, axes_ruler(source.space.mol)
    )
    label = "pi" if "pi" in (settings.orbitals, settings.active_space) else "avas"
    order = _by_energy if settings.orbitals == "canonical" else _by_occupation
    return _candidates(source, label, *order(source, blocks), wanted=wanted)


def _by_occupation(source: Source, blocks: list[FloatArray]) -> tuple[FloatArray, FloatArray]:
    """MP2 natural orbitals and occupations within each block, or canonical ones without MP2."""
    try:
        return natural_orbitals(
            source.space, source.mean_field, n_core=source.n_core, blocks=blocks
        )
    except NoNaturalOrbitals:
        return _by_energy(source, blocks)


def _by_energy(source: Source, blocks: list[FloatArray]) -> tuple[FloatArray, FloatArray]:
    core = source.mean_field.mo_coeff[:, : source.n_core]
    orbitals, _ = diagonalise_blocks(source.fock, blocks, axes_ruler(source.space.mol))
    return np.hstack([core, orbitals]), source.mean_field.mo_occ


def _canonical(source: Source, note: str = "") -> Candidates:
    mean_field = source.mean_field
    return _candidates(source, "canonical", mean_field.mo_coeff, mean_field.mo_occ, note=note)


def _unrestricted(source: Source, why: str = "") -> Candidates:
    """UHF natural orbitals, else canonical ones; ``why`` they stand in for MP2's."""
    try:
        coefficients, occupations, wanted = fractional_orbitals(
            source.space, source.mean_field, source.fock, n_core=source.n_core
        )
    except NoNaturalOrbitals as reason:
        note = " and ".join(text for text in (why, str(reason)) if text)
        return _canonical(source, f"canonical orbitals, because {note}")
    return _candidates(
        source,
        "uhf-natural",
        coefficients,
        occupations,
        wanted=wanted,
        note=f"uhf-natural orbitals, because {why}" if why else "",
        keeps_determinant=False,
    )


def _candidates(
    source: Source,
    label: str,
    coefficients: FloatArray,
    occupations: FloatArray,
    *,
    wanted: Wanted | None = None,
    note: str = "",
    keeps_determinant: bool = True,
) -> Candidates:
    n_double, n_single, n_empty = (int((source.mean_field.mo_occ == n).sum()) for n in (2, 1, 0))
    return Candidates(
        label=label,
        note=note,
        coefficients=coefficients,
        occupations=occupations,
        energies=np.einsum("pi,pq,qi->i", coefficients, source.fock, coefficients, optimize=True),
        n_core=source.n_core,
        n_double=n_double - source.n_core,
        n_single=n_single,
        n_empty=n_empty,
        wanted=wanted,
        keeps_determinant=keeps_determinant,
    )

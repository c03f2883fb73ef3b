"""From a geometry to the active-space Hamiltonian."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from molpipe.chem.active_space import Selection, Source, choose, frozen_core, prepare, select
from molpipe.chem.active_space.casscf import relax_orbitals
from molpipe.chem.active_space.hartree_fock import determinant_energy, with_determinant
from molpipe.chem.active_space.series import continued, follow, neighbour_overlap
from molpipe.chem.basis import build_molecule
from molpipe.chem.integrals import active_integrals
from molpipe.chem.meanfield import density_matrix, fock_matrix, solve_keeping_integrals
from molpipe.chem.orbitals import axes_ruler, diagonalise_blocks
from molpipe.chem.solvent.continuum import Continuum
from molpipe.chem.solvent.response import settle
from molpipe.errors import InvariantError
from molpipe.model.arrays import FloatArray
from molpipe.model.molecule import Geometry
from molpipe.model.problem import ActiveSpaceProblem, MeanField, ReactionField
from molpipe.model.settings import Settings
from molpipe.units import mha

_SAME_DETERMINANT: Final = 1e-8
"""The active space must reproduce the energy of its determinant this well [Ha]."""

_WORTH_SAYING: Final = 0.05
"""A determinant further than this [mHa] from Hartree-Fock is mentioned."""


def build_problem(
    geometry: Geometry, settings: Settings, neighbour: ActiveSpaceProblem | None = None
) -> ActiveSpaceProblem:
    """The Hamiltonian that CCSD, CASCI and VQE of this molecule share.

    Hartree-Fock, frozen core, candidates for the active space, the choice, semicanonical
    orbitals in a fixed gauge, integrals. A solvent is part of it, as a frozen reaction field.

    Args:
        geometry: the molecule [angstrom].
        settings: ``basis``, ``frozen_core``, ``active_space``, ``max_qubits``, ``orbitals``,
            ``solvent`` and ``limits.memory_gb`` are used.
        neighbour: a neighbouring point of the same series, whose space is followed.

    Raises:
        UnsupportedMolecule: see :func:`molpipe.chem.meanfield.solve`, and
            :func:`molpipe.chem.solvent.response.settle`.
        SCFNotConverged: Hartree-Fock failed.
        ActiveSpaceError: the space asked for does not fit.
        CalculationError: the orbitals could not be optimised.
        InvariantError: the active space does not reproduce the energy of its determinant.
    """
    build = partial(_build, geometry, settings, neighbour)
    first = build()
    if settings.continuum is None:
        return first
    molecule = build_molecule(geometry, settings.basis, memory_gb=settings.limits.memory_gb)
    continuum = Continuum.around(molecule, settings.continuum)
    return settle(first, build, continuum)


def _build(
    geometry: Geometry,
    settings: Settings,
    neighbour: ActiveSpaceProblem | None,
    reaction_field: ReactionField | None = None,
) -> ActiveSpaceProblem:
    mean_field, space = solve_keeping_integrals(geometry, settings, reaction_field)
    return active_problem(geometry, mean_field, space, settings, neighbour)


def active_problem(
    geometry: Geometry,
    mean_field: MeanField,
    space: Any,
    settings: Settings,
    neighbour: ActiveSpaceProblem | None = None,
) -> ActiveSpaceProblem:
    """As :func:`build_problem`, from a mean field and the PySCF object with its integrals."""
    n_core = frozen_core(space.mol, mean_field) if settings.frozen_core else 0
    source = Source(
        space=space,
        mean_field=mean_field,
        fock=fock_matrix(space, density_matrix(mean_field)),
        n_core=n_core,
    )
    selection = _select(source, settings, neighbour)
    fock = _fock(source, selection)
    blocks = [selection.double, selection.single, selection.empty]
    orbitals, energies = diagonalise_blocks(fock, blocks, axes_ruler(space.mol))
    core_energy, one_body, two_body = active_integrals(
        space, inactive=selection.inactive, active=orbitals
    )
    kept = selection.keeps_determinant
    energy = mean_field.energy if kept else determinant_energy(space, selection)
    problem = ActiveSpaceProblem(
        geometry=geometry,
        mean_field=mean_field,
        n_frozen_core=n_core,
        n_inactive=selection.inactive.shape[1],
        nelec=selection.nelec,
        core_energy=core_energy,
        one_body=one_body,
        two_body=two_body,
        orbital_coeff=orbitals,
        inactive_coeff=selection.inactive,
        orbital_energies=energies,
        occupations=selection.occupations,
        orbitals=selection.label,
        selection_reason=selection.reason + _about_determinant(energy, mean_field),
        neighbour_overlap=None
        if neighbour is None
        else neighbour_overlap(neighbour, space.mol, orbitals),
    )
    _check(problem, energy)
    return problem


def _select(source: Source, settings: Settings, neighbour: ActiveSpaceProblem | None) -> Selection:
    """The orbitals of the space; where they mix occupied and empty ones, its determinant too."""
    optimised = settings.orbitals == "casscf"
    if neighbour is not None and optimised:
        selection = continued(source, neighbour)
    elif neighbour is not None:
        selection = follow(source, prepare(source, settings), neighbour)
    else:
        candidates = prepare(source, settings)
        selection = select(candidates, choose(candidates, settings))
    if optimised:
        selection = relax_orbitals(source, selection)
    return selection if selection.keeps_determinant else with_determinant(source, selection)


def _fock(source: Source, selection: Selection) -> FloatArray:
    """Spin-averaged Fock matrix (n_ao, n_ao) [Ha] of the reference determinant."""
    if selection.keeps_determinant:
        return source.fock
    return fock_matrix(source.space, selection.density)


def _about_determinant(energy: float, mean_field: MeanField) -> str:
    """How far [mHa] mixing occupied and empty orbitals has moved the determinant."""
    moved = mha(energy - mean_field.energy)
    if abs(moved) < _WORTH_SAYING:
        return ""
    side = "above" if moved > 0 else "below"
    return f"; its determinant lies {abs(moved):.1f} mHa {side} Hartree-Fock"


def _check(problem: ActiveSpaceProblem, energy: float) -> None:
    """The Hamiltonian gives its determinant the energy [Ha] that the determinant has."""
    error = problem.hf_energy - energy
    if not abs(error) < _SAME_DETERMINANT:
        raise InvariantError(
            f"the active space gives its determinant an energy that is {error:.1e} Ha off",
            hint="please report this molecule and its settings",
        )
    counted = tuple(problem.n_inactive + n for n in problem.nelec)
    if counted != problem.mean_field.nelec:
        raise InvariantError(
            f"{counted} electrons inside and below the space, "
            f"{problem.mean_field.nelec} in the molecule",
            hint="please report this molecule and its settings",
        )

"""From a geometry to the active-space Hamiltonian."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np

from molpipe.chem.active_space import Candidates, Choice, choose, frozen_core, prepare
from molpipe.chem.integrals import active_integrals
from molpipe.chem.meanfield import density_matrix, fock_matrix, solve_keeping_integrals
from molpipe.chem.orbitals import axes_ruler, diagonalise_blocks
from molpipe.errors import InvariantError
from molpipe.model.molecule import Geometry
from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.settings import Settings

_SAME_DETERMINANT: Final = 1e-8
"""The active space must reproduce the Hartree-Fock energy this well [Ha]."""


def build_problem(geometry: Geometry, settings: Settings) -> ActiveSpaceProblem:
    """The Hamiltonian that CCSD, CASCI and VQE of this molecule share.

    Hartree-Fock, frozen core, candidates for the active space, the choice, semicanonical
    orbitals in a fixed gauge, integrals.

    Args:
        geometry: the molecule [angstrom].
        settings: ``basis``, ``frozen_core``, ``active_space``, ``max_qubits``, ``orbitals``
            and ``limits.memory_gb`` are used.

    Raises:
        UnsupportedMolecule: see :func:`molpipe.chem.meanfield.solve`.
        SCFNotConverged: Hartree-Fock failed.
        ActiveSpaceError: the space asked for does not fit.
        InvariantError: the active space does not reproduce the Hartree-Fock energy.
    """
    mean_field, space = solve_keeping_integrals(geometry, settings)
    fock = fock_matrix(space, density_matrix(mean_field))
    n_core = frozen_core(space.mol, mean_field) if settings.frozen_core else 0
    candidates = prepare(space, mean_field, fock, kind=settings.orbitals, n_core=n_core)
    choice = choose(candidates, settings)
    n_inactive = n_core + candidates.n_double - choice.n_double
    edges = _edges(candidates, choice)
    blocks = [candidates.coefficients[:, a:b] for a, b in pairwise(edges)]
    orbitals, energies = diagonalise_blocks(fock, blocks, axes_ruler(space.mol))
    core_energy, one_body, two_body = active_integrals(
        space, inactive=candidates.coefficients[:, :n_inactive], active=orbitals
    )
    problem = ActiveSpaceProblem(
        geometry=geometry,
        mean_field=mean_field,
        n_frozen_core=n_core,
        n_inactive=n_inactive,
        nelec=(choice.n_double + candidates.n_single, choice.n_double),
        core_energy=core_energy,
        one_body=one_body,
        two_body=two_body,
        orbital_coeff=orbitals,
        orbital_energies=energies,
        occupations=candidates.occupations[edges[0] : edges[-1]],
        orbitals=candidates.label,
        selection_reason=choice.reason,
    )
    _check(problem)
    return problem


def _edges(candidates: Candidates, choice: Choice) -> list[int]:
    """Where the doubly occupied, singly occupied and empty active orbitals start and end."""
    start = candidates.n_core + candidates.n_double - choice.n_double
    sizes = [choice.n_double, candidates.n_single, choice.n_empty]
    return [start, *(start + np.cumsum(sizes)).tolist()]


def _check(problem: ActiveSpaceProblem) -> None:
    error = problem.hf_energy - problem.mean_field.energy
    if not abs(error) < _SAME_DETERMINANT:
        raise InvariantError(
            f"the determinant of the active space is {error:.1e} Ha off the Hartree-Fock energy",
            hint="please report this molecule and its settings",
        )
    expected = tuple(problem.n_inactive + n for n in problem.nelec)
    if expected != problem.mean_field.nelec:
        raise InvariantError(
            f"{expected} electrons inside and below the space, "
            f"{problem.mean_field.nelec} in the molecule",
            hint="please report this molecule and its settings",
        )

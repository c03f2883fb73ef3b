"""One space along a series: the orbitals that continue those of a neighbouring point."""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt
import scipy.linalg
from pyscf import gto

from molpipe.chem.active_space.candidates import Candidates, size
from molpipe.chem.active_space.carry import carry
from molpipe.chem.active_space.choice import Choice
from molpipe.chem.active_space.prepare import Source
from molpipe.chem.active_space.selection import Selection, select
from molpipe.chem.basis import build_molecule
from molpipe.errors import ActiveSpaceError
from molpipe.model.arrays import FloatArray
from molpipe.model.problem import ActiveSpaceProblem


def follow(source: Source, candidates: Candidates, neighbour: ActiveSpaceProblem) -> Selection:
    """Of this point's candidates as many as the neighbour has, those most like its orbitals.

    The orbitals are this point's own, so they fit its geometry; only which of them are taken
    comes from the neighbour. Doubly occupied and empty ones are each taken by the part of
    them that lies in the neighbour's space.

    Args:
        source: this point's determinant and integrals.
        candidates: orbitals of this point.
        neighbour: another point of the series.

    Raises:
        ActiveSpaceError: the neighbour is another molecule, basis set or spin state.
    """
    _check_kinship(source, neighbour)
    c = candidates
    shared = neighbour_overlap(neighbour, source.space.mol, c.coefficients)
    weights = (shared**2).sum(axis=0)
    choice = _same_size(neighbour, f"the {c.label} orbitals", c.note)
    order = _order(weights, c, choice)
    ordered = dataclasses.replace(
        c,
        coefficients=c.coefficients[:, order],
        occupations=c.occupations[order],
        energies=c.energies[order],
    )
    return select(ordered, choice)


def continued(source: Source, neighbour: ActiveSpaceProblem) -> Selection:
    """The neighbour's own orbitals at this geometry, from where they can be optimised.

    Raises:
        ActiveSpaceError: as :func:`follow`.
    """
    _check_kinship(source, neighbour)
    molecule, n_core = source.space.mol, source.n_core
    inactive = np.asarray(neighbour.inactive_coeff)[:, n_core:]
    theirs = _carried(np.hstack([inactive, neighbour.orbital_coeff]), molecule, neighbour)
    core, overlap = source.mean_field.mo_coeff[:, :n_core], source.space.get_ovlp()
    outside = theirs - core @ (core.T @ overlap @ theirs)
    root = scipy.linalg.sqrtm(outside.T @ overlap @ outside).real
    orbitals = np.linalg.solve(root, outside.T).T
    alpha, beta = neighbour.nelec
    n_inactive = inactive.shape[1]
    inside = orbitals[:, n_inactive:]
    choice = _same_size(neighbour, "orbitals")
    return Selection(
        inactive=np.hstack([core, orbitals[:, :n_inactive]]),
        double=inside[:, :beta],
        single=inside[:, beta:alpha],
        empty=inside[:, alpha:],
        occupations=neighbour.occupations,
        label=neighbour.orbitals,
        reason=choice.reason,
        keeps_determinant=False,
    )


def neighbour_overlap(
    neighbour: ActiveSpaceProblem, molecule: gto.Mole, orbitals: FloatArray
) -> FloatArray:
    """Overlap of the neighbour's active orbitals, moved along with their atoms, and others.

    Args:
        neighbour: another point of the series, with n active orbitals.
        molecule: this point in its basis.
        orbitals: (n_ao, m) at this point.

    Returns:
        (n, m), rows for the neighbour. Its singular values are 1 where an orbital continues
        and 0 where another one has taken its place.
    """
    carried = _carried(neighbour.orbital_coeff, molecule, neighbour)
    return np.asarray(carried.T @ molecule.intor_symmetric("int1e_ovlp") @ orbitals)


def beside(problem: ActiveSpaceProblem, neighbour: ActiveSpaceProblem) -> ActiveSpaceProblem:
    """The problem with its orbitals' overlap with those of any point of its series."""
    molecule = build_molecule(problem.geometry, problem.mean_field.basis)
    overlap = neighbour_overlap(neighbour, molecule, problem.orbital_coeff)
    return dataclasses.replace(problem, neighbour_overlap=overlap)


def _carried(orbitals: FloatArray, molecule: gto.Mole, neighbour: ActiveSpaceProblem) -> FloatArray:
    origin = build_molecule(neighbour.geometry, neighbour.mean_field.basis)
    return carry(orbitals, origin, molecule)


def _order(weights: FloatArray, c: Candidates, choice: Choice) -> npt.NDArray[np.intp]:
    """The candidates with the heaviest of each side at the frontier, else in their own order."""
    start, end = c.n_core + c.n_double, c.n_core + c.n_double + c.n_single
    heaviest = np.argsort(-weights, kind="stable")
    double = heaviest[(heaviest >= c.n_core) & (heaviest < start)][: choice.n_double]
    empty = heaviest[heaviest >= end][: choice.n_empty]
    rank = np.zeros(len(weights), dtype=int)
    rank[: c.n_core], rank[end:] = -1, 3
    rank[double], rank[start:end], rank[empty] = 1, 1, 2
    return np.argsort(rank, kind="stable")


def _same_size(neighbour: ActiveSpaceProblem, which: str, note: str = "") -> Choice:
    alpha, beta = neighbour.nelec
    n_empty = neighbour.n_orbitals - alpha
    whole = size(beta, alpha - beta, n_empty)
    reason = f"{whole}: {which} that continue those of the neighbouring point of the series"
    return Choice(n_double=beta, n_empty=n_empty, reason=f"{reason}; {note}" if note else reason)


def _check_kinship(source: Source, neighbour: ActiveSpaceProblem) -> None:
    here, there = source.mean_field, neighbour.mean_field
    same = (
        source.space.mol.elements == list(neighbour.geometry.symbols)
        and (here.basis, here.nelec) == (there.basis, there.nelec)
        and source.n_core == neighbour.n_frozen_core
    )
    if not same:
        raise ActiveSpaceError(
            "the neighbouring point of the series has other atoms, electrons or basis functions",
            hint="points of one series share atoms in their order, charge, multiplicity, basis "
            "set and frozen core",
        )

"""The same molecule in other orbitals is its own neighbour: the optimum must be found at once."""

from dataclasses import replace

import numpy as np
import pytest

from molpipe.chem.reference import reference_energies
from molpipe.model.series import SeriesPoint
from molpipe.quantum.ansatz import build_ansatz
from molpipe.quantum.ansatz.continuation import continued
from molpipe.quantum.backends.sector import SectorBackend
from molpipe.quantum.vqe import minimise
from tests.quantum.molecules import SETTINGS, solved

ANOTHER_ORDER = 3e-6
"""Factors with equal denominators stand by index, so that swapped orbitals swap some [Ha]."""

CONVERGED = 1e-9
"""Error [Ha] of an optimum with a gradient of 1e-6 Ha."""


def turned(problem, turn):
    """The problem in the orbitals ``turn`` (n, n), and their overlap with the first ones."""
    one, two = problem.one_body, problem.two_body
    return replace(
        problem,
        one_body=turn.T @ one @ turn,
        two_body=np.einsum("pqrs,pi,qj,rk,sl->ijkl", two, turn, turn, turn, turn, optimize=True),
        orbital_coeff=problem.orbital_coeff @ turn,
        neighbour_overlap=turn,
    )


@pytest.mark.parametrize("name", ["LiH", "CH2"])
def test_angles_follow_orbitals_that_changed_their_sign(name):
    problem, references = solved(name)
    first = minimise(problem, references, SETTINGS)
    sign = np.where(np.arange(problem.n_orbitals) % 2, -1.0, 1.0)
    there = turned(problem, np.diag(sign))
    ansatz = build_ansatz(there, reference_energies(there, SETTINGS), SETTINGS)
    old = build_ansatz(problem, references, SETTINGS)
    start = continued(ansatz, old, first.parameters, there.neighbour_overlap)
    assert np.abs(start) == pytest.approx(np.abs(first.parameters), abs=1e-6)
    assert (np.sign(start) != np.sign(first.parameters)).any()


def test_the_optimum_of_the_neighbour_is_an_optimum_in_swapped_orbitals():
    """Two occupied orbitals of H4 change places, and one of them its sign."""
    problem, references = solved("H4")
    first = minimise(problem, references, SETTINGS)
    turn = np.eye(problem.n_orbitals)[:, [1, 0, 2, 3]] * [1, -1, 1, 1]
    there = turned(problem, turn)
    there = replace(there, orbital_energies=problem.orbital_energies[[1, 0, 2, 3]])
    ansatz = build_ansatz(there, reference_energies(there, SETTINGS), SETTINGS)
    old = build_ansatz(problem, references, SETTINGS)
    start = continued(ansatz, old, first.parameters, turn)
    backend = SectorBackend(there, ansatz)
    assert backend.energy(start) == pytest.approx(first.energy, abs=ANOTHER_ORDER)
    assert backend.energy(ansatz.start) > first.energy + 2 * ANOTHER_ORDER


def test_orbitals_that_are_not_the_neighbours_keep_their_own_start():
    problem, references = solved("H4")
    ansatz = build_ansatz(problem, references, SETTINGS)
    nothing_known = np.full((problem.n_orbitals,) * 2, 0.5)
    start = continued(ansatz, ansatz, np.ones(ansatz.n_parameters), nothing_known)
    assert np.array_equal(start, ansatz.start)


def test_a_lower_end_from_the_neighbours_optimum_is_kept():
    """Started from zero and stopped at once, only the neighbour's optimum is low."""
    problem, references = solved("LiH")
    first = minimise(problem, references, SETTINGS)
    neighbour = SeriesPoint(problem=problem, references=references, vqe=first)
    hasty = SETTINGS.with_overrides({"start": "zero", "max_iterations": 1})
    here = turned(problem, np.eye(problem.n_orbitals))
    alone = minimise(here, references, hasty)
    followed = minimise(here, references, hasty, neighbour=neighbour)
    assert alone.start == "zero"
    assert followed.start == "neighbour"
    assert followed.energy < alone.energy - 1e-6
    assert followed.start_energy == pytest.approx(first.energy, abs=CONVERGED)

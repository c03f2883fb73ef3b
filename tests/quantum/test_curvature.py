from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from molpipe.quantum.ansatz import build_ansatz
from molpipe.quantum.backends.sector import SectorBackend
from molpipe.quantum.curvature import MOST_SHIFT, ReferenceCurvature
from molpipe.quantum.excitation_table import ExcitationTable
from molpipe.quantum.sector.curvature_kernel import reference_hessian
from tests.quantum.molecules import SETTINGS, solved
from tests.quantum.problems import excitations, random_problem
from tests.tolerances import EXACT

STEP = 1e-4
DIFFERENCES = 1e-6
"""Error [Ha] of central differences of an exact gradient with this step."""


def by_differences(problem, ansatz):
    """The Hessian at zero angles from the gradients of the sector engine."""
    backend, steps = SectorBackend(problem, ansatz), STEP * np.eye(ansatz.n_parameters)
    rise = [
        backend.energy_and_gradient(step)[1] - backend.energy_and_gradient(-step)[1]
        for step in steps
    ]
    return np.array(rise) / (2 * STEP)


def reference_curvature(problem, ansatz):
    alpha, beta = ((1 << electrons) - 1 for electrons in problem.nelec)
    return reference_hessian(
        ansatz.table.orbitals,
        ansatz.parameter_of,
        ansatz.n_parameters,
        alpha,
        beta,
        problem.one_body,
        problem.two_body,
    )


@pytest.mark.parametrize("name", ["H4", "LiH", "CH2"])
def test_the_hessian_at_the_reference_is_that_of_the_energy(name):
    problem, references = solved(name)
    ansatz = build_ansatz(problem, references, SETTINGS)
    expected = by_differences(problem, ansatz)
    assert reference_curvature(problem, ansatz) == pytest.approx(expected, abs=DIFFERENCES)


def acts_on_the_reference(excitation, nelec):
    spins = ((excitation[:2], nelec[0]), (excitation[2:], nelec[1]))
    return all(
        all(p < filled for p in emptied) and all(p >= filled for p in to)
        for (emptied, to), filled in spins
    )


@settings(max_examples=40, suppress_health_check=[HealthCheck.filter_too_much])
@given(excitations(4), st.sampled_from([(2, 2), (3, 1), (2, 1)]), st.integers(0, 999))
def test_one_excitation_curves_by_twice_its_excitation_energy(excitation, nelec, seed):
    """E(angle) = E_0 cos^2 + E_T sin^2 + V sin 2 angle, so that E'' = 2 (E_T - E_0) at 0."""
    assume(acts_on_the_reference(excitation, nelec))
    problem, one = random_problem(4, nelec, seed), np.zeros(1, dtype=np.int64)
    ansatz = SimpleNamespace(
        table=ExcitationTable.of([excitation]),
        parameter_of=one,
        n_parameters=1,
        excitations=[excitation],
        angles=lambda parameters: parameters,
        gradient=lambda by_gate: by_gate,
    )
    ((found,),) = reference_curvature(problem, ansatz)
    backend = SectorBackend(problem, ansatz)
    start, turned = (backend.energy(np.array([angle])) for angle in (0.0, np.pi / 2))
    assert found == pytest.approx(2 * (turned - start), abs=1000 * EXACT)


def test_a_newton_step_solves_the_hessian():
    problem, references = solved("LiH")
    ansatz = build_ansatz(problem, references, SETTINGS)
    gradient = np.linspace(-1.0, 1.0, ansatz.n_parameters)
    step = ReferenceCurvature(problem, ansatz)(gradient)
    assert reference_curvature(problem, ansatz) @ step == pytest.approx(gradient, abs=EXACT * 100)


@pytest.mark.parametrize(("correlation", "shift"), [(0.1, 0.2), (5.0, MOST_SHIFT), (-0.1, 0.0)])
def test_correlation_raises_what_excitations_cost(correlation, shift):
    problem, references = solved("LiH")
    ansatz = build_ansatz(problem, references, SETTINGS)
    gradient = np.linspace(-1.0, 1.0, ansatz.n_parameters)
    step = ReferenceCurvature(problem, ansatz, correlation=correlation)(gradient)
    solved_for = reference_curvature(problem, ansatz) @ step + shift * step
    assert solved_for == pytest.approx(gradient, abs=EXACT * 100)


def test_a_reference_that_is_no_minimum_is_scaled_by_its_denominators():
    problem, references = solved("H4")
    ansatz = build_ansatz(problem, references, SETTINGS)
    upside_down = random_problem(problem.n_orbitals, problem.nelec, seed=1)
    gradient = np.ones(ansatz.n_parameters)
    step = ReferenceCurvature(upside_down, ansatz)(gradient)
    assert np.array_equal(step, gradient * ansatz.scale**2)

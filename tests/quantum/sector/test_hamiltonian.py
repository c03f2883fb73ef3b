import numpy as np
import openfermion as of
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from molpipe.quantum.mapping import interaction_operator
from molpipe.quantum.sector.hamiltonian import SectorHamiltonian, s_squared
from molpipe.quantum.sector.state import SectorState
from tests.quantum.problems import random_problem
from tests.tolerances import EXACT


def random_state(n_orbitals, nelec, seed):
    state = SectorState.reference(n_orbitals, nelec)
    vector = np.random.default_rng(seed).normal(size=state.vector.shape)
    return SectorState(n_orbitals, nelec, vector / np.linalg.norm(vector))


@settings(max_examples=15, deadline=None)
@given(st.sampled_from([(2, 2), (2, 1), (1, 0), (3, 3)]), st.integers(0, 100))
def test_expectation_values_are_those_of_openfermions_matrices(nelec, seed):
    problem, state = random_problem(3, nelec, seed), random_state(3, nelec, seed)
    dense = state.state_vector()
    matrix = of.get_sparse_operator(interaction_operator(problem), 6)
    energy = SectorHamiltonian(problem).expectation(state.vector)
    assert energy == pytest.approx(np.vdot(dense, matrix @ dense).real, abs=100 * EXACT)
    spin = of.get_sparse_operator(of.s_squared_operator(3), 6)
    expected = np.vdot(dense, spin @ dense).real
    assert s_squared(state.vector, n_orbitals=3, nelec=nelec) == pytest.approx(expected, abs=EXACT)

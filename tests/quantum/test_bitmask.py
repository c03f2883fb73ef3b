import numpy as np
import openfermion as of
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from molpipe.quantum import mapping
from molpipe.quantum.bitmask import jordan_wigner_masks
from tests.quantum.problems import random_problem
from tests.tolerances import MAPPING


def difference(ours, theirs):
    """Largest coefficient [Ha] of the difference of two qubit operators."""
    rest = ours - theirs
    return max((abs(value) for value in rest.terms.values()), default=0.0)


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 4), st.integers(0, 1000))
def test_terms_are_those_of_openfermions_jordan_wigner(n_orbitals, seed):
    problem = random_problem(n_orbitals, (1, 1), seed)
    theirs = of.jordan_wigner(mapping.interaction_operator(problem))
    assert difference(jordan_wigner_masks(problem).qubit_operator(), theirs) < MAPPING


@pytest.mark.parametrize("name", ["bravyi-kitaev", "parity"])
@pytest.mark.parametrize("n_orbitals", [2, 3, 4])
def test_encoded_terms_are_those_of_openfermions_mapping(name, n_orbitals):
    problem = random_problem(n_orbitals, (1, 1), n_orbitals)
    matrix = mapping.encoding_matrix(name, 2 * n_orbitals)
    ours = jordan_wigner_masks(problem).encoded(matrix).qubit_operator()
    assert difference(ours, mapping.qubit_operator(problem, name)) < MAPPING


@pytest.mark.parametrize("name", ["jordan-wigner", "bravyi-kitaev", "parity"])
def test_large_problems_are_mapped_by_masks_and_pass_the_hartree_fock_identity(name):
    problem = random_problem(10, (4, 4), 1)
    operator = mapping.qubit_operator(problem, name)
    assert of.count_qubits(operator) == 20
    assert np.isreal(list(operator.terms.values())).all()

import numpy as np
import openfermion as of
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from molpipe.errors import InvariantError
from molpipe.quantum import mapping
from tests.quantum.problems import random_problem

SPECTRUM = 1e-7
"""OpenFermion drops terms below 1e-8 while it maps; a few of them add up."""

MAPPINGS = ["jordan-wigner", "bravyi-kitaev", "parity"]


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(st.integers(2, 3), st.integers(0, 1000), st.sampled_from(MAPPINGS[1:]))
def test_the_spectrum_does_not_depend_on_the_mapping(n_orbitals, seed, name):
    problem = random_problem(n_orbitals, (1, 1), seed)
    ours, jordan_wigner = (
        np.linalg.eigvalsh(of.get_sparse_operator(operator, problem.n_qubits).toarray())
        for operator in (
            mapping.qubit_operator(problem, name),
            mapping.qubit_operator(problem, "jordan-wigner"),
        )
    )
    assert np.allclose(ours, jordan_wigner, atol=SPECTRUM)


@pytest.mark.parametrize("name", MAPPINGS)
@pytest.mark.parametrize("n_qubits", [4, 6, 10])
def test_filling_an_orbital_flips_the_bits_that_the_ladder_operator_flips(name, n_qubits):
    """The bit map against OpenFermion's image of a+_p + a_p, orbital after orbital."""
    matrix = mapping.encoding_matrix(name, n_qubits)
    for orbital in range(n_qubits):
        ladder = of.FermionOperator(f"{orbital}^") + of.FermionOperator(f"{orbital}")
        mapped = {
            "jordan-wigner": of.jordan_wigner,
            "bravyi-kitaev": lambda op: of.bravyi_kitaev(op, n_qubits),
            "parity": lambda op: of.binary_code_transform(op, of.parity_code(n_qubits)),
        }[name](ladder)
        flipped = {tuple(q for q, pauli in term if pauli in "XY") for term in mapped.terms}
        assert flipped == {tuple(np.flatnonzero(matrix[:, orbital]))}


@pytest.mark.parametrize("name", MAPPINGS)
def test_a_wrong_hamiltonian_does_not_pass_the_hartree_fock_identity(name, monkeypatch):
    problem = random_problem(2, (1, 1), 5)
    right = mapping.interaction_operator(problem)
    monkeypatch.setattr(mapping, "interaction_operator", lambda _: right + 1e-6)
    with pytest.raises(InvariantError, match="Hartree-Fock energy"):
        mapping.qubit_operator(problem, name)

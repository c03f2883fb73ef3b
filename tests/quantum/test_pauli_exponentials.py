import cirq
import numpy as np
import openfermion as of
import pytest
from hypothesis import given, settings

from molpipe.quantum.elementary import depth, elementary_gates, two_qubit_gates
from molpipe.quantum.excitation import Excitation
from molpipe.quantum.gates import FermionicExcitation, as_operation, decomposed, register
from molpipe.quantum.pauli_exponentials import pauli_exponential_gates, pauli_terms
from tests.quantum.problems import angles, excitations
from tests.tolerances import EXACT

QUBITS = register(4)


def unitary(circuit):
    return circuit.unitary(qubit_order=QUBITS, qubits_that_should_be_present=QUBITS)


@given(excitations(4))
def test_the_terms_are_those_of_openfermions_jordan_wigner(excitation):
    ladder = of.FermionOperator(tuple((q, int(creates)) for q, creates in excitation.operators))
    theirs = of.jordan_wigner(ladder - of.hermitian_conjugated(ladder))
    terms = list(pauli_terms(excitation))
    ours = sum(of.QubitOperator(term.letters, 1j * term.factor) for term in terms)
    assert len(terms) == {1: 2, 2: 8}[excitation.rank]
    assert (ours - theirs).induced_norm() == pytest.approx(0.0, abs=EXACT)


@settings(max_examples=30)
@given(excitations(4), angles)
def test_the_exponentials_are_the_excitation_gate(excitation, angle):
    """No Trotter error: the strings of one excitation commute."""
    naive = cirq.Circuit(
        as_operation(gate, QUBITS, angle) for gate in pauli_exponential_gates(excitation)
    )
    ours = decomposed(cirq.Circuit(FermionicExcitation(4, excitation, angle).on(*QUBITS)))
    assert np.allclose(unitary(naive), unitary(ours), atol=EXACT)


@given(excitations(4))
def test_ours_takes_fewer_two_qubit_gates_and_less_depth(excitation):
    ours, naive = (list(gates(excitation)) for gates in (elementary_gates, pauli_exponential_gates))
    assert two_qubit_gates(ours) < two_qubit_gates(naive)
    assert depth(ours, n_qubits=8) < depth(naive, n_qubits=8)


def test_a_double_excitation_of_four_neighbours_takes_48_two_qubit_gates():
    """Eight strings with three CNOTs on either side; 10.1103/PhysRevA.102.062612 has 13."""
    double = Excitation((0,), (1,), (0,), (1,))
    assert two_qubit_gates(pauli_exponential_gates(double)) == 8 * 6
    assert two_qubit_gates(elementary_gates(double)) == 13

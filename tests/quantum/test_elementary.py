import cirq
from hypothesis import given
from hypothesis import strategies as st

from molpipe.quantum.elementary import depth, elementary_gates, two_qubit_gates
from molpipe.quantum.excitation import Excitation
from molpipe.quantum.gates import as_operation, register
from tests.quantum.problems import excitations


@given(st.lists(excitations(4), max_size=4))
def test_counts_are_those_of_the_cirq_circuit(drawn):
    gates = [gate for excitation in drawn for gate in elementary_gates(excitation)]
    qubits = register(4)
    circuit = cirq.Circuit(as_operation(gate, qubits, 0.3) for gate in gates)
    two = sum(cirq.num_qubits(op) == 2 for op in circuit.all_operations())
    assert two_qubit_gates(gates) == two
    assert depth(gates, n_qubits=8) == len(circuit)


def test_neighbours_cost_what_the_paper_says():
    """Yordanov et al., 10.1103/PhysRevA.102.062612: 2 for a single, 13 for a double excitation."""
    single, double = Excitation((0,), (1,)), Excitation((0,), (1,), (0,), (1,))
    assert two_qubit_gates(elementary_gates(double)) == 13
    no_parity = two_qubit_gates(elementary_gates(single)) - 2  # the beta orbital in between
    assert no_parity == 2

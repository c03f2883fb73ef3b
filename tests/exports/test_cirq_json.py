import cirq
import numpy as np
import pytest

from molpipe.errors import CorruptRecord
from molpipe.exports import cirq_json
from molpipe.quantum.gates import decomposed, register
from tests.quantum.ansatz.every import CASES, built, energy_of, our_energy, parameters_of, resolved
from tests.tolerances import EXPORT


def state_of(circuit, problem):
    qubits = register(problem.n_orbitals)
    simulator = cirq.Simulator(dtype=np.complex128)
    return simulator.simulate(circuit, qubit_order=qubits).final_state_vector


@pytest.mark.parametrize(("molecule", "name"), CASES)
def test_the_circuit_comes_back_with_its_parameters_and_our_energy(molecule, name, tmp_path):
    problem, ansatz = built(molecule, name)
    cirq_json.write(ansatz.circuit, tmp_path / "circuit.json")
    found = cirq_json.read(tmp_path / "circuit.json")
    assert found == ansatz.circuit
    state = state_of(cirq.resolve_parameters(found, parameters_of(ansatz)), problem)
    assert energy_of(state, problem, ansatz) == pytest.approx(
        our_energy(problem, ansatz), abs=EXPORT
    )


@pytest.mark.parametrize(("molecule", "name"), CASES)
def test_written_out_in_qubit_gates_cirq_alone_reads_it(molecule, name, tmp_path):
    problem, ansatz = built(molecule, name)
    cirq_json.write(decomposed(resolved(ansatz)), tmp_path / "circuit.json")
    state = state_of(cirq.read_json(tmp_path / "circuit.json"), problem)
    assert energy_of(state, problem, ansatz) == pytest.approx(
        our_energy(problem, ansatz), abs=EXPORT
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("OPENQASM 3.0;", "Expecting value"),
        ('{"cirq_type": "molpipe.TripleExcitation"}', "TripleExcitation"),
        ('{"cirq_type": "Circuit"}', "moments"),
        ('{"cirq_type": "LineQubit", "x": 1}', "it holds a LineQubit"),
        ("[1, 2]", "it holds a list"),
        ("[" * 100_000, "recursion"),
    ],
)
def test_what_is_no_circuit_is_refused(text, reason, tmp_path):
    path = tmp_path / "circuit.json"
    path.write_text(text)
    with pytest.raises(CorruptRecord, match=reason):
        cirq_json.read(path)

import cirq
import numpy as np
import pytest
import sympy

from molpipe.errors import InputError
from molpipe.exports import openqasm
from molpipe.quantum.excitation import Excitation
from molpipe.quantum.gates import FermionicExcitation, ReferenceDeterminant, register
from tests.exports.qasm_reader import state_of
from tests.quantum.ansatz.every import (
    CASES,
    built,
    energy_of,
    our_energy,
    parameters_of,
    resolved,
)
from tests.tolerances import EXPORT


def circuit_of(angle):
    gates = ReferenceDeterminant(2, (1, 1)), FermionicExcitation(2, Excitation((0,), (1,)), angle)
    return cirq.Circuit(gate.on(*register(2)) for gate in gates)


@pytest.mark.parametrize("version", ["2.0", "3.0"])
@pytest.mark.parametrize(("molecule", "name"), CASES)
def test_the_program_has_our_energy(molecule, name, version):
    problem, ansatz = built(molecule, name)
    state = state_of(openqasm.to_qasm(resolved(ansatz), version=version))
    assert np.linalg.norm(state) == pytest.approx(1.0, abs=EXPORT)
    assert energy_of(state, problem, ansatz) == pytest.approx(
        our_energy(problem, ansatz), abs=EXPORT
    )


@pytest.mark.parametrize(("molecule", "name"), CASES)
def test_free_parameters_are_inputs_of_version_3(molecule, name):
    problem, ansatz = built(molecule, name)
    state = state_of(openqasm.to_qasm(ansatz.circuit), **parameters_of(ansatz))
    assert energy_of(state, problem, ansatz) == pytest.approx(
        our_energy(problem, ansatz), abs=EXPORT
    )


def test_a_qubit_that_nothing_happens_to_keeps_its_place():
    """Two alpha electrons of three orbitals: qubits 1, 3, 4 and 5 stay empty, 0 and 2 are first."""
    circuit = cirq.Circuit(ReferenceDeterminant(3, (2, 0)).on(*register(3)))
    assert np.flatnonzero(state_of(openqasm.to_qasm(circuit))).tolist() == [0b101000]


def test_expressions_of_parameters_are_written():
    t = sympy.Symbol("t")
    state = state_of(openqasm.to_qasm(circuit_of(1 - t**2 / 3)), t=0.6)
    assert state[0b0110] ** 2 == pytest.approx(np.sin(1 - 0.6**2 / 3) ** 2, abs=EXPORT)


def test_version_2_refuses_free_parameters_by_name():
    circuit = circuit_of(sympy.Symbol("theta_0"))
    with pytest.raises(InputError, match=r"no free parameters, the circuit has theta_0") as caught:
        openqasm.to_qasm(circuit, version="2.0")
    assert "resolve" in caught.value.hint


@pytest.mark.parametrize("angle", [float("nan"), float("inf")])
def test_what_is_no_number_is_refused(angle):
    circuit = cirq.Circuit(cirq.Ry(rads=angle).on(cirq.LineQubit(0)))
    with pytest.raises(InputError, match=f"an angle of the circuit is {angle}"):
        openqasm.to_qasm(circuit)


def test_the_file_holds_the_program(tmp_path):
    path = tmp_path / "circuit.qasm"
    openqasm.write(circuit_of(0.3), path, version="2.0")
    assert path.read_text() == openqasm.to_qasm(circuit_of(0.3), version="2.0")

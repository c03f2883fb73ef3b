import cirq
import numpy as np
import openfermion as of
import pytest
import scipy.linalg
import sympy
from hypothesis import given, settings

from molpipe.quantum.gates import ReferenceDeterminant, decomposed, json_resolver, register
from molpipe.quantum.jastrow import Occupation, OccupationPhase
from tests.quantum.problems import angles, occupations
from tests.tolerances import EXACT


@settings(max_examples=30, deadline=None)
@given(occupations(3), angles)
def test_decomposition_is_the_exponential_of_the_occupation(occupation, angle):
    """Against OpenFermion's Jordan-Wigner matrices, through a dense matrix exponential."""
    qubits = register(3)
    circuit = decomposed(cirq.Circuit(OccupationPhase(3, occupation, angle).on(*qubits)))
    unitary = circuit.unitary(qubit_order=qubits, qubits_that_should_be_present=qubits)
    product = of.FermionOperator.identity()
    for q in occupation.spin_orbitals:
        product *= of.FermionOperator(((q, 1), (q, 0)))
    matrix = of.get_sparse_operator(product, 6).toarray()
    assert np.allclose(unitary, scipy.linalg.expm(1j * angle * matrix), atol=EXACT)


@pytest.mark.parametrize("orbitals", [((), ()), ((0, 1), (0,))])
def test_an_occupation_names_one_or_two_spin_orbitals(orbitals):
    with pytest.raises(ValueError, match="one or two"):
        Occupation(*orbitals)


def test_an_occupation_names_no_orbital_twice():
    with pytest.raises(ValueError, match="twice"):
        Occupation(alpha=(1, 1))


def test_an_orbital_outside_the_register_is_refused():
    with pytest.raises(ValueError, match="does not fit"):
        OccupationPhase(2, Occupation(beta=(2,)), 0.1)


def test_an_angle_that_is_no_number_is_refused():
    with pytest.raises(ValueError, match="an angle must be finite"):
        OccupationPhase(2, Occupation(beta=(1,)), float("nan"))


def test_the_inverse_of_a_gate_undoes_it():
    gate = OccupationPhase(2, Occupation((0,), (1,)), 0.4)
    product = cirq.Circuit((gate**-1).on(*register(2)), gate.on(*register(2)))
    unitary = decomposed(product).unitary(qubits_that_should_be_present=register(2))
    assert np.allclose(unitary, np.eye(16), atol=EXACT)


def test_symbols_resolve():
    gate = OccupationPhase(2, Occupation((0,)), 2 * sympy.Symbol("t"))
    assert cirq.is_parameterized(gate)
    assert not cirq.has_unitary(gate)
    assert cirq.resolve_parameters(gate, {"t": 0.2}).angle == pytest.approx(0.4)


def test_cirq_json_keeps_the_circuit():
    gates = ReferenceDeterminant(2, (1, 1)), OccupationPhase(2, Occupation((0,), (1,)), 0.25)
    circuit = cirq.Circuit(gate.on(*register(2)) for gate in gates)
    resolvers = [json_resolver, *cirq.DEFAULT_RESOLVERS]
    assert cirq.read_json(json_text=cirq.to_json(circuit), resolvers=resolvers) == circuit


def test_the_gate_draws_itself():
    gate = OccupationPhase(2, Occupation((0,), (1,)), 0.25)
    assert "n(0.25)" in cirq.Circuit(gate.on(*register(2))).to_text_diagram()

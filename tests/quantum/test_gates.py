import cirq
import numpy as np
import openfermion as of
import pytest
import scipy.linalg
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from molpipe.quantum.excitation import Excitation
from molpipe.quantum.gates import (
    FermionicExcitation,
    ReferenceDeterminant,
    decomposed,
    json_resolver,
    register,
)
from tests.quantum.problems import angles, excitations
from tests.tolerances import EXACT


@settings(max_examples=40)
@given(excitations(4), angles)
def test_decomposition_is_the_exponential_of_the_fermionic_generator(excitation, angle):
    """Against OpenFermion's Jordan-Wigner matrices, through a dense matrix exponential."""
    qubits = register(4)
    gate = FermionicExcitation(4, excitation, angle)
    circuit = decomposed(cirq.Circuit(gate.on(*qubits)))
    unitary = circuit.unitary(qubit_order=qubits, qubits_that_should_be_present=qubits)
    term = of.FermionOperator(tuple((q, int(creates)) for q, creates in excitation.operators))
    generator = of.get_sparse_operator(term - of.hermitian_conjugated(term), 8).toarray()
    assert np.allclose(unitary, scipy.linalg.expm(angle * generator), atol=EXACT)


@settings(max_examples=20)
@given(
    st.sampled_from([(1, 1), (2, 1), (2, 2), (1, 0), (3, 1)]),
    st.lists(st.tuples(excitations(4), angles), min_size=1, max_size=5),
)
def test_a_decomposed_circuit_keeps_norm_electrons_and_spin_projection(nelec, drawn):
    """On all qubits of stock Cirq: no amplitude outside the alpha and beta electrons."""
    qubits = register(4)
    gates = [FermionicExcitation(4, excitation, angle) for excitation, angle in drawn]
    circuit = cirq.Circuit(g.on(*qubits) for g in (ReferenceDeterminant(4, nelec), *gates))
    simulator = cirq.Simulator(dtype=np.complex128)
    state = simulator.simulate(decomposed(circuit), qubit_order=qubits).final_state_vector
    occupations = np.array(list(np.ndindex((2,) * 8)))
    found = np.stack([occupations[:, spin::2].sum(axis=1) for spin in (0, 1)], axis=1)
    inside = (found == nelec).all(axis=1)
    assert np.abs(state[~inside]).max() < EXACT
    assert np.linalg.norm(state[inside]) == pytest.approx(1.0, abs=EXACT)


def test_reference_fills_the_lowest_orbitals_of_each_spin():
    assert ReferenceDeterminant(3, (2, 1)).filled == (0, 1, 2)
    assert ReferenceDeterminant(3, (3, 0)).filled == (0, 2, 4)


def test_reference_refuses_more_electrons_than_fit():
    with pytest.raises(ValueError, match="do not fit"):
        ReferenceDeterminant(2, (3, 0))


def test_excitation_refuses_an_orbital_outside_its_register():
    with pytest.raises(ValueError, match="does not fit"):
        FermionicExcitation(2, Excitation((0,), (2,)), 0.1)


@pytest.mark.parametrize("angle", [float("nan"), np.float64("inf")])
def test_an_angle_that_is_no_number_is_refused_before_anything_runs(angle):
    with pytest.raises(ValueError, match="an angle must be finite"):
        FermionicExcitation(2, Excitation((0,), (1,)), angle)
    symbolic = FermionicExcitation(2, Excitation((0,), (1,)), sympy.Symbol("t"))
    with pytest.raises(ValueError, match="an angle must be finite"):
        cirq.resolve_parameters(cirq.Circuit(symbolic.on(*register(2))), {"t": angle})


def test_the_inverse_of_a_gate_undoes_it():
    gate = FermionicExcitation(2, Excitation((0,), (1,), (0,), (1,)), 0.4)
    product = cirq.Circuit((gate**-1).on(*register(2)), gate.on(*register(2)))
    assert np.allclose(decomposed(product).unitary(), np.eye(16), atol=EXACT)


def test_symbols_resolve():
    gate = FermionicExcitation(2, Excitation((0,), (1,)), 2 * sympy.Symbol("t"))
    assert cirq.is_parameterized(gate)
    assert not cirq.has_unitary(gate)
    assert cirq.resolve_parameters(gate, {"t": 0.2}).angle == pytest.approx(0.4)


def test_cirq_json_keeps_the_circuit():
    gates = ReferenceDeterminant(2, (1, 1)), FermionicExcitation(2, Excitation((0,), (1,)), 0.25)
    circuit = cirq.Circuit(gate.on(*register(2)) for gate in gates)
    text = cirq.to_json(circuit)
    resolvers = [json_resolver, *cirq.DEFAULT_RESOLVERS]
    assert cirq.read_json(json_text=text, resolvers=resolvers) == circuit


def test_the_gates_draw_themselves():
    gates = ReferenceDeterminant(2, (1, 1)), FermionicExcitation(2, Excitation((0,), (1,)), 0.25)
    drawing = cirq.Circuit(gate.on(*register(2)) for gate in gates).to_text_diagram()
    assert "X" in drawing
    assert "-(0.25)" in drawing

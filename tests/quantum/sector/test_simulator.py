import cirq
import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from molpipe.errors import ResourceError
from molpipe.quantum.excitation import Excitation
from molpipe.quantum.gates import FermionicExcitation, ReferenceDeterminant, register
from molpipe.quantum.mapping import qubit_hamiltonian, s_squared_operator
from molpipe.quantum.sector.simulator import SectorSimulator
from molpipe.quantum.sector.state import SectorState
from tests.quantum.problems import angles, excitations, random_problem
from tests.tolerances import EXACT

N = 3
QUBITS = register(N)


def circuit_of(nelec, drawn):
    gates = [FermionicExcitation(N, excitation, angle) for excitation, angle in drawn]
    return cirq.Circuit(gate.on(*QUBITS) for gate in (ReferenceDeterminant(N, nelec), *gates))


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from([(1, 1), (2, 1), (2, 2), (1, 0), (3, 1)]),
    st.lists(st.tuples(excitations(4), angles), max_size=5),
)
def test_same_circuit_same_state_as_stock_cirq(nelec, drawn):
    qubits = register(4)
    gates = [FermionicExcitation(4, excitation, angle) for excitation, angle in drawn]
    circuit = cirq.Circuit(g.on(*qubits) for g in (ReferenceDeterminant(4, nelec), *gates))
    ours = SectorSimulator().simulate(circuit).state_vector()
    stock = cirq.Simulator(dtype=np.complex128).simulate(circuit).final_state_vector
    assert np.abs(ours - stock).max() < EXACT


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(excitations(N), angles), max_size=4), st.integers(0, 99))
def test_expectation_values_agree_with_stock_cirq(drawn, seed):
    circuit = circuit_of((2, 1), drawn)
    observables = [
        qubit_hamiltonian(random_problem(N, (2, 1), seed), "jordan-wigner"),
        s_squared_operator(N, "jordan-wigner"),
    ]
    ours = SectorSimulator().simulate_expectation_values(circuit, observables)
    stock = cirq.Simulator(dtype=np.complex128).simulate_expectation_values(circuit, observables)
    assert np.allclose(ours, stock, atol=100 * EXACT)


def test_sweeps_resolve_the_parameters():
    t = sympy.Symbol("t")
    circuit = circuit_of((1, 1), [(Excitation((0,), (1,)), t)])
    sweep = cirq.Linspace("t", 0.0, 1.0, 3)
    results = SectorSimulator().simulate_sweep(circuit, sweep)
    population = [result.state.vector[1, 0] ** 2 for result in results]
    assert population == pytest.approx(np.sin([0.0, 0.5, 1.0]) ** 2)


def test_samples_follow_the_populations():
    excitation = Excitation((0,), (1,), (0,), (1,))
    circuit = circuit_of((1, 1), [(excitation, np.pi / 6)])
    circuit.append(cirq.measure(*QUBITS, key="m"))
    bits = SectorSimulator(seed=1).run(circuit, repetitions=4000).measurements["m"]
    moved = (bits == [0, 0, 1, 1, 0, 0]).all(axis=1)
    stayed = (bits == [1, 1, 0, 0, 0, 0]).all(axis=1)
    assert (moved | stayed).all()
    five_sigma = 5 * (0.25 * 0.75 / 4000) ** 0.5
    assert moved.mean() == pytest.approx(0.25, abs=five_sigma)


def test_a_measurement_collapses_the_state():
    circuit = circuit_of((1, 1), [(Excitation((0,), (1,), (0,), (1,)), np.pi / 4)])
    circuit.append(cirq.measure(QUBITS[0], key="a"))
    circuit.append(cirq.measure(QUBITS[3], key="b"))
    result = SectorSimulator(seed=3).simulate(circuit)
    assert result.measurements["a"][0] != result.measurements["b"][0]
    assert np.linalg.norm(result.state.vector) == pytest.approx(1.0)


def test_a_sector_state_may_be_the_start():
    circuit = circuit_of((2, 1), [(Excitation((0,), (2,)), 0.3)])
    prepared = SectorState.reference(N, (2, 1))
    whole = SectorSimulator().simulate(circuit).state.vector
    suffix = SectorSimulator().simulate(circuit[1:], initial_state=prepared).state.vector
    assert np.array_equal(whole, suffix)


@pytest.mark.parametrize("gate", [cirq.X, cirq.H, cirq.rx(0.3)])
def test_a_gate_that_leaves_the_sector_is_refused_before_the_first_acts(gate, monkeypatch):
    circuit = circuit_of((1, 1), [])
    circuit.append([gate.on(QUBITS[0]).with_tags("bad"), cirq.measure(*QUBITS)])
    monkeypatch.delattr(SectorState, "reference")
    for run in (SectorSimulator().simulate, SectorSimulator().run):
        with pytest.raises(ValueError, match="may leave the sector"):
            run(circuit)


def test_a_gate_that_leaves_the_sector_is_refused_inside_a_subcircuit():
    inner = cirq.CircuitOperation(cirq.FrozenCircuit(cirq.X(QUBITS[0])))
    with pytest.raises(ValueError, match="may leave the sector"):
        SectorSimulator().simulate(circuit_of((1, 1), []) + cirq.Circuit(inner))


def test_a_sector_that_does_not_fit_into_memory_is_refused_with_the_numbers():
    circuit = cirq.Circuit(ReferenceDeterminant(30, (15, 15)).on(*register(30)))
    with pytest.raises(ResourceError, match=r"155,117,520 alpha .* take 1.92e\+08 GB, .* are free"):
        SectorSimulator().simulate(circuit)


def test_a_second_reference_is_refused():
    twice = circuit_of((1, 1), []) + circuit_of((1, 1), [])
    with pytest.raises(ValueError, match="only be prepared once"):
        SectorSimulator().simulate(twice)


def test_a_gate_on_a_permuted_register_is_refused():
    gate = FermionicExcitation(N, Excitation((0,), (1,)), 0.1)
    circuit = circuit_of((1, 1), [])
    circuit.append(gate.on(*reversed(QUBITS)))
    with pytest.raises(ValueError, match="whole register"):
        SectorSimulator().simulate(circuit)

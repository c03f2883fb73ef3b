import cirq
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from molpipe.quantum.excitation import Excitation
from molpipe.quantum.gates import FermionicExcitation, ReferenceDeterminant, register
from molpipe.quantum.jastrow import Occupation, OccupationPhase
from molpipe.quantum.mapping import qubit_hamiltonian, s_squared_operator
from molpipe.quantum.sector.simulator import SectorSimulator
from tests.quantum.problems import angles, excitations, occupations, random_problem
from tests.tolerances import EXACT

N, NELEC = 3, (2, 1)
QUBITS = register(N)


def circuit_of(drawn):
    gates = [
        (FermionicExcitation if isinstance(g, Excitation) else OccupationPhase)(N, g, angle)
        for g, angle in drawn
    ]
    return cirq.Circuit(gate.on(*QUBITS) for gate in (ReferenceDeterminant(N, NELEC), *gates))


drawn_gates = st.lists(
    st.tuples(st.one_of(excitations(N), occupations(N)), angles), min_size=1, max_size=6
)


@settings(max_examples=20, deadline=None)
@given(drawn_gates)
def test_the_sector_simulator_runs_phases_as_stock_cirq_does(drawn):
    circuit = circuit_of(drawn)
    ours = SectorSimulator().simulate(circuit).state_vector()
    stock = cirq.Simulator(dtype=np.complex128).simulate(circuit).final_state_vector
    assert np.abs(ours - stock).max() < EXACT


@settings(max_examples=10, deadline=None)
@given(drawn_gates, st.integers(0, 99))
def test_expectation_values_of_complex_states_agree_with_stock_cirq(drawn, seed):
    circuit = circuit_of(drawn)
    observables = [
        qubit_hamiltonian(random_problem(N, NELEC, seed), "jordan-wigner"),
        s_squared_operator(N, "jordan-wigner"),
    ]
    ours = SectorSimulator().simulate_expectation_values(circuit, observables)
    stock = cirq.Simulator(dtype=np.complex128).simulate_expectation_values(circuit, observables)
    assert np.allclose(ours, stock, atol=100 * EXACT)


def test_a_phase_between_two_rotations_is_seen_in_the_samples():
    """Givens pi/4, phase phi, Givens pi/4: the electron moves with probability cos^2(phi/2)."""
    phi = 1.0
    turn = Excitation((1,), (2,)), np.pi / 4
    circuit = circuit_of([turn, (Occupation((2,)), phi), turn])
    circuit.append(cirq.measure(QUBITS[4], key="m"))
    bits = SectorSimulator(seed=1).run(circuit, repetitions=4000).measurements["m"]
    moved = np.cos(phi / 2) ** 2
    five_sigma = 5 * (moved * (1 - moved) / 4000) ** 0.5
    assert bits.mean() == pytest.approx(moved, abs=five_sigma)

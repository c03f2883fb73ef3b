import cirq
import numpy as np
import pytest

from molpipe.quantum.ansatz import build_ansatz
from molpipe.quantum.backends.sector import SectorBackend
from molpipe.quantum.gates import decomposed
from molpipe.quantum.sector.simulator import SectorSimulator
from tests.quantum.molecules import SETTINGS, solved
from tests.tolerances import EXACT


@pytest.fixture
def ansatz():
    return build_ansatz(*solved("H4"), SETTINGS)


def test_the_circuit_and_the_compiled_program_make_the_same_state(ansatz):
    problem, _ = solved("H4")
    parameters = np.random.default_rng(2).normal(size=ansatz.n_parameters)
    resolver = dict(zip(ansatz.symbols, parameters, strict=True))
    simulated = SectorSimulator().simulate(ansatz.circuit, resolver).state.vector
    compiled = SectorBackend(problem, ansatz).state(parameters)
    assert np.abs(simulated - compiled).max() < EXACT


def test_circuit_size_is_that_of_the_decomposed_circuit(ansatz):
    circuit = decomposed(ansatz.circuit)
    two = sum(cirq.num_qubits(op) == 2 for op in circuit.all_operations())
    assert ansatz.circuit_size() == (two, len(circuit))


def test_parameters_of_the_wrong_length_are_refused(ansatz):
    with pytest.raises(ValueError, match="parameters wanted"):
        ansatz.angles(np.zeros(ansatz.n_parameters + 1))

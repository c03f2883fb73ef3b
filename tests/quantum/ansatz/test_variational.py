from itertools import product

import cirq
import numpy as np
import pytest
import qsimcirq

from molpipe.quantum.ansatz.variational import measured_size
from molpipe.quantum.backends import backend_builder
from molpipe.quantum.gates import register
from tests.quantum.ansatz.every import (
    CASES,
    built,
    energy_of,
    observable,
    our_energy,
    parameters_of,
    resolved,
    settings_of,
)
from tests.tolerances import EXACT, QSIM, SINGLE_PRECISION

STATE_VECTORS = {
    "cirq": (lambda: cirq.Simulator(dtype=np.complex128), EXACT),
    "qsim": (qsimcirq.QSimSimulator, QSIM),
}


@pytest.mark.parametrize("simulator", STATE_VECTORS)
@pytest.mark.parametrize(("molecule", "name"), CASES)
def test_every_circuit_runs_unchanged_on_state_vectors(molecule, name, simulator):
    problem, ansatz = built(molecule, name)
    make, tolerance = STATE_VECTORS[simulator]
    values, qubits = parameters_of(ansatz), register(problem.n_orbitals)
    found = make().simulate(ansatz.circuit, values, qubit_order=qubits).final_state_vector
    state = found.astype(np.complex128) / np.linalg.norm(found)
    energy = energy_of(state, problem, ansatz)
    assert energy == pytest.approx(our_energy(problem, ansatz), abs=tolerance)


@pytest.mark.parametrize(
    ("dtype", "tolerance"), [(np.complex64, SINGLE_PRECISION), (np.complex128, EXACT)]
)
@pytest.mark.parametrize(("molecule", "name"), CASES)
def test_every_circuit_runs_unchanged_on_density_matrices(molecule, name, dtype, tolerance):
    problem, ansatz = built(molecule, name)
    simulator = cirq.DensityMatrixSimulator(dtype=dtype)
    found = simulator.simulate(ansatz.circuit, parameters_of(ansatz)).final_density_matrix
    hamiltonian = observable(problem, ansatz).matrix(register(problem.n_orbitals))
    energy = np.vdot(hamiltonian, found).real / np.trace(found).real
    assert energy == pytest.approx(our_energy(problem, ansatz), abs=tolerance)


@pytest.mark.parametrize(("molecule", "name"), CASES)
def test_the_size_is_that_of_the_circuit(molecule, name):
    _, ansatz = built(molecule, name)
    assert ansatz.circuit_size() == measured_size(resolved(ansatz).all_operations())


@pytest.mark.parametrize(
    ("name", "backend"),
    [
        *product(("uccsd", "lucj"), ("sector", "cirq", "qsim")),
        *product(("hardware-efficient",), ("cirq", "qsim")),
    ],
)
def test_bad_parameters_are_refused(name, backend):
    problem, ansatz = built("H2", name)
    settings = settings_of(name).with_overrides({"backend": backend})
    run = backend_builder(backend)(problem, ansatz, settings).energy_and_gradient
    with pytest.raises(ValueError, match=f"{ansatz.start.size} parameters wanted"):
        run(np.zeros(ansatz.start.size + 1))
    with pytest.raises(ValueError, match="an angle is not finite"):
        run(np.full(ansatz.start.size, np.nan))

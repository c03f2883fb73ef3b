"""Seconds for one energy of the same circuit and Hamiltonian on each simulator.

    python -m benchmarks.drivers.simulators H2O

A qubit simulator is asked in two ways: for its expectation values, and for its state vector,
from which molpipe's backend takes them. The faster one counts.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from statistics import median

from benchmarks.drivers.references import settings_for, solved
from benchmarks.measurement import versions
from benchmarks.molecules import MOLECULES
from molpipe.model.problem import ActiveSpaceProblem
from molpipe.quantum.ansatz import Ansatz, build_ansatz
from molpipe.quantum.backends import backend_builder
from molpipe.quantum.backends.qubits import qubit_simulator
from molpipe.quantum.gates import decomposed, register
from molpipe.quantum.mapping import qubit_hamiltonian

QUBIT_SIMULATORS = ("cirq", "qsim")
PACKAGES = ("molpipe", "cirq-core", "qsimcirq", "numpy")
REPEATS, ENOUGH = 15, 3.0

Energy = Callable[[], float]


def main() -> None:
    """Build every backend, then time its energies; building is not in them."""
    molecule = MOLECULES[sys.argv[1]]
    settings = settings_for(molecule)
    problem, references = solved(molecule, settings)
    ansatz = build_ansatz(problem, references, settings)

    def by_backend(name: str) -> Energy:
        chosen = settings.with_overrides({"backend": name})
        backend = backend_builder(name)(problem, ansatz, chosen)
        return lambda: backend.energy(ansatz.start)

    ways = {"sector": [by_backend("sector")]}
    for name in QUBIT_SIMULATORS:
        ways[name] = [by_backend(name), _by_expectation(name, problem, ansatz)]
    answer = {
        "n_qubits": problem.n_qubits,
        "two_qubit_gates": ansatz.circuit_size()[0],
        "energies": {name: energies[0]() for name, energies in ways.items()},
        "seconds": {name: min(map(_seconds, energies)) for name, energies in ways.items()},
        "versions": versions(PACKAGES),
    }
    print(json.dumps(answer))


def _by_expectation(name: str, problem: ActiveSpaceProblem, ansatz: Ansatz) -> Energy:
    simulator = qubit_simulator(name, 0, 1)
    hamiltonian = qubit_hamiltonian(problem, "jordan-wigner")
    circuit, qubits = decomposed(ansatz.circuit), register(ansatz.n_orbitals)
    values = dict(zip(map(str, ansatz.symbols), ansatz.start.tolist(), strict=True))

    def energy() -> float:
        (value,) = simulator.simulate_expectation_values(
            circuit, hamiltonian, values, qubit_order=qubits
        )
        return float(value.real)

    return energy


def _seconds(energy: Energy) -> float:
    times: list[float] = []
    while not times or (len(times) < REPEATS and sum(times) < ENOUGH):
        began = time.process_time()
        energy()
        times.append(time.process_time() - began)
    return median(times)


if __name__ == "__main__":
    main()

"""Every ansatz on a closed and on an open shell: the smallest circuits that show all gates."""

from __future__ import annotations

from functools import lru_cache

import cirq
import numpy as np

from molpipe.model.problem import ActiveSpaceProblem
from molpipe.quantum.ansatz import VariationalCircuit, build_ansatz
from molpipe.quantum.backends import backend_builder
from molpipe.quantum.electron_number import electron_deviation, penalty_weight
from molpipe.quantum.gates import register
from molpipe.quantum.mapping import qubit_hamiltonian
from tests.quantum.molecules import SETTINGS, solved

CASES = [
    (molecule, ansatz)
    for molecule in ("H2", "H3")
    for ansatz in ("uccsd", "upccgsd", "puccd", "adapt", "lucj", "hardware-efficient")
]


def settings_of(name: str):
    backend = "cirq" if name == "hardware-efficient" else "sector"
    return SETTINGS.with_overrides({"ansatz": name, "backend": backend})


@lru_cache
def built(molecule: str, name: str) -> tuple[ActiveSpaceProblem, VariationalCircuit]:
    problem, references = solved(molecule)
    return problem, build_ansatz(problem, references, settings_of(name))


def parameters_of(ansatz: VariationalCircuit) -> dict[str, float]:
    """Start parameters, moved so that none is special."""
    moved = ansatz.start + 0.2 * np.random.default_rng(7).normal(size=ansatz.start.size)
    return {f"theta_{k}": value for k, value in enumerate(moved.tolist())}


def resolved(ansatz: VariationalCircuit) -> cirq.Circuit:
    return cirq.resolve_parameters(ansatz.circuit, parameters_of(ansatz))


def our_energy(problem: ActiveSpaceProblem, ansatz: VariationalCircuit) -> float:
    """The energy [Ha] that the optimiser sees at these parameters."""
    backend = backend_builder("sector" if ansatz.fermionic else "cirq")
    values = np.array(list(parameters_of(ansatz).values()))
    return backend(problem, ansatz, settings_of(ansatz.name)).energy(values)


def observable(problem: ActiveSpaceProblem, ansatz: VariationalCircuit) -> cirq.PauliSum:
    """The Hamiltonian [Ha], with the penalty of a circuit that may lose electrons."""
    hamiltonian = qubit_hamiltonian(problem, "jordan-wigner")
    if ansatz.fermionic:
        return hamiltonian
    deviation = electron_deviation(problem.n_orbitals, problem.nelec, "jordan-wigner")
    return hamiltonian + penalty_weight(problem) * deviation


def energy_of(state, problem: ActiveSpaceProblem, ansatz: VariationalCircuit) -> float:
    """The energy [Ha] of a dense state vector on the register of the circuit."""
    places = {qubit: k for k, qubit in enumerate(register(problem.n_orbitals))}
    return observable(problem, ansatz).expectation_from_state_vector(state, places).real

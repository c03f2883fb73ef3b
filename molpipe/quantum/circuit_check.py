"""The final circuit once more, decomposed to qubit gates, on stock cirq.Simulator."""

from __future__ import annotations

import time
from dataclasses import replace

from molpipe.errors import InvariantError
from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.results import CircuitCheck, ReferenceEnergies, VQEResult
from molpipe.model.settings import Settings
from molpipe.quantum.ansatz import build_ansatz
from molpipe.quantum.backends.qubits import QubitBackend, qubit_simulator

MAX_QUBITS = 12
TOLERANCE = 1e-6
"""Largest difference [Ha] between the two simulators."""


def check_circuit(
    problem: ActiveSpaceProblem,
    references: ReferenceEnergies,
    result: VQEResult,
    settings: Settings,
) -> VQEResult:
    """The result with its circuit check, for up to 12 qubits; else the result as it is.

    Raises:
        InvariantError: the two simulators do not agree to 1e-6 Ha.
    """
    if problem.n_qubits > MAX_QUBITS or settings.backend != "sector":
        return result
    if result.status == "time-limit":  # there is no time for a check, nor to grow ADAPT again
        return result
    began = time.perf_counter()
    ansatz = build_ansatz(problem, references, settings)
    simulator = qubit_simulator("cirq", settings.seed, threads=1)
    backend = QubitBackend("cirq", simulator, problem, ansatz, settings.mapping)
    energy = backend.energy(result.parameters)
    if abs(energy - result.energy) > TOLERANCE:
        raise InvariantError(
            f"cirq.Simulator finds {energy:.9f} Ha for the decomposed circuit, "
            f"the sector simulator {result.energy:.9f} Ha",
            stage="vqe",
        )
    check = CircuitCheck(backend="cirq.Simulator", energy=energy)
    seconds = time.perf_counter() - began
    return replace(result, circuit_check=check, circuit_check_seconds=seconds)

"""Backends that run the decomposed circuit on qubits: Cirq's own simulator and qsim."""

from __future__ import annotations

from typing import Any

import cirq
import numpy as np
import sympy

from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.settings import Settings
from molpipe.quantum.ansatz import Ansatz
from molpipe.quantum.gates import FermionicExcitation, ReferenceDeterminant, decomposed, register
from molpipe.quantum.mapping import encoding_operations, qubit_hamiltonian, s_squared_operator
from molpipe.quantum.sector.strings import FloatArray

QUARTER, HALF = np.pi / 4, np.pi / 2
SHIFTS = ((QUARTER, 1.0), (-QUARTER, -1.0), (HALF, (1 - 2**0.5) / 2), (-HALF, (2**0.5 - 1) / 2))
"""Shift and weight: a generator with eigenvalues 0, i and -i has an energy of two frequencies,
and these four energies give its derivative exactly (Anselmetti et al.,
10.1088/1367-2630/ac2cb3)."""


def qubit_simulator(name: str, seed: int, threads: int) -> Any:
    """``cirq`` (cirq.Simulator, complex128) or ``qsim`` (qsimcirq, complex64)."""
    if name == "cirq":
        return cirq.Simulator(dtype=np.complex128, seed=seed)
    import qsimcirq  # noqa: PLC0415

    options = qsimcirq.QSimOptions(cpu_threads=threads)
    return qsimcirq.QSimSimulator(qsim_options=options, seed=seed)


class QubitBackend:
    """Exact expectation values of the decomposed circuit; gradients by parameter shift.

    Every gate has an angle of its own here, because gates that share a parameter are
    shifted one by one.
    """

    def __init__(
        self,
        name: str,
        simulator: Any,
        problem: ActiveSpaceProblem,
        ansatz: Ansatz,
        mapping: str,
    ) -> None:
        self.name = name
        self._simulator = simulator
        self._ansatz = ansatz
        self._mapping = mapping
        self._qubits = register(ansatz.n_orbitals)
        self._hamiltonian = qubit_hamiltonian(problem, mapping)
        self._symbols = [sympy.Symbol(f"angle_{k}") for k in range(len(ansatz.excitations))]
        self._circuit = self._gate_by_gate()

    def energy(self, parameters: FloatArray) -> float:
        """<H> [Ha]."""
        return self._expectation(self._hamiltonian, self._ansatz.angles(parameters))

    def energy_and_gradient(self, parameters: FloatArray) -> tuple[float, FloatArray]:
        """<H> [Ha] and its gradient (n,), from four shifted energies a gate."""
        angles = self._ansatz.angles(parameters)
        by_gate = np.array([self._derivative(angles, k) for k in range(angles.size)])
        return self.energy(parameters), self._ansatz.gradient(by_gate)

    def s2(self, parameters: FloatArray) -> float:
        """<S^2>."""
        operator = s_squared_operator(self._ansatz.n_orbitals, self._mapping)
        return self._expectation(operator, self._ansatz.angles(parameters))

    def _gate_by_gate(self) -> cirq.Circuit:
        n, qubits = self._ansatz.n_orbitals, self._qubits
        gates = [
            FermionicExcitation(n, excitation, symbol)
            for excitation, symbol in zip(self._ansatz.excitations, self._symbols, strict=True)
        ]
        reference = ReferenceDeterminant(n, self._ansatz.nelec)
        fermionic = cirq.Circuit(gate.on(*qubits) for gate in (reference, *gates))
        circuit = decomposed(fermionic)
        circuit.append(encoding_operations(self._mapping, n))
        return circuit

    def _derivative(self, angles: FloatArray, gate: int) -> float:
        total = 0.0
        for shift, weight in SHIFTS:
            shifted = angles.copy()
            shifted[gate] += shift
            total += weight * self._expectation(self._hamiltonian, shifted)
        return total

    def _expectation(self, observable: cirq.PauliSum, angles: FloatArray) -> float:
        """From the state vector, in double precision.

        qsim's own expectation values are sums in single precision: some 1e-6 Ha of noise,
        where its normalised state is good to 1e-7 Ha.
        """
        resolver = dict(zip(self._symbols, angles.tolist(), strict=True))
        result = self._simulator.simulate(self._circuit, resolver, qubit_order=self._qubits)
        state = np.asarray(result.final_state_vector, dtype=np.complex128)
        value = observable.expectation_from_state_vector(
            state / np.linalg.norm(state), {qubit: k for k, qubit in enumerate(self._qubits)}
        )
        return float(value.real)


def qubit_backend(problem: ActiveSpaceProblem, ansatz: Ansatz, settings: Settings) -> QubitBackend:
    """The simulator that ``settings.backend`` names, behind the circuit of ``ansatz``."""
    simulator = qubit_simulator(settings.backend, settings.seed, settings.limits.threads)
    return QubitBackend(settings.backend, simulator, problem, ansatz, settings.mapping)

"""Backends that run the decomposed circuit on qubits: Cirq's own simulator and qsim."""

from __future__ import annotations

from typing import Any

import cirq
import numpy as np
import sympy

from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.settings import Settings
from molpipe.quantum.ansatz.variational import VariationalCircuit
from molpipe.quantum.electron_number import electron_deviation, penalty_weight
from molpipe.quantum.gates import FermionicExcitation, decomposed, register
from molpipe.quantum.mapping import encoding_operations, qubit_hamiltonian, s_squared_operator
from molpipe.quantum.sector.strings import FloatArray

ShiftRule = tuple[tuple[float, float], ...]
"""Shift of an angle and weight of the energy there, for each energy of a derivative."""

QUARTER, HALF = np.pi / 4, np.pi / 2
TWO_TERMS = ((HALF, 0.5), (-HALF, -0.5))
"""Shift and weight: an Ry or a phase has an energy of one frequency in its angle, and these two
energies give its derivative exactly (Schuld et al., 10.1103/PhysRevA.99.032331)."""

FOUR_TERMS = ((QUARTER, 1.0), (-QUARTER, -1.0), (HALF, (1 - 2**0.5) / 2), (-HALF, (2**0.5 - 1) / 2))
"""The same for an excitation: eigenvalues 0, i and -i make two frequencies (Anselmetti et al.,
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

    A circuit that does not conserve electrons has the deviation of their numbers added to its
    energy as a penalty. The sum is an upper bound to the exact energy of the molecule,
    which <H> alone is not once another ion mixes in.
    """

    def __init__(
        self,
        name: str,
        simulator: Any,
        problem: ActiveSpaceProblem,
        ansatz: VariationalCircuit,
        mapping: str,
    ) -> None:
        self.name = name
        self._simulator = simulator
        self._ansatz = ansatz
        self._mapping = mapping
        self._qubits = register(ansatz.n_orbitals)
        self._nelec = problem.nelec
        self._hamiltonian = qubit_hamiltonian(problem, mapping)
        if not ansatz.fermionic:
            self._hamiltonian += penalty_weight(problem) * self._deviation()
        n_gates = ansatz.angles(ansatz.start).size
        self._symbols = [sympy.Symbol(f"angle_{k}") for k in range(n_gates)]
        self._rules = self._shift_rules()
        self._circuit = self._gate_by_gate()

    def energy(self, parameters: FloatArray) -> float:
        """<H> [Ha]."""
        return self._expectation(self._hamiltonian, self._ansatz.angles(parameters))

    def energy_and_gradient(self, parameters: FloatArray) -> tuple[float, FloatArray]:
        """<H> [Ha] and its gradient (n,), from two or four shifted energies a gate."""
        angles = self._ansatz.angles(parameters)
        by_gate = np.array([self._derivative(angles, k) for k in range(angles.size)])
        return self.energy(parameters), self._ansatz.gradient(by_gate)

    def s2(self, parameters: FloatArray) -> float:
        """<S^2>."""
        operator = s_squared_operator(self._ansatz.n_orbitals, self._mapping)
        return self._expectation(operator, self._ansatz.angles(parameters))

    def electron_deviation(self, parameters: FloatArray) -> float:
        """<(N_alpha - n_alpha)^2 + (N_beta - n_beta)^2>: zero where the numbers are right."""
        return self._expectation(self._deviation(), self._ansatz.angles(parameters))

    def _deviation(self) -> cirq.PauliSum:
        return electron_deviation(self._ansatz.n_orbitals, self._nelec, self._mapping)

    def _gate_by_gate(self) -> cirq.Circuit:
        circuit = decomposed(cirq.Circuit(self._ansatz.operations(self._symbols)))
        if self._ansatz.fermionic:
            circuit.append(encoding_operations(self._mapping, self._ansatz.n_orbitals))
        return circuit

    def _shift_rules(self) -> list[ShiftRule]:
        """The rule of each gate that has an angle."""
        return [
            FOUR_TERMS if isinstance(operation.gate, FermionicExcitation) else TWO_TERMS
            for operation in self._ansatz.operations(self._symbols)
            if cirq.is_parameterized(operation)
        ]

    def _derivative(self, angles: FloatArray, gate: int) -> float:
        total = 0.0
        for shift, weight in self._rules[gate]:
            shifted = angles.copy()
            shifted[gate] += shift
            total += weight * self._expectation(self._hamiltonian, shifted)
        return total

    def _expectation(self, observable: cirq.PauliSum, angles: FloatArray) -> float:
        """From the state vector, in double precision.

        qsim's own expectation values are sums in single precision: some 1e-6 Ha of noise,
        where its normalised state is good to 1e-7 Ha.
        """
        if not np.isfinite(angles).all():
            raise ValueError("an angle is not finite")
        resolver = dict(zip(self._symbols, angles.tolist(), strict=True))
        result = self._simulator.simulate(self._circuit, resolver, qubit_order=self._qubits)
        state = np.asarray(result.final_state_vector, dtype=np.complex128)
        value = observable.expectation_from_state_vector(
            state / np.linalg.norm(state), {qubit: k for k, qubit in enumerate(self._qubits)}
        )
        return float(value.real)


def qubit_backend(
    problem: ActiveSpaceProblem, ansatz: VariationalCircuit, settings: Settings
) -> QubitBackend:
    """The simulator that ``settings.backend`` names, behind the circuit of ``ansatz``."""
    simulator = qubit_simulator(settings.backend, settings.seed, settings.limits.threads)
    return QubitBackend(settings.backend, simulator, problem, ansatz, settings.mapping)

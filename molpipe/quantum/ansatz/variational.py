"""What the optimiser and the qubit backends need from an ansatz, whatever it is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

import cirq

from molpipe.quantum.ansatz.ansatz import Growth
from molpipe.quantum.gates import decomposed
from molpipe.quantum.sector.strings import FloatArray


class VariationalCircuit(Protocol):
    """A circuit with free parameters, and where they start.

    ``fermionic`` circuits are made of gates on Jordan-Wigner qubits that conserve the electrons
    of each spin; any other is a circuit on the qubits of the mapping itself, and may leave
    the sector.
    """

    @property
    def name(self) -> str:
        """The name that the settings use."""

    @property
    def n_orbitals(self) -> int:
        """Spatial orbitals: half the qubits."""

    @property
    def fermionic(self) -> bool:
        """Whether the gates conserve the electrons of each spin."""

    @property
    def start(self) -> FloatArray:
        """Start parameters (n_parameters,)."""

    @property
    def start_name(self) -> str:
        """Where they come from."""

    @property
    def scale(self) -> FloatArray:
        """The optimiser's preconditioner (n_parameters,)."""

    @property
    def growth(self) -> Growth | None:
        """How the circuit was found, where it was found by optimising it."""

    @property
    def circuit(self) -> cirq.Circuit:
        """The circuit from vacuum with parameter k as the symbol ``theta_k``."""

    def operations(self, angles: Sequence[cirq.TParamVal]) -> Iterator[cirq.Operation]:
        """The circuit from vacuum; gate k turns by ``angles[k]``, numbers or symbols."""

    def angles(self, parameters: FloatArray) -> FloatArray:
        """The angle of each gate (n_gates,)."""

    def gradient(self, by_gate: FloatArray) -> FloatArray:
        """Derivatives by parameter from the derivatives by gate angle."""

    def circuit_size(self) -> tuple[int, int]:
        """Two-qubit gates and depth of the decomposed circuit."""


def measured_size(operations: Iterable[cirq.Operation]) -> tuple[int, int]:
    """Two-qubit gates and depth of a circuit, once it is decomposed and each gate acts early."""
    circuit = decomposed(cirq.Circuit(operations))
    two_qubit_gates = sum(cirq.num_qubits(op) == 2 for op in circuit.all_operations())
    return two_qubit_gates, len(circuit)

"""A state of one sector, as a Cirq quantum state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cirq
import numpy as np

from molpipe.quantum.excitation import Excitation
from molpipe.quantum.excitation_table import ExcitationTable
from molpipe.quantum.jastrow import Occupation
from molpipe.quantum.sector.complex_state import Amplitudes, run, turn_phase
from molpipe.quantum.sector.layout import Sector, sector_shape
from molpipe.quantum.sector.program import compile_program
from molpipe.quantum.sector.strings import IntArray, strings


class SectorState(cirq.QuantumStateRepresentation):
    """Amplitudes ``vector`` (alpha strings, beta strings) of ``nelec`` electrons.

    They are real (float64), until a phase makes them complex (complex128).
    Determinants carry PySCF's sign: all alpha operators stand before all beta ones.
    """

    def __init__(self, n_orbitals: int, nelec: tuple[int, int], vector: Amplitudes) -> None:
        if vector.shape != sector_shape(n_orbitals, nelec):
            raise ValueError(
                f"{nelec} electrons in {n_orbitals} orbitals do not make {vector.shape}"
            )
        self.n_orbitals = n_orbitals
        self.nelec = nelec
        self.vector = vector

    @classmethod
    def reference(cls, n_orbitals: int, nelec: tuple[int, int]) -> SectorState:
        """The determinant with the lowest orbitals filled; no electrons: the vacuum."""
        vector = np.zeros(sector_shape(n_orbitals, nelec))
        vector[0, 0] = 1.0
        return cls(n_orbitals, nelec, vector)

    def excite(self, excitation: Excitation, angle: float) -> None:
        """Apply exp(angle (T - T+)) in place."""
        sector = Sector.whole(self.n_orbitals, self.nelec)
        program = compile_program(sector, ExcitationTable.of([excitation]))
        self.vector = run(program, self.vector, np.array([float(angle)]))

    def turn_phase(self, occupation: Occupation, angle: float) -> None:
        """Apply exp(i angle n) in place."""
        self.vector = turn_phase(
            self.vector, occupation, angle, n_orbitals=self.n_orbitals, nelec=self.nelec
        )

    def copy(self, deep_copy_buffers: bool = True) -> SectorState:
        """A copy; amplitudes are shared if ``deep_copy_buffers`` is False."""
        vector = self.vector.copy() if deep_copy_buffers else self.vector
        return SectorState(self.n_orbitals, self.nelec, vector)

    def measure(self, axes: Sequence[int], seed: Any = None) -> list[int]:
        """Measure the qubits ``axes`` and collapse onto what was found."""
        bits = self.bits(axes)
        found = bits[self._draw(1, seed)[0]]
        kept = np.where((bits == found).all(axis=1), self.vector.ravel(), 0.0)
        self.vector = (kept / np.linalg.norm(kept)).reshape(self.vector.shape)
        return [int(bit) for bit in found]

    def sample(self, axes: Sequence[int], repetitions: int = 1, seed: Any = None) -> Any:
        """(repetitions, axes) of 0 and 1, without collapse."""
        return self.bits(axes)[self._draw(repetitions, seed)].astype(np.uint8)

    def bits(self, axes: Sequence[int]) -> IntArray:
        """(determinants, axes): the occupation of each qubit in each determinant."""
        every = self.determinants()
        return np.stack([every >> axis & 1 for axis in axes], axis=1)

    def determinants(self) -> IntArray:
        """Bit strings, bit q for qubit q, in the order of ``vector.ravel()``."""
        alpha, beta = (_spread(strings(self.n_orbitals, n)) for n in self.nelec)
        return (alpha[:, None] | beta[None, :] << 1).ravel()

    def jordan_wigner_amplitudes(self) -> Amplitudes:
        """Amplitudes with the sign of interleaved (Jordan-Wigner) order, as ``determinants``.

        The sign counts the beta electrons that stand below an alpha electron, against those
        in the reference determinant: X gates prepare that one with a plus sign.
        """
        alpha, beta = (strings(self.n_orbitals, n) for n in self.nelec)
        inversions = np.zeros(self.vector.shape, dtype=np.int64)
        for p in range(self.n_orbitals):
            above = np.bitwise_count(alpha >> (p + 1))
            inversions += above[:, None] * (beta >> p & 1)[None, :]
        relative = inversions - inversions[0, 0]
        return np.ravel(self.vector * (1.0 - 2.0 * (relative & 1)))

    def state_vector(self) -> Any:
        """The dense state vector (2**qubits,), complex128, in Cirq's big-endian order."""
        n_qubits = 2 * self.n_orbitals
        axes = range(n_qubits)
        index = self.bits(axes) @ (1 << np.arange(n_qubits - 1, -1, -1, dtype=np.int64))
        dense = np.zeros(2**n_qubits, dtype=np.complex128)
        dense[index] = self.jordan_wigner_amplitudes()
        return dense

    def _draw(self, repetitions: int, seed: Any) -> IntArray:
        weights = np.abs(self.vector.ravel()) ** 2
        random = cirq.value.parse_random_state(seed)
        drawn = random.choice(weights.size, size=repetitions, p=weights / weights.sum())
        return np.asarray(drawn, dtype=np.int64)


def _spread(spatial: IntArray) -> IntArray:
    """Move bit p to bit 2p."""
    spread = np.zeros_like(spatial)
    for p in range(int(spatial.max(initial=0)).bit_length()):
        spread |= (spatial >> p & 1) << (2 * p)
    return spread

"""The hardware-efficient circuit: layers of Ry on every qubit, with a ladder of CZ in between.

Kandala et al., 10.1038/nature23879, with real amplitudes. It knows nothing of electrons and
may leave the sector of the molecule, so it runs on the qubit backends only, and its energy is
taken with a penalty on the electron numbers (Ryabinkin, Genin & Izmaylov,
10.1021/acs.jctc.8b00943), see :mod:`molpipe.quantum.backends.qubits`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import ClassVar

import cirq
import numpy as np
import sympy

from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.results import ReferenceEnergies
from molpipe.model.settings import Settings
from molpipe.quantum.ansatz.variational import measured_size
from molpipe.quantum.gates import ReferenceDeterminant, register
from molpipe.quantum.mapping import encoding_matrix
from molpipe.quantum.sector.strings import FloatArray

START_SPREAD = 0.3
"""Standard deviation [rad] of the start angles about the Hartree-Fock bit string.

The bit string itself is a stationary point, and one layer does not lead away from it. With two
layers 7 of 8 seeds left it for the exact energy of H2 (4 of 8 with 0.1)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class HardwareEfficient:
    """Ry on every qubit, then ``layers`` times a CZ ladder and Ry on every qubit again.

    Each angle is a parameter; ``start`` is ((layers + 1) * qubits,), layer by layer.
    """

    n_orbitals: int
    layers: int
    start: FloatArray

    name: ClassVar[str] = "hardware-efficient"
    start_name: ClassVar[str] = "hartree-fock, perturbed"
    fermionic: ClassVar[bool] = False
    growth: ClassVar[None] = None

    @property
    def scale(self) -> FloatArray:
        """No preconditioner is known: ones."""
        return np.ones_like(self.start)

    @cached_property
    def circuit(self) -> cirq.Circuit:
        """The parametrised circuit."""
        return cirq.Circuit(self.operations(sympy.symbols(f"theta_:{self.start.size}")))

    def operations(self, angles: Sequence[cirq.TParamVal]) -> Iterator[cirq.Operation]:
        """The circuit from vacuum, on the qubits of whatever mapping."""
        qubits = register(self.n_orbitals)
        for layer in range(self.layers + 1):
            if layer:
                yield from (cirq.CZ(*pair) for pair in pairwise(qubits))
            of_layer = angles[layer * len(qubits) : (layer + 1) * len(qubits)]
            for qubit, angle in zip(qubits, of_layer, strict=True):
                yield cirq.Ry(rads=angle).on(qubit)

    def angles(self, parameters: FloatArray) -> FloatArray:
        """The parameters themselves."""
        if parameters.shape != self.start.shape:
            raise ValueError(f"{self.start.size} parameters wanted, got {parameters.shape}")
        return parameters

    def gradient(self, by_gate: FloatArray) -> FloatArray:
        """The derivatives themselves."""
        return by_gate

    def circuit_size(self) -> tuple[int, int]:
        """Two-qubit gates and depth."""
        return measured_size(self.operations(self.start.tolist()))


def hardware_efficient(
    problem: ActiveSpaceProblem, references: ReferenceEnergies, settings: Settings
) -> HardwareEfficient:
    """The circuit with ``settings.layers`` entangling layers on the qubits of the mapping.

    It starts at the Hartree-Fock bit string, every angle moved a little with
    ``settings.seed``; no classical amplitude helps it, so ``settings.start`` says nothing.
    """
    del references
    bits = _reference_bits(problem, settings.mapping)
    start = np.zeros((settings.layers + 1, problem.n_qubits))
    start[0] = np.pi * bits
    spread = START_SPREAD * np.random.default_rng(settings.seed).normal(size=start.shape)
    return HardwareEfficient(
        n_orbitals=problem.n_orbitals, layers=settings.layers, start=(start + spread).ravel()
    )


def _reference_bits(problem: ActiveSpaceProblem, mapping: str) -> FloatArray:
    """The stored bits (qubits,) of the Hartree-Fock determinant."""
    occupations = np.zeros(problem.n_qubits)
    occupations[list(ReferenceDeterminant(problem.n_orbitals, problem.nelec).filled)] = 1.0
    return encoding_matrix(mapping, problem.n_qubits) @ occupations % 2

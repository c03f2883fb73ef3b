"""Cluster Jastrow circuits: orbital rotations and phases of orbital pairs, in turn.

|psi> = exp(K) prod_k [exp(K_k) exp(iJ_k) exp(-K_k)] |HF>, with orbital rotations K and diagonal
Coulomb operators J (Matsuzawa & Kurashige, 10.1021/acs.jctc.9b00963). Neighbouring rotations are
merged, exp(-K_(k+1)) exp(K_k), which makes the same states with half the gates: a Slater
determinant, then layers of phases and one rotation each, all of one-parameter gates.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import cirq
import numpy as np
import sympy

from molpipe.quantum.ansatz.variational import measured_size
from molpipe.quantum.double_factorization import JastrowLayer
from molpipe.quantum.excitation import Excitation
from molpipe.quantum.gates import FermionicExcitation, ReferenceDeterminant, register
from molpipe.quantum.jastrow import Occupation, OccupationPhase
from molpipe.quantum.orbital_rotation import (
    Block,
    ComplexArray,
    determinant_network,
    rotation_network,
)
from molpipe.quantum.sector.complex_program import Generator
from molpipe.quantum.sector.strings import FloatArray, IntArray

OrbitalPairs = tuple[tuple[int, int], ...]

_SpinGroups = tuple[tuple[int, ...], ...]
"""Spins (0 alpha, 1 beta) that share their parameters."""

_Angle = tuple[tuple[Generator, ...], float]
"""Gates that share a parameter, in the order in which they act, and its start."""


@dataclass(frozen=True)
class Couplings:
    """Which orbitals J couples: pairs p < q of one spin, and pairs (alpha p, beta q).

    In a closed shell a pair p < q of opposite spins brings its mirror image (q, p) with it.
    """

    same_spin: OrbitalPairs
    opposite_spin: OrbitalPairs


@dataclass(frozen=True, kw_only=True, eq=False)
class JastrowAnsatz:
    """A circuit of single excitations and occupation phases behind a reference determinant.

    Gate k turns by ``parameters[parameter_of[k]]``; ``generators`` and ``parameter_of``
    (n_gates,) stand in the order in which the gates act.
    """

    name: str
    n_orbitals: int
    nelec: tuple[int, int]
    generators: tuple[Generator, ...]
    parameter_of: IntArray
    start: FloatArray
    start_name: str

    fermionic: ClassVar[bool] = True
    growth: ClassVar[None] = None

    @property
    def scale(self) -> FloatArray:
        """No preconditioner is known: ones."""
        return np.ones_like(self.start)

    @cached_property
    def circuit(self) -> cirq.Circuit:
        """The parametrised circuit, on interleaved Jordan-Wigner qubits."""
        symbols = [sympy.Symbol(f"theta_{k}") for k in range(self.start.size)]
        return cirq.Circuit(self.operations([symbols[k] for k in self.parameter_of]))

    def operations(self, angles: Sequence[cirq.TParamVal]) -> Iterator[cirq.Operation]:
        """The reference determinant, then gate k turned by ``angles[k]``."""
        qubits = register(self.n_orbitals)
        yield ReferenceDeterminant(self.n_orbitals, self.nelec).on(*qubits)
        for generator, angle in zip(self.generators, angles, strict=True):
            if isinstance(generator, Excitation):
                yield FermionicExcitation(self.n_orbitals, generator, angle).on(*qubits)
            else:
                yield OccupationPhase(self.n_orbitals, generator, angle).on(*qubits)

    def angles(self, parameters: FloatArray) -> FloatArray:
        """The angle of each gate, (n_gates,)."""
        if parameters.shape != self.start.shape:
            raise ValueError(f"{self.start.size} parameters wanted, got {parameters.shape}")
        return np.asarray(parameters[self.parameter_of])

    def gradient(self, by_gate: FloatArray) -> FloatArray:
        """Derivatives by parameter from the derivatives by gate angle."""
        summed = np.zeros_like(self.start)
        np.add.at(summed, self.parameter_of, by_gate)
        return summed

    def circuit_size(self) -> tuple[int, int]:
        """Two-qubit gates and depth of the decomposed circuit, the reference's X included."""
        return measured_size(self.operations(self.angles(self.start).tolist()))


def jastrow_ansatz(
    layers: Sequence[JastrowLayer],
    *,
    final_rotations: ComplexArray,
    couplings: Couplings,
    nelec: tuple[int, int],
    closed_shell: bool,
    start_name: str,
) -> JastrowAnsatz:
    """The circuit that starts as these layers, then ``final_rotations`` (2, n, n).

    Entries of J outside ``couplings`` are dropped, but for the diagonal: it needs no
    two-qubit gate. In a closed shell alpha and beta share their parameters.
    """
    groups = ((0, 1),) if closed_shell else ((0,), (1,))
    undone = [*(_adjoint(layer.rotations) for layer in layers), final_rotations]
    filled = [u[:, :count] for u, count in zip(undone[0], nelec, strict=True)]
    angles = list(_rotation([determinant_network(orbitals) for orbitals in filled], groups))
    for layer, following in zip(layers, undone[1:], strict=True):
        networks = [rotation_network(u) for u in following @ layer.rotations]
        phases = np.array([phase for phase, _ in networks])
        angles += _phases(layer.couplings, phases, couplings, groups)
        angles += _rotation([blocks for _, blocks in networks], groups)
    return JastrowAnsatz(
        name="lucj",
        n_orbitals=final_rotations.shape[-1],
        nelec=nelec,
        generators=tuple(gate for gates, _ in angles for gate in gates),
        parameter_of=np.array([k for k, (gates, _) in enumerate(angles) for _ in gates], np.int64),
        start=np.array([value for _, value in angles], dtype=float),
        start_name=start_name,
    )


def _rotation(networks: Sequence[Sequence[Block]], groups: _SpinGroups) -> Iterator[_Angle]:
    """The blocks of an orbital rotation of each spin."""
    for group in groups:
        for block in networks[group[0]]:
            p = block.orbital
            yield tuple(_move(spin, p, p + 1) for spin in group), block.angle
            yield tuple(_filled(spin, p + 1) for spin in group), block.phase


def _phases(
    matrix: FloatArray, phases: FloatArray, couplings: Couplings, groups: _SpinGroups
) -> Iterator[_Angle]:
    """exp(iJ) for J = 1/2 sum matrix[s, t, p, q] n_ps n_qt, and phases (2, n) of the orbitals."""
    for group in groups:
        own = matrix[group[0], group[0]]
        for p, phase in enumerate(phases[group[0]]):
            yield tuple(_filled(spin, p) for spin in group), phase + own[p, p] / 2
        for p, q in couplings.same_spin:
            yield tuple(_filled(spin, p, q) for spin in group), own[p, q]
    for p, q in couplings.opposite_spin:
        if len(groups) == 2 or p == q:
            yield (Occupation((p,), (q,)),), matrix[0, 1, p, q]
        elif p < q:
            yield (Occupation((p,), (q,)), Occupation((q,), (p,))), matrix[0, 1, p, q]


def _filled(spin: int, *orbitals: int) -> Occupation:
    return Occupation(beta=orbitals) if spin else Occupation(alpha=orbitals)


def _move(spin: int, source: int, target: int) -> Excitation:
    if spin:
        return Excitation(beta_from=(source,), beta_to=(target,))
    return Excitation(alpha_from=(source,), alpha_to=(target,))


def _adjoint(matrices: ComplexArray) -> ComplexArray:
    return matrices.conj().swapaxes(-1, -2)

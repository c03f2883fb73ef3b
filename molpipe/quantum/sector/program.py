"""A row of excitations, compiled once into flat tables that the kernels run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

import numpy as np

from molpipe.quantum.excitation import Excitation
from molpipe.quantum.sector import kernels
from molpipe.quantum.sector.strings import FloatArray, IntArray, StringPairs, string_pairs

Tables = tuple[IntArray, IntArray, FloatArray, IntArray, IntArray, FloatArray]


@dataclass(frozen=True, eq=False)
class SectorProgram:
    """A compiled circuit of excitation gates in the sector ``nelec`` of ``n_orbitals``.

    Vectors are float64 and (alpha strings, beta strings), as in PySCF's FCI.
    """

    n_orbitals: int
    nelec: tuple[int, int]
    gates: IntArray
    tables: Tables

    @property
    def shape(self) -> tuple[int, int]:
        """Shape of a vector of the sector."""
        return sector_shape(self.n_orbitals, self.nelec)

    def apply(self, vector: FloatArray, angles: FloatArray) -> None:
        """Run the circuit forward on ``vector``, in place; ``angles`` is (n_gates,)."""
        self._check(angles)
        kernels.apply_gates(vector, np.cos(angles), np.sin(angles), self.gates, *self.tables)

    def unapply(self, ket: FloatArray, bra: FloatArray, angles: FloatArray) -> FloatArray:
        """Run backwards on both vectors, in place.

        Returns:
            <bra| T_k - T_k+ |ket> at each gate k, (n_gates,): half the derivative of
            <ket|H|ket> by its angle if ``bra`` came in as H ``ket``.
        """
        self._check(angles)
        overlaps = np.zeros(len(self.gates))
        cosines, sines = np.cos(angles), np.sin(angles)
        kernels.unapply_gates(ket, bra, overlaps, cosines, sines, self.gates, *self.tables)
        return overlaps

    def _check(self, angles: FloatArray) -> None:
        if angles.shape != (len(self.gates),):
            raise ValueError(f"{len(self.gates)} gates need as many angles, got {angles.shape}")
        if not np.isfinite(angles).all():
            raise ValueError("an angle is not finite")


def compile_program(
    n_orbitals: int, nelec: tuple[int, int], excitations: Sequence[Excitation]
) -> SectorProgram:
    """Compile ``excitations``, first to act first, for one sector."""
    alpha = _SpinTables(n_orbitals, nelec[0])
    beta = _SpinTables(n_orbitals, nelec[1])
    gates = np.array(
        [
            (*alpha.slice(e.alpha_from, e.alpha_to), *beta.slice(e.beta_from, e.beta_to))
            for e in excitations
        ],
        dtype=np.int64,
    ).reshape(-1, 4)
    return SectorProgram(n_orbitals, nelec, gates, (*alpha.tables(), *beta.tables()))


def sector_shape(n_orbitals: int, nelec: tuple[int, int]) -> tuple[int, int]:
    """(alpha strings, beta strings)."""
    return comb(n_orbitals, nelec[0]), comb(n_orbitals, nelec[1])


class _SpinTables:
    """String pairs of one spin, each distinct excitation stored once."""

    def __init__(self, n_orbitals: int, n_electrons: int) -> None:
        self._space = (n_orbitals, n_electrons)
        self._slices: dict[tuple[tuple[int, ...], tuple[int, ...]], tuple[int, int]] = {}
        self._pairs: list[StringPairs] = []
        self._length = 0

    def slice(self, sources: tuple[int, ...], targets: tuple[int, ...]) -> tuple[int, int]:
        """Start and stop of the pairs of this excitation; (-1, -1) for the identity."""
        if not sources:
            return -1, -1
        if (sources, targets) not in self._slices:
            pairs = string_pairs(*self._space, sources, targets)
            start, self._length = self._length, self._length + len(pairs.source)
            self._pairs.append(pairs)
            self._slices[sources, targets] = (start, self._length)
        return self._slices[sources, targets]

    def tables(self) -> tuple[IntArray, IntArray, FloatArray]:
        """Sources, targets and signs of all pairs, end to end."""
        empty = StringPairs(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
        pairs = [*self._pairs, empty]
        return (
            np.concatenate([p.source for p in pairs]),
            np.concatenate([p.target for p in pairs]),
            np.concatenate([p.sign for p in pairs]),
        )

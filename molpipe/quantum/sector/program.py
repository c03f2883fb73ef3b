"""A row of excitations, compiled once into flat tables that the kernels run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import xor

import numpy as np

from molpipe.quantum.excitation import Excitation
from molpipe.quantum.sector import kernels
from molpipe.quantum.sector.layout import Sector, no_symmetry
from molpipe.quantum.sector.strings import FloatArray, IntArray, string_pairs

IDENTITY = -1

AlphaTable = tuple[IntArray, IntArray, FloatArray, IntArray]
BetaTable = tuple[IntArray, IntArray, FloatArray]


@dataclass(frozen=True, eq=False)
class SectorProgram:
    """A compiled circuit of excitation gates on the flat vectors of ``sector``.

    See :mod:`molpipe.quantum.sector.kernels` for the tables.
    """

    sector: Sector
    gates: IntArray
    alpha: AlphaTable
    beta: BetaTable
    segments: IntArray

    @property
    def n_orbitals(self) -> int:
        """Spatial orbitals."""
        return self.sector.n_orbitals

    @property
    def nelec(self) -> tuple[int, int]:
        """Alpha and beta electrons."""
        return self.sector.nelec

    @property
    def shape(self) -> tuple[int, int]:
        """(alpha strings, beta strings) of all irreps."""
        return self.sector.sizes

    def apply(self, vector: FloatArray, angles: FloatArray) -> None:
        """Run the circuit forward on ``vector``, in place; ``angles`` is (n_gates,)."""
        self._check(angles)
        kernels.apply_gates(vector.ravel(), np.cos(angles), np.sin(angles), *self._tables)

    def unapply(self, ket: FloatArray, bra: FloatArray, angles: FloatArray) -> FloatArray:
        """Run backwards on both vectors, in place.

        Returns:
            <bra| T_k - T_k+ |ket> at each gate k, (n_gates,): half the derivative of
            <ket|H|ket> by its angle if ``bra`` came in as H ``ket``.
        """
        self._check(angles)
        overlaps = np.zeros(len(self.gates))
        cosines, sines = np.cos(angles), np.sin(angles)
        kernels.unapply_gates(ket.ravel(), bra.ravel(), overlaps, cosines, sines, *self._tables)
        return overlaps

    @property
    def _tables(self) -> tuple[IntArray | FloatArray, ...]:
        sector = self.sector
        rows = (sector.row_start, sector.row_group, sector.beta.sizes)
        return (self.gates, *rows, *self.alpha, *self.beta, self.segments)

    def _check(self, angles: FloatArray) -> None:
        if angles.shape != (len(self.gates),):
            raise ValueError(f"{len(self.gates)} gates need as many angles, got {angles.shape}")
        if not np.isfinite(angles).all():
            raise ValueError("an angle is not finite")


def compile_program(
    n_orbitals: int,
    nelec: tuple[int, int],
    excitations: Sequence[Excitation],
    labels: IntArray | None = None,
) -> SectorProgram:
    """Compile ``excitations``, first to act first, for one sector.

    Args:
        n_orbitals: spatial orbitals.
        nelec: alpha and beta electrons.
        excitations: they must keep the irrep of the reference (see :func:`keep_irrep`).
        labels: irreps of the orbitals (n_orbitals,); None ignores symmetry.
    """
    sector = Sector(n_orbitals, nelec, no_symmetry(n_orbitals) if labels is None else labels)
    alpha, beta = _AlphaPairs(sector), _BetaPairs(sector)
    gates = [
        (*alpha.slice(e.alpha_from, e.alpha_to), beta.slice(e.beta_from, e.beta_to))
        for e in excitations
    ]
    table = np.array(gates, dtype=np.int64).reshape(-1, 3)
    return SectorProgram(sector, table, alpha.table(), beta.table(), beta.segments())


def keep_irrep(excitations: Iterable[Excitation], labels: IntArray) -> bool:
    """Whether all excitations are totally symmetric under the symmetry of ``labels``."""
    label = labels.tolist()

    def irrep(e: Excitation) -> int:
        moved = (*e.alpha_from, *e.alpha_to, *e.beta_from, *e.beta_to)
        product: int = reduce(xor, (label[p] for p in moved))
        return product

    return not any(map(irrep, excitations))


class _Pairs:
    """String pairs of one spin, each distinct excitation stored once, end to end."""

    def __init__(self, sector: Sector, n_electrons: int) -> None:
        self._sector = sector
        self._space = (sector.n_orbitals, n_electrons)
        self._found: dict[tuple[tuple[int, ...], tuple[int, ...]], int] = {}
        self._columns: list[tuple[IntArray | FloatArray, ...]] = []
        self._length = 0

    def _append(self, *columns: IntArray | FloatArray) -> tuple[int, int]:
        start, self._length = self._length, self._length + len(columns[0])
        self._columns.append(columns)
        return start, self._length

    def _concatenated(self, *kinds: type) -> tuple[np.ndarray, ...]:
        empty: tuple[np.ndarray, ...] = tuple(np.zeros(0, dtype=kind) for kind in kinds)
        return tuple(map(np.concatenate, zip(*self._columns, empty, strict=True)))


class _AlphaPairs(_Pairs):
    """Pairs of rows: start of the source, start of the target, sign, irrep of the source's beta
    strings.
    """

    def __init__(self, sector: Sector) -> None:
        super().__init__(sector, sector.nelec[0])
        self._slices: dict[tuple[tuple[int, ...], tuple[int, ...]], tuple[int, int]] = {}

    def slice(self, sources: tuple[int, ...], targets: tuple[int, ...]) -> tuple[int, int]:
        """Start and stop of the pairs of this excitation."""
        if not sources:
            return IDENTITY, IDENTITY
        if (sources, targets) not in self._slices:
            pairs, rows = string_pairs(*self._space, sources, targets), self._sector.row_start
            self._slices[sources, targets] = self._append(
                rows[pairs.source],
                rows[pairs.target],
                pairs.sign,
                self._sector.row_group[pairs.source],
            )
        return self._slices[sources, targets]

    def table(self) -> AlphaTable:
        """All pairs."""
        source, target, sign, group = self._concatenated(np.int64, np.int64, np.float64, np.int64)
        return source, target, sign, group


class _BetaPairs(_Pairs):
    """Pairs of places in a row: source, target, sign; those of one irrep stand together."""

    def __init__(self, sector: Sector) -> None:
        super().__init__(sector, sector.nelec[1])
        self._bounds: list[IntArray] = []

    def slice(self, sources: tuple[int, ...], targets: tuple[int, ...]) -> int:
        """Which line of ``segments`` belongs to this excitation."""
        if not sources:
            return IDENTITY
        if (sources, targets) not in self._found:
            self._found[sources, targets] = len(self._bounds)
            pairs, beta = string_pairs(*self._space, sources, targets), self._sector.beta
            irrep = beta.irrep[pairs.source]
            order = np.argsort(irrep, kind="stable")
            start, _ = self._append(
                beta.place[pairs.source[order]],
                beta.place[pairs.target[order]],
                pairs.sign[order],
            )
            self._bounds.append(start + np.searchsorted(irrep[order], np.arange(9)))
        return self._found[sources, targets]

    def table(self) -> BetaTable:
        """All pairs."""
        source, target, sign = self._concatenated(np.int64, np.int64, np.float64)
        return source, target, sign

    def segments(self) -> IntArray:
        """(excitations, 9): where the pairs of each irrep begin, and where the last ones end."""
        return np.array(self._bounds, dtype=np.int64).reshape(-1, 9)

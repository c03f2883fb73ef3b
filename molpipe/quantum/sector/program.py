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
from molpipe.quantum.sector.strings import (
    FloatArray,
    IntArray,
    Operator,
    all_string_pairs,
    strings,
)

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
    alpha, alpha_line = _distinct([(e.alpha_from, e.alpha_to) for e in excitations])
    beta, beta_line = _distinct([(e.beta_from, e.beta_to) for e in excitations])
    alpha_table, bounds = _alpha_table(sector, alpha)
    beta_table, segments = _beta_table(sector, beta)
    gates = np.stack([bounds[alpha_line], bounds[alpha_line + 1], beta_line], axis=1)
    gates[alpha_line == IDENTITY, :2] = IDENTITY
    return SectorProgram(sector, np.ascontiguousarray(gates), alpha_table, beta_table, segments)


def keep_irrep(excitations: Iterable[Excitation], labels: IntArray) -> bool:
    """Whether all excitations are totally symmetric under the symmetry of ``labels``."""
    label = labels.tolist()

    def irrep(e: Excitation) -> int:
        moved = (*e.alpha_from, *e.alpha_to, *e.beta_from, *e.beta_to)
        product: int = reduce(xor, (label[p] for p in moved))
        return product

    return not any(map(irrep, excitations))


def _distinct(operators: Sequence[Operator]) -> tuple[list[Operator], IntArray]:
    """Each operator that moves electrons once, and the line of every operator among them."""
    found: dict[Operator, int] = {}
    lines = [found.setdefault(o, len(found)) if o[0] else IDENTITY for o in operators]
    return list(found), np.array(lines, dtype=np.int64)


def _alpha_table(sector: Sector, operators: Sequence[Operator]) -> tuple[AlphaTable, IntArray]:
    """All pairs of rows, and where those of each operator begin."""
    owner, pairs = all_string_pairs(strings(sector.n_orbitals, sector.nelec[0]), operators)
    rows = sector.row_start
    table = (rows[pairs.source], rows[pairs.target], pairs.sign, sector.row_group[pairs.source])
    return table, np.searchsorted(owner, np.arange(len(operators) + 1))


def _beta_table(sector: Sector, operators: Sequence[Operator]) -> tuple[BetaTable, IntArray]:
    """All pairs of places in a row, by operator and irrep, and (operators, 9) where those begin."""
    owner, pairs = all_string_pairs(strings(sector.n_orbitals, sector.nelec[1]), operators)
    group = 8 * owner + sector.beta.irrep[pairs.source]
    order = np.argsort(group, kind="stable")
    place = sector.beta.place
    table = (place[pairs.source[order]], place[pairs.target[order]], pairs.sign[order])
    first = 8 * np.arange(len(operators))[:, None] + np.arange(9)
    return table, np.searchsorted(group[order], first)

"""A row of excitations, compiled once into flat tables that the kernels run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numba
import numpy as np

from molpipe.quantum.excitation_table import ExcitationTable
from molpipe.quantum.sector import kernels
from molpipe.quantum.sector.layout import Sector
from molpipe.quantum.sector.set_up_kernels import distinct_operators, join_strings
from molpipe.quantum.sector.strings import FloatArray, IntArray, strings

Kernel = Callable[..., None]
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
    threads: int = 1

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
        kernel = self._kernel(kernels.apply_gates, kernels.apply_gates_in_parallel)
        kernel(vector.ravel(), np.cos(angles), np.sin(angles), *self._tables)

    def unapply(self, ket: FloatArray, bra: FloatArray, angles: FloatArray) -> FloatArray:
        """Run backwards on both vectors, in place.

        Returns:
            <bra| T_k - T_k+ |ket> at each gate k, (n_gates,): half the derivative of
            <ket|H|ket> by its angle if ``bra`` came in as H ``ket``.
        """
        self._check(angles)
        overlaps = np.zeros(len(self.gates))
        cosines, sines = np.cos(angles), np.sin(angles)
        kernel = self._kernel(kernels.unapply_gates, kernels.unapply_gates_in_parallel)
        kernel(ket.ravel(), bra.ravel(), overlaps, cosines, sines, *self._tables)
        return overlaps

    def transitions(self, vector: FloatArray) -> float:
        """The sum of <vector| T |vector> over the excitations, which move both spins."""
        return float(kernels.transitions(vector.ravel(), *self._tables))

    def _kernel(self, serial: Kernel, parallel: Kernel) -> Kernel:
        if self.threads == 1:
            return serial
        available = numba.config.NUMBA_NUM_THREADS  # type: ignore[attr-defined]
        numba.set_num_threads(min(self.threads, available))
        return parallel

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


def compile_program(sector: Sector, table: ExcitationTable, *, threads: int = 1) -> SectorProgram:
    """Compile excitations, which must keep the irrep of the reference, for one sector.

    With several threads the kernels for them are used, with as many as numba was started with.
    """
    (alpha, alpha_line), (beta, beta_line) = (
        distinct_operators(table.orbitals, spin) for spin in (0, 1)
    )
    every = [strings(sector.n_orbitals, electrons) for electrons in sector.nelec]
    bounds, *alpha_table = join_strings(every[0], alpha, sector.row_start, sector.row_group)
    segments, *beta_table, _ = join_strings(every[1], beta, sector.beta.place, sector.beta.irrep)
    gates = np.full((len(table), 3), IDENTITY)
    moves = alpha_line != IDENTITY
    gates[moves, :2] = bounds[alpha_line[moves]][:, [0, -1]]
    gates[:, 2] = beta_line
    return SectorProgram(sector, gates, tuple(alpha_table), tuple(beta_table), segments, threads)

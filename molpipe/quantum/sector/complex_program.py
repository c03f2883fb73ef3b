"""A row of excitations and occupation phases, compiled once into flat tables.

The complex sister of :mod:`molpipe.quantum.sector.program`, for circuits with phases (LUCJ).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from molpipe.quantum.excitation import Excitation
from molpipe.quantum.jastrow import Occupation
from molpipe.quantum.orbital_rotation import ComplexArray
from molpipe.quantum.sector import complex_kernels
from molpipe.quantum.sector.layout import sector_shape
from molpipe.quantum.sector.strings import (
    FloatArray,
    IntArray,
    StringPairs,
    string_pairs,
    strings,
)

Generator = Excitation | Occupation
"""T of a gate exp(angle (T - T+)), or n of a gate exp(i angle n)."""

_SpinTables = tuple[IntArray, IntArray, FloatArray]
"""Source, target and sign of the entries of one spin."""

_Operator = tuple[tuple[int, ...], tuple[int, ...]]
"""Orbitals of one spin that are emptied, and that are filled."""


@dataclass(frozen=True, eq=False)
class ComplexProgram:
    """A compiled circuit in the sector ``nelec`` of ``n_orbitals``.

    Vectors are complex128 and (alpha strings, beta strings). ``turns`` (n_gates,) tells
    excitations from phases, ``slices`` is (n_gates, 4).
    """

    n_orbitals: int
    nelec: tuple[int, int]
    turns: npt.NDArray[np.bool_]
    slices: IntArray
    tables: tuple[IntArray, IntArray, FloatArray, IntArray, IntArray, FloatArray]

    def apply(self, vector: ComplexArray, angles: FloatArray) -> None:
        """Run the circuit forward on ``vector``, in place; ``angles`` is (n_gates,)."""
        self._check(angles)
        complex_kernels.apply_gates(
            vector, np.cos(angles), np.sin(angles), self.turns, self.slices, *self.tables
        )

    def unapply(self, ket: ComplexArray, bra: ComplexArray, angles: FloatArray) -> FloatArray:
        """Run backwards on both vectors, in place.

        Returns:
            Re <bra| G_k |ket> at each gate k, (n_gates,), with G = T - T+ or i n: half the
            derivative of <ket|H|ket> by its angle if ``bra`` came in as H ``ket``.
        """
        self._check(angles)
        overlaps = np.zeros(angles.size)
        cosines, sines = np.cos(angles), np.sin(angles)
        complex_kernels.unapply_gates(
            ket, bra, overlaps, cosines, sines, self.turns, self.slices, *self.tables
        )
        return overlaps

    def reference(self) -> ComplexArray:
        """The determinant with the lowest orbitals filled."""
        vector = np.zeros(sector_shape(self.n_orbitals, self.nelec), dtype=np.complex128)
        vector[0, 0] = 1.0
        return vector

    def _check(self, angles: FloatArray) -> None:
        if angles.shape != self.turns.shape:
            raise ValueError(f"{self.turns.size} gates need as many angles, got {angles.shape}")
        if not np.isfinite(angles).all():
            raise ValueError("an angle is not finite")


def compile_complex_program(
    n_orbitals: int, nelec: tuple[int, int], generators: Sequence[Generator]
) -> ComplexProgram:
    """Compile ``generators``, first to act first, for one sector."""
    alpha, beta = zip(*map(_by_spin, generators), strict=True) if generators else ((), ())
    alpha_slices, alpha_tables = _compiled(n_orbitals, nelec[0], alpha)
    beta_slices, beta_tables = _compiled(n_orbitals, nelec[1], beta)
    turns = np.array([isinstance(g, Excitation) for g in generators], dtype=np.bool_)
    slices = np.ascontiguousarray(np.hstack([alpha_slices, beta_slices]))
    return ComplexProgram(n_orbitals, nelec, turns, slices, (*alpha_tables, *beta_tables))


def _by_spin(generator: Generator) -> tuple[_Operator, _Operator]:
    if isinstance(generator, Occupation):
        return (generator.alpha, generator.alpha), (generator.beta, generator.beta)
    return (
        (generator.alpha_from, generator.alpha_to),
        (generator.beta_from, generator.beta_to),
    )


def _compiled(
    n_orbitals: int, n_electrons: int, operators: Sequence[_Operator]
) -> tuple[IntArray, _SpinTables]:
    """The slice of each operator, (n_gates, 2), and the entries of all, each stored once."""
    distinct = list(dict.fromkeys(operators))
    entries = [_entries(n_orbitals, n_electrons, operator) for operator in distinct]
    stops = np.cumsum([entry.source.size for entry in entries], dtype=np.int64)
    starts = np.concatenate([np.zeros(1, np.int64), stops])[: stops.size]
    which = np.array([distinct.index(operator) for operator in operators], dtype=np.int64)
    nothing = StringPairs(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
    return np.stack([starts, stops], axis=1)[which], (
        np.concatenate([entry.source for entry in (*entries, nothing)]),
        np.concatenate([entry.target for entry in (*entries, nothing)]),
        np.concatenate([entry.sign for entry in (*entries, nothing)]),
    )


def _entries(n_orbitals: int, n_electrons: int, operator: _Operator) -> StringPairs:
    """Pairs that an excitation joins; equal orbitals stand for their occupation."""
    sources, targets = operator
    if sources != targets:
        return string_pairs(n_orbitals, n_electrons, sources, targets)
    mask = sum(1 << p for p in sources)
    filled = np.flatnonzero(strings(n_orbitals, n_electrons) & mask == mask)
    return StringPairs(filled, filled, np.ones(filled.size))

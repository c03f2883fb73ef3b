"""Occupations of the frontier orbitals from a small CASSCF: what decides between diagnostics."""

from __future__ import annotations

import time
from copy import copy
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from pyscf import mcscf

from molpipe.chem.active_space.natural import NoNaturalOrbitals, natural_orbitals
from molpipe.chem.unrestricted import Unrestricted
from molpipe.model.arrays import FloatArray
from molpipe.model.problem import MeanField

SECONDS: Final = 20.0
"""What orbital optimisation may take; it is asked after each macro-iteration."""

MAX_BASIS_FUNCTIONS: Final = 200
"""Above this, one macro-iteration may take longer than that."""

_MAX_PAIRS: Final = 3
_CORRELATED: Final = 0.1
"""A pair of UHF natural orbitals with such an occupation [electrons] belongs to the space."""

_LEFT: Final = 0.2
"""Where CASCI in the starting orbitals shows so much more, optimisation lost the pair."""

_SPIN_PENALTY: Final = 0.5
_CYCLES: Final = 50


@dataclass(frozen=True, kw_only=True)
class Frontier:
    """Natural occupations, falling, and how they were found, in words.

    ``deviation`` is their largest distance from 2, 1 or 0.
    """

    occupations: tuple[float, ...]
    deviation: float
    source: str


_FAILURES: Final = (ArithmeticError, MemoryError, RuntimeError, ValueError, np.linalg.LinAlgError)


class _OutOfTime(Exception):
    pass


def frontier_occupations(
    mean_field: MeanField,
    space: Any,
    unrestricted: Unrestricted | None,
    *,
    n_core: int,
    seconds: float = SECONDS,
) -> Frontier | None:
    """CASSCF of up to three pairs of orbitals, from UHF natural orbitals or those of MP2.

    UHF natural orbitals come close to optimised ones (Pulay and Hamilton 1988,
    doi:10.1063/1.454704), so that CASCI in them stands in where CASSCF does not end in time.

    Args:
        mean_field: the restricted determinant.
        space: lends its integrals.
        unrestricted: the UHF solution below it, where there is one.
        n_core: frozen orbitals, never in the space.
        seconds: time limit of the orbital optimisation.

    Returns:
        None where the molecule has no pair to correlate, or the calculation failed.
    """
    alpha, beta = mean_field.nelec
    most = min(_MAX_PAIRS, beta - n_core, len(mean_field.mo_occ) - alpha)
    if most < 1:
        return None
    name, orbitals, n_pairs = _choose(mean_field, space, unrestricted, n_core=n_core, most=most)
    nelec = (n_pairs + alpha - beta, n_pairs)
    n_orbitals = 2 * n_pairs + alpha - beta
    label = f"({sum(nelec)},{n_orbitals}) from {name} orbitals"
    field = copy(space)
    field.mo_coeff, field.mo_occ = mean_field.mo_coeff, mean_field.mo_occ
    try:
        with np.errstate(all="ignore"):
            start = _occupations(mcscf.CASCI(field, n_orbitals, nelec), orbitals)
            found, why = _optimise(mcscf.CASSCF(field, n_orbitals, nelec), orbitals, seconds)
    except _FAILURES:
        return None
    if found is None:
        return _frontier(start, nelec, f"CASCI{label}: {why}")
    optimised = _frontier(found, nelec, f"CASSCF{label}")
    plain = _frontier(start, nelec, f"CASCI{label}, as CASSCF leaves the pair that matters")
    return optimised if plain.deviation < optimised.deviation + _LEFT else plain


def largest_deviation(occupations: FloatArray, nelec: tuple[int, int]) -> float:
    """Largest distance of natural occupations (n,) from the 2, 1 or 0 of the determinant.

    They stand as the determinant's do: doubly occupied first, then singly occupied, then empty.
    """
    alpha, beta = nelec
    reference = np.repeat([2.0, 1.0, 0.0], [beta, alpha - beta, len(occupations) - alpha])
    return float(np.abs(occupations - reference).max())


def _choose(
    mean_field: MeanField, space: Any, unrestricted: Unrestricted | None, *, n_core: int, most: int
) -> tuple[str, FloatArray, int]:
    """The kind of orbitals, the orbitals, and how many pairs of them around the frontier.

    UHF natural orbitals come in pairs, so the correlated ones will do. Those of MP2 do not:
    as many as allowed, so that partners are not parted.
    """
    if unrestricted is not None:
        occupations, alpha = unrestricted.occupations, mean_field.nelec[0]
        n_pairs = sum(occupations[alpha + k] > _CORRELATED for k in range(most))
        if n_pairs:
            return "UHF natural", unrestricted.orbitals, n_pairs
    try:
        orbitals, _ = natural_orbitals(space, mean_field, n_core=n_core)
    except NoNaturalOrbitals:
        return "canonical", mean_field.mo_coeff, most
    return "MP2 natural", orbitals, most


def _occupations(solver: Any, orbitals: FloatArray) -> FloatArray:
    alpha, beta = solver.nelecas
    spin = (alpha - beta) / 2
    solver.verbose = 0
    solver.fix_spin_(shift=_SPIN_PENALTY, ss=spin * (spin + 1))
    solver.kernel(orbitals)
    density = solver.fcisolver.make_rdm1(solver.ci, solver.ncas, solver.nelecas)
    return np.linalg.eigvalsh(density)[::-1]


def _frontier(occupations: FloatArray, nelec: tuple[int, int], source: str) -> Frontier:
    return Frontier(
        occupations=tuple(occupations.tolist()),
        deviation=largest_deviation(occupations, nelec),
        source=source,
    )


def _optimise(solver: Any, orbitals: FloatArray, seconds: float) -> tuple[FloatArray | None, str]:
    """Occupations of CASSCF, or None and why there are none."""
    if solver.mol.nao > MAX_BASIS_FUNCTIONS:
        return None, f"CASSCF is not tried above {MAX_BASIS_FUNCTIONS} basis functions"
    end = time.perf_counter() + seconds

    def stop_in_time(_: object) -> None:
        if time.perf_counter() > end:
            raise _OutOfTime

    solver.callback, solver.max_cycle_macro = stop_in_time, _CYCLES
    try:
        occupations = _occupations(solver, orbitals)
    except _OutOfTime:
        return None, f"CASSCF did not end within {seconds:g} s"
    if not solver.converged:
        return None, f"CASSCF did not converge in {_CYCLES} macro-iterations"
    return occupations, ""

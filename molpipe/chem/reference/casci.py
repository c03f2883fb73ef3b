"""The exact answer of the active-space Hamiltonian, in the right spin state."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from pyscf import fci

from molpipe.chem.reference.correlation import FAILURES
from molpipe.model.arrays import FloatArray
from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.results import EnergyValue

MAX_DETERMINANTS: Final = 2_000_000

_SAME_SPIN: Final = 1e-4
"""How far <S^2> of the judge may be from S(S+1)."""

_DENSE: Final = 500
"""Start vectors come from the exact diagonalisation of this many low determinants."""

_ATTEMPTS: Final = ((0.0, 1), (0.2, 1), (0.5, 2), (1.0, 4))
"""Spin penalties [Ha] and numbers of roots that are tried in turn."""

_FEW_GUESSES: Final = 100_000
"""Above so many determinants a start vector costs more than it is worth."""


@dataclass(frozen=True, kw_only=True)
class Exact:
    """Lowest root of the requested spin, and of the sector whatever its spin [Ha].

    ``density`` is the spin-summed one-particle density (n, n) of the former, ``vector`` its
    amplitudes (alpha strings, beta strings).
    """

    casci: EnergyValue
    sector_minimum: float | None
    seconds: float | None
    density: FloatArray | None = None
    vector: FloatArray | None = None


def n_determinants(problem: ActiveSpaceProblem) -> int:
    """Determinants with the problem's numbers of alpha and beta electrons."""
    return math.prod(_shape(problem))


def _shape(problem: ActiveSpaceProblem) -> tuple[int, int]:
    alpha, beta = (math.comb(problem.n_orbitals, n) for n in problem.nelec)
    return alpha, beta


def solve_casci(problem: ActiveSpaceProblem) -> Exact:
    """The lowest state with S(S+1) of the problem, and the lowest of all.

    A plain solver returns the lowest state of the (alpha, beta) sector, which may have a
    higher spin than the one asked for; where it does, states of other spins are raised by
    a penalty until <S^2> is right.
    """
    size = n_determinants(problem)
    if size > MAX_DETERMINANTS:
        reason = f"{size} determinants, exact diagonalisation goes up to {MAX_DETERMINANTS}"
        return Exact(
            casci=EnergyValue.missing("too-expensive", reason), sector_minimum=None, seconds=None
        )
    start = time.perf_counter()
    try:
        return _solve(problem, start)
    except FAILURES as error:
        casci = EnergyValue.missing("failed", f"CASCI: {type(error).__name__}: {error}")
        return Exact(casci=casci, sector_minimum=None, seconds=time.perf_counter() - start)


def _solve(problem: ActiveSpaceProblem, start: float) -> Exact:
    plain = _solver()
    guesses = _guesses(problem, plain)
    minimum, density, vector, seen = None, None, None, []
    for penalty, n_roots in _ATTEMPTS:
        solver = fci.addons.fix_spin(plain, shift=penalty, ss=problem.s2) if penalty else plain
        vectors, converged = _roots(problem, solver, guesses, n_roots=n_roots)
        states = [_state(problem, plain, vector) for vector in vectors]
        if converged and not penalty:
            minimum = states[0][0]
        seen.append(states[0][1])
        right = [k for k, state in enumerate(states) if abs(state[1] - problem.s2) < _SAME_SPIN]
        if converged and right:
            lowest = min(right, key=lambda k: states[k])
            energy, s2 = states[lowest]
            vector = np.reshape(vectors[lowest], _shape(problem))
            density = plain.make_rdm1(vector, problem.n_orbitals, problem.nelec)
            casci = EnergyValue.ok(energy, s2=s2)
            minimum = None if minimum is None else min(minimum, energy)
            break
    else:
        found = ", ".join(f"{s2:.3f}" for s2 in seen)
        reason = f"no state with <S^2> = {problem.s2:g} was found; the solver gave {found}"
        casci = EnergyValue.missing("failed", reason)
    return Exact(
        casci=casci,
        sector_minimum=minimum,
        seconds=time.perf_counter() - start,
        density=density,
        vector=vector,
    )


def _solver() -> Any:
    solver = fci.direct_spin1.FCI()
    solver.verbose = 0
    solver.conv_tol, solver.conv_tol_residual = 1e-12, 1e-6
    solver.max_cycle, solver.max_space = 300, 20
    return solver


def _guesses(problem: ActiveSpaceProblem, solver: Any) -> list[FloatArray]:
    """Low states of the low determinants, with a trace of every symmetry mixed in."""
    size = n_determinants(problem)
    two_body = np.array(problem.two_body)
    where, block = solver.pspace(
        problem.one_body, two_body, problem.n_orbitals, problem.nelec, np=min(size, _DENSE)
    )
    _, low = np.linalg.eigh(block)
    noise = np.random.default_rng(0)
    guesses = []
    for column in low.T[: 4 if size < _FEW_GUESSES else 2]:
        guess = noise.normal(scale=1e-3 / math.sqrt(size), size=size)
        guess[where] += column
        guesses.append(guess / np.linalg.norm(guess))
    return guesses


def _roots(
    problem: ActiveSpaceProblem, solver: Any, guesses: list[FloatArray], *, n_roots: int
) -> tuple[list[FloatArray], bool]:
    """The lowest eigenvectors, and whether they converged."""
    n_roots = min(n_roots, len(guesses))
    _, vectors = solver.kernel(
        problem.one_body,
        np.array(problem.two_body),
        problem.n_orbitals,
        problem.nelec,
        ci0=guesses,
        nroots=n_roots,
        davidson_only=True,
    )
    converged = np.ravel(solver.converged)
    return (list(vectors) if n_roots > 1 else [vectors]), bool(converged.all())


def _state(problem: ActiveSpaceProblem, solver: Any, vector: FloatArray) -> tuple[float, float]:
    """Energy [Ha] without any penalty, and <S^2>, of a normalised vector."""
    n, nelec = problem.n_orbitals, problem.nelec
    energy = solver.energy(problem.one_body, np.array(problem.two_body), vector, n, nelec)
    s2, _ = fci.spin_op.spin_square(vector, n, nelec)
    return float(energy) + problem.core_energy, float(s2)

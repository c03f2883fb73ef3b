"""May coupled cluster judge this molecule? The numbers are gathered here, ``trust`` weighs them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import numpy as np

from molpipe.chem.frontier import Frontier, frontier_occupations, largest_deviation
from molpipe.chem.trust import Findings, weigh
from molpipe.chem.unrestricted import Unrestricted
from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.results import Diagnostics, EnergyValue, Flag, Interest

_NO_CORRELATION: Final = 1e-6
"""A correlation energy [Ha] too small to take a share of."""

_NATURAL: Final = "mp2-natural"

_VISIBLE: Final = 0.005
"""A UHF natural occupation nearer than this to 2 or 0 is left out of the list."""

_DMRG_REACH: Final = 100
"""Active orbitals from which on CASCI, selected CI and DMRG may all fail.

DMRG was run on 76 of the FeMo cofactor (Li et al. 2019, doi:10.1063/1.5063376).
"""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What coupled cluster says about itself: norms of its amplitudes and the triples' share.

    T1: Lee and Taylor 1989, doi:10.1002/qua.560360824; D1: Janssen and Nielsen 1998,
    doi:10.1016/S0009-2614(98)00504-1. For open shells both are taken over the spins, so
    that equal spins give the closed-shell value. None where CCSD did not converge.
    ``exact``: no more than two electrons, or holes, are correlated in that space.
    """

    space: Literal["full", "active"]
    n_electrons: int
    ccsd: EnergyValue
    t1: float | None
    d1: float | None
    max_t2: float | None
    triples_share: float | None
    exact: bool = False

    @classmethod
    def of(
        cls,
        space: Literal["full", "active"],
        n_electrons: int,
        hf_energy: float,
        *,
        ccsd: EnergyValue,
        ccsd_t: EnergyValue,
        t1: Any,
        t2: Any,
    ) -> Evidence:
        """From energies [Ha] and amplitudes as PySCF keeps them (by spin for UHF)."""
        norms: tuple[float | None, ...] = (None, None, None)
        if t2 is not None:
            norms = _norms(t1, t2, n_electrons)
        return cls(
            space=space,
            n_electrons=n_electrons,
            ccsd=ccsd,
            t1=norms[0],
            d1=norms[1],
            max_t2=norms[2],
            triples_share=_triples_share(hf_energy, ccsd, ccsd_t),
            exact=ccsd.status == "ok" and _highest_excitation(t1, t2) <= 2,
        )


def diagnose(
    problem: ActiveSpaceProblem,
    evidence: Evidence,
    casci: EnergyValue,
    *,
    unrestricted: Unrestricted | None,
    integrals: Callable[[], Any],
) -> Diagnostics:
    """Flag, reasons, and the two questions: may CCSD judge, and is quantum interesting here.

    Args:
        problem: for SCF stability and natural occupations.
        evidence: from the full space where CCSD ran there, else from the active space.
        casci: the exact answer of the active space, or why there is none.
        unrestricted: the UHF solution below the restricted one, where there is one.
        integrals: makes the :func:`molpipe.chem.meanfield.workspace` that a deciding CASSCF
            needs; it is only called where the diagnostics disagree.
    """
    mean_field = problem.mean_field
    found, frontier = gather(problem, evidence, unrestricted), None
    verdict = weigh(found)
    if verdict.undecided:
        frontier = frontier_occupations(
            mean_field, integrals(), unrestricted, n_core=problem.n_frozen_core
        )
    if frontier is not None:
        verdict = weigh(replace(found, casscf_deviation=frontier.deviation))
    return Diagnostics(
        space=evidence.space,
        t1=evidence.t1,
        d1=evidence.d1,
        max_t2=evidence.max_t2,
        natural_occupations=_by_deviation(problem),
        unrestricted_natural_occupations=_open(unrestricted),
        scf_stable_internal=mean_field.stable_internal,
        scf_stable_external=mean_field.stable_external,
        triples_share=evidence.triples_share,
        may_ccsd_judge=verdict.may_ccsd_judge,
        flag=verdict.flag,
        reasons=verdict.reasons,
        interest=_interest(verdict.flag, casci, problem.n_orbitals),
        unrestricted_energy=None if unrestricted is None else unrestricted.energy,
        unrestricted_s2=None if unrestricted is None else unrestricted.s2,
        casscf_occupations=None if frontier is None else frontier.occupations,
        sources=tuple(_sources(problem, evidence, unrestricted, frontier)),
    )


def gather(
    problem: ActiveSpaceProblem, evidence: Evidence, unrestricted: Unrestricted | None
) -> Findings:
    """The numbers that the rule looks at, before any CASSCF; arguments as :func:`diagnose`."""
    mean_field = problem.mean_field
    has_mp2 = problem.orbitals.startswith(_NATURAL)
    return Findings(
        space=evidence.space,
        open_shell=mean_field.kind == "rohf",
        exact=evidence.exact and evidence.space == "full",
        converged=evidence.ccsd.status == "ok",
        stable_internal=mean_field.stable_internal,
        stable_external=mean_field.stable_external,
        drop=(mean_field.followed_from or mean_field.energy) - mean_field.energy,
        t1=evidence.t1,
        d1=evidence.d1,
        max_t2=evidence.max_t2,
        triples_share=evidence.triples_share,
        mp2_deviation=largest_deviation(problem.occupations, problem.nelec) if has_mp2 else None,
        unrestricted_deviation=None
        if unrestricted is None
        else largest_deviation(unrestricted.occupations, mean_field.nelec),
    )


def _sources(
    problem: ActiveSpaceProblem,
    evidence: Evidence,
    unrestricted: Unrestricted | None,
    frontier: Frontier | None,
) -> Iterator[str]:
    """From which calculation each number comes."""
    kind = problem.mean_field.kind
    everywhere = f"all orbitals, frozen core of {problem.n_frozen_core}"
    where = (
        f"the active space ({sum(problem.nelec)},{problem.n_orbitals}), semicanonical orbitals: "
        "thresholds of T1 and D1 do not carry over and are not applied"
        if evidence.space == "active"
        else f"{everywhere}, {'canonical' if kind == 'rhf' else 'semicanonical'}"
    )
    yield f"T1, D1, largest T2, triples: {kind.upper()}-CCSD(T) in {where}"
    if problem.orbitals.startswith(_NATURAL):
        yield f"natural occupations: MP2 in {everywhere}; those of the active orbitals are listed"
    else:
        yield f"natural occupations: of the active orbitals as chosen ({problem.orbitals})"
    if unrestricted is not None:
        yield "unrestricted natural occupations: UHF, all electrons"
    if frontier is not None:
        yield f"CASSCF occupations: {frontier.source}"


def _norms(t1: Any, t2: Any, n_electrons: int) -> tuple[float, float, float]:
    singles = t1 if isinstance(t1, tuple) else (t1, t1)
    doubles = t2 if isinstance(t2, tuple) else (t2,)
    squares = sum(float((t**2).sum()) for t in singles)
    largest = max(float(np.linalg.norm(t, 2)) if t.size else 0.0 for t in singles)
    biggest = max(float(np.abs(t).max()) if t.size else 0.0 for t in doubles)
    return float(np.sqrt(squares / (2 * n_electrons))), largest, biggest


def _triples_share(hf_energy: float, ccsd: EnergyValue, ccsd_t: EnergyValue) -> float | None:
    if ccsd.good is None or ccsd_t.good is None:
        return None
    correlation = ccsd_t.good - hf_energy
    return (ccsd_t.good - ccsd.good) / correlation if abs(correlation) > _NO_CORRELATION else None


def _by_deviation(problem: ActiveSpaceProblem) -> tuple[float, ...]:
    """Occupations, the ones nearest to the determinant first."""
    alpha, beta = problem.nelec
    reference = np.repeat([2.0, 1.0, 0.0], [beta, alpha - beta, problem.n_orbitals - alpha])
    order = np.argsort(np.abs(problem.occupations - reference), kind="stable")
    return tuple(float(n) for n in problem.occupations[order])


def _highest_excitation(t1: Any, t2: Any) -> int:
    """Electrons that can be excited at once; 0 without amplitudes (nothing to correlate)."""
    if t2 is None:
        return 0
    return sum(min(np.shape(t)) for t in (t1 if isinstance(t1, tuple) else (t1, t1)))


def _open(unrestricted: Unrestricted | None) -> tuple[float, ...] | None:
    """The UHF natural occupations that are not 2 or 0, falling."""
    if unrestricted is None:
        return None
    occupations = unrestricted.occupations
    return tuple(occupations[np.minimum(occupations, 2 - occupations) > _VISIBLE].tolist())


def _interest(flag: Flag, casci: EnergyValue, n_orbitals: int) -> Interest:
    """Beyond classical only where CASCI, selected CI and DMRG would all fail."""
    if casci.status not in ("ok", "too-expensive"):
        return "unknown"
    if flag != "red":
        return "classical-suffices"
    within_reach = casci.status == "ok" or n_orbitals <= _DMRG_REACH
    return "multireference-classically-exact" if within_reach else "beyond-classical"

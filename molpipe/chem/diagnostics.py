"""May coupled cluster judge this molecule? Several signs, none of which decides alone.

The thresholds are a first, cautious rule. They were set by hand on about fifteen systems,
most of them in ``tests/chem/test_diagnostics.py``, and are no calibration.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np

from molpipe.model.problem import ActiveSpaceProblem, MeanField
from molpipe.model.results import Diagnostics, EnergyValue, Flag, Interest

_LARGE_T1, _LARGE_D1 = 0.02, 0.05
_VERY_LARGE_T1, _VERY_LARGE_D1 = 0.06, 0.15
_LARGE_T2, _VERY_LARGE_T2 = 0.2, 0.3
_LARGE_DROP: Final = 0.005
"""Energy [Ha] between an unstable solution and the stable one below it."""

_LARGE_TRIPLES_SHARE: Final = 0.05
_NO_CORRELATION: Final = 1e-6
"""A correlation energy [Ha] too small to take a share of."""

_RED, _AMBER = 3, 1
"""Weights that add up to a flag; one strong sign weighs 2 and cannot make red alone."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What coupled cluster says about itself: norms of its amplitudes and the triples' share.

    T1: Lee and Taylor 1989, doi:10.1002/qua.560360824; D1: Janssen and Nielsen 1998,
    doi:10.1016/S0009-2614(98)00504-1. For open shells both are taken over the spins, so
    that equal spins give the closed-shell value. None where CCSD did not converge.
    """

    space: Literal["full", "active"]
    n_electrons: int
    ccsd: EnergyValue
    t1: float | None
    d1: float | None
    max_t2: float | None
    triples_share: float | None

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
        )


def diagnose(problem: ActiveSpaceProblem, evidence: Evidence, casci: EnergyValue) -> Diagnostics:
    """Flag, reasons, and the two questions: may CCSD judge, and is quantum interesting here.

    Args:
        problem: for SCF stability and natural occupations.
        evidence: from the full space where CCSD ran there, else from the active space.
        casci: the exact answer of the active space, or why there is none.
    """
    signs = _stability_signs(problem.mean_field) + _cluster_signs(evidence)
    weight = sum(weight for weight, _ in signs)
    flag: Flag = "red" if weight >= _RED else "amber" if weight >= _AMBER else "green"
    reasons = tuple(reason for _, reason in signs) or ("no warning sign was found",)
    if evidence.space == "active":
        reasons += ("coupled cluster was looked at inside the active space only",)
    mean_field = problem.mean_field
    return Diagnostics(
        space=evidence.space,
        t1=evidence.t1,
        d1=evidence.d1,
        max_t2=evidence.max_t2,
        natural_occupations=_by_deviation(problem),
        unrestricted_natural_occupations=None,
        scf_stable_internal=mean_field.stable_internal,
        scf_stable_external=mean_field.stable_external,
        triples_share=evidence.triples_share,
        may_ccsd_judge=flag != "red" and evidence.ccsd.status == "ok",
        flag=flag,
        reasons=reasons,
        interest=_interest(flag, casci),
    )


def _stability_signs(mean_field: MeanField) -> list[tuple[int, str]]:
    signs = []
    if mean_field.followed_from is not None:
        drop = mean_field.followed_from - mean_field.energy
        reason = f"the first Hartree-Fock solution was unstable, {drop:.4f} Ha above this one"
        signs.append((2 if drop > _LARGE_DROP else 1, reason))
    elif mean_field.stable_internal is False:
        signs.append((2, "the Hartree-Fock solution is unstable and none lower was found"))
    if mean_field.stable_external is False:
        signs.append((1, "an unrestricted Hartree-Fock solution lies lower"))
    return signs


def _cluster_signs(evidence: Evidence) -> list[tuple[int, str]]:
    if evidence.ccsd.status in ("unconverged", "failed"):
        return [(2, "CCSD did not converge")]
    if evidence.n_electrons <= 2:
        return []  # CCSD is exact
    signs = []
    t1, d1, t2 = evidence.t1 or 0.0, evidence.d1 or 0.0, evidence.max_t2 or 0.0
    # Thresholds for singles were found in full spaces and do not carry over to active ones.
    if evidence.space == "full" and t1 > _LARGE_T1 and d1 > _LARGE_D1:
        weight = 2 if t1 > _VERY_LARGE_T1 and d1 > _VERY_LARGE_D1 else 1
        signs.append((weight, f"large singles amplitudes (T1 {t1:.3f}, D1 {d1:.3f})"))
    if t2 > _LARGE_T2:
        signs.append((2 if t2 > _VERY_LARGE_T2 else 1, f"large doubles amplitude ({t2:.2f})"))
    share = evidence.triples_share
    if share is not None and abs(share) > _LARGE_TRIPLES_SHARE:
        signs.append((1, f"triples are {100 * share:.1f} % of the correlation energy"))
    return signs


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


def _interest(flag: Flag, casci: EnergyValue) -> Interest:
    if casci.status != "ok":
        return "unknown"
    return "multireference-classically-exact" if flag == "red" else "classical-suffices"

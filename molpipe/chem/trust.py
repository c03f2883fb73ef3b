"""May coupled cluster judge? The rule, from numbers alone.

Each family of diagnostics is calm, raised or strong. No single one decides: two strong
ones agree, and where they disagree the occupations of a small CASSCF do. The thresholds were
set on the calibration systems of ``benchmarks/calibration`` and tested on others; the table
stands in ``docs/diagnostics.md``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from molpipe.model.results import Flag
from molpipe.units import mha

SINGLES: Final = (0.02, 0.05)
STRONG_SINGLES: Final = (0.06, 0.15)
"""T1 and D1; both must be passed. They mean nothing inside an active space."""

DOUBLES, STRONG_DOUBLES = 0.2, 0.3
"""The largest doubles amplitude."""

TRIPLES, STRONG_TRIPLES = 0.04, 0.07
"""Share of the correlation energy that comes from (T)."""

UNRESTRICTED: Final = 0.1
STRONG_UNRESTRICTED: Final = 0.5
"""How far a UHF natural occupation is from 2, 1 or 0. Naphthalene has 0.43."""

PERTURBATION: Final = 0.1
"""How far an MP2 natural occupation is from 2, 1 or 0; never strong, MP2 exaggerates."""

LARGE_DROP: Final = 0.005
"""Energy [Ha] between a saddle point and the solution below it that counts as strong."""

DECIDING: Final = 0.25
"""How far a CASSCF occupation must be from 2, 1 or 0 to call a molecule multireference."""


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What is known about one molecule; None where it was not computed.

    ``exact``: no more than two electrons (or two holes) are correlated. ``drop`` [Ha] is how
    far the highest restricted solution lies above the one used. Deviations are the largest
    distance of a natural occupation from 2, 1 or 0, whichever the determinant has there.
    """

    space: Literal["full", "active"]
    open_shell: bool
    exact: bool
    converged: bool
    stable_internal: bool | None
    stable_external: bool | None
    drop: float
    t1: float | None
    d1: float | None
    max_t2: float | None
    triples_share: float | None
    mp2_deviation: float | None
    unrestricted_deviation: float | None
    casscf_deviation: float | None = None


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """``undecided``: the diagnostics disagree, and there is no CASSCF to decide."""

    flag: Flag
    may_ccsd_judge: bool
    undecided: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class _Sign:
    strong: bool
    reason: str


def weigh(found: Findings) -> Verdict:
    """The flag, whether CCSD may judge, and the reasons as sentences."""
    signs = list(_signs(found))
    reasons = tuple(sign.reason for sign in signs)
    if not found.converged:
        return _verdict("red", (*reasons, "CCSD did not converge"))
    if found.exact:
        reason = "CCSD is exact here: two electrons or two holes are correlated"
        return _verdict("amber" if signs else "green", (*reasons, reason))
    if sum(sign.strong for sign in signs) >= 2:
        return _verdict("red", reasons)
    if _disagree(found, signs):
        return _decide(found, signs, reasons)
    return _with_caution(found, "amber" if signs else "green", reasons)


def _signs(found: Findings) -> Iterator[_Sign]:
    yield from _hartree_fock(found)
    if found.converged and not found.exact:
        yield from _cluster(found)
    deviation = found.mp2_deviation
    if deviation is not None and deviation > PERTURBATION:
        yield _Sign(False, f"an MP2 natural occupation is {deviation:.2f} off the determinant's")


def _hartree_fock(found: Findings) -> Iterator[_Sign]:
    """One sign at most: instability and UHF occupations are two faces of the same thing."""
    deviation = found.unrestricted_deviation or 0.0
    reasons = []
    if found.drop > 0:
        reasons.append(
            f"another restricted Hartree-Fock solution lies {mha(found.drop):.1f} mHa "
            "above the one used"
        )
    if found.stable_internal is False:
        reasons.append("the Hartree-Fock solution is unstable and none lower was found")
    if found.stable_external is False:
        reasons.append("an unrestricted Hartree-Fock solution lies lower")
    if deviation > UNRESTRICTED:
        reasons.append(f"a UHF natural occupation is {deviation:.2f} off the determinant's")
    strong = found.drop > LARGE_DROP or deviation > STRONG_UNRESTRICTED
    if reasons:
        yield _Sign(strong or found.stable_internal is False, ", ".join(reasons))


def _cluster(found: Findings) -> Iterator[_Sign]:
    t1, d1 = found.t1 or 0.0, found.d1 or 0.0
    if found.space == "full" and t1 > SINGLES[0] and d1 > SINGLES[1]:
        # Singles of an open shell also hold the relaxation that ROHF orbitals lack.
        strong = not found.open_shell and t1 > STRONG_SINGLES[0] and d1 > STRONG_SINGLES[1]
        yield _Sign(strong, f"large singles amplitudes (T1 {t1:.3f}, D1 {d1:.3f})")
    t2 = found.max_t2 or 0.0
    if t2 > DOUBLES:
        yield _Sign(t2 > STRONG_DOUBLES, f"a large doubles amplitude ({t2:.2f})")
    share = abs(found.triples_share or 0.0)
    if share > TRIPLES:
        reason = f"triples are {100 * share:.1f} % of the correlation energy"
        yield _Sign(share > STRONG_TRIPLES, reason)


def _disagree(found: Findings, signs: list[_Sign]) -> bool:
    enough = 1 if found.space == "active" else 2
    return any(sign.strong for sign in signs) or len(signs) >= enough


def _decide(found: Findings, signs: list[_Sign], reasons: tuple[str, ...]) -> Verdict:
    """By CASSCF; without it, the more careful answer."""
    deviation = found.casscf_deviation
    if deviation is None:
        flag: Flag = "red" if any(sign.strong for sign in signs) else "amber"
        reason = "the diagnostics disagree and no CASSCF could decide"
        return Verdict(flag=flag, may_ccsd_judge=False, undecided=True, reasons=(*reasons, reason))
    if deviation > DECIDING:
        reason = f"CASSCF decides: an occupation is {deviation:.2f} off the determinant's"
        return _verdict("red", (*reasons, reason))
    reason = f"CASSCF decides: no occupation is more than {deviation:.2f} off the determinant's"
    return _with_caution(found, "amber", (*reasons, reason))


def _with_caution(found: Findings, flag: Flag, reasons: tuple[str, ...]) -> Verdict:
    """One determinant is enough, but is CCSD? And what can an active space vouch for?"""
    if found.space == "active":
        flag = "amber"
        reasons = (*reasons, "coupled cluster was looked at inside the active space only")
    if abs(found.triples_share or 0.0) > STRONG_TRIPLES:
        reasons = (*reasons, "CCSD leaves out too much of the correlation to judge")
        return Verdict(flag="amber", may_ccsd_judge=False, undecided=False, reasons=reasons)
    return _verdict(flag, reasons)


def _verdict(flag: Flag, reasons: tuple[str, ...]) -> Verdict:
    return Verdict(
        flag=flag,
        may_ccsd_judge=flag != "red",
        undecided=False,
        reasons=reasons or ("no warning sign was found",),
    )

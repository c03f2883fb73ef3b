"""What the rule says of a measured system, and whether that is right."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from benchmarks.calibration.systems import System
from molpipe.chem.trust import Findings, Verdict, weigh
from molpipe.units import mha

LIMIT: Final = 2.0
"""Error of CCSD [mHa] per correlated pair of electrons above which it may not judge."""

Kind = Literal["allowed, right", "refused, right", "missed", "false alarm"]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """``error`` of CCSD against FCI [mHa], None where one of the two is missing."""

    system: System
    found: Findings
    verdict: Verdict
    n_pairs: float
    error: float | None
    unrestricted_error: float | None

    @classmethod
    def of(cls, system: System, record: dict[str, Any]) -> Outcome:
        """From what ``measure`` stored. CASSCF is only looked at where it is asked."""
        found, energies = Findings(**record["findings"]), record["energies"]
        asked = replace(found, casscf_deviation=None)
        verdict = weigh(asked)
        if verdict.undecided:
            asked, verdict = found, weigh(found)
        return cls(
            system=system,
            found=asked,
            verdict=verdict,
            n_pairs=record["n_electrons"] / 2,
            error=_difference(energies["ccsd"], energies["fci"]),
            unrestricted_error=_difference(energies["ccsd_t_unrestricted"], energies["fci"]),
        )

    def is_right(self, limit: float = LIMIT) -> bool:
        """Whether CCSD deserves to judge: near FCI, or, without FCI, known to be fine."""
        if self.system.expected is not None:
            return self.system.expected
        return self.error is not None and abs(self.error) <= limit * self.n_pairs

    def kind(self, limit: float = LIMIT) -> Kind:
        """The cell of the confusion table."""
        if self.verdict.may_ccsd_judge:
            return "allowed, right" if self.is_right(limit) else "missed"
        return "false alarm" if self.is_right(limit) else "refused, right"


def count(outcomes: list[Outcome], limit: float = LIMIT) -> Counter[Kind]:
    """The confusion table."""
    return Counter(outcome.kind(limit) for outcome in outcomes)


def _difference(energy: float | None, exact: float | None) -> float | None:
    return None if energy is None or exact is None else mha(energy - exact)

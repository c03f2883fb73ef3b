"""The table of ``docs/diagnostics.md``, drawn from what was measured."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from benchmarks.calibration.outcome import LIMIT, Outcome, count
from benchmarks.calibration.systems import SYSTEMS
from benchmarks.markdown import table
from molpipe.units import mha

PAGE: Final = Path(__file__).parents[2] / "docs" / "diagnostics.md"
_MARKS: Final = ("<!-- drawn by python -m benchmarks.calibration -->", "<!-- end -->")

_KINDS: Final = ("allowed, right", "refused, right", "missed", "false alarm")
_LIMITS: Final = (1.0, 1.594, LIMIT, 3.0)

_HEAD: Final = [
    *("system", "basis", "T1", "D1", "max T2", "triples %", "HF", "MP2", "UHF", "CASSCF"),
    *("CCSD − FCI", "per pair", "UCCSD(T) − FCI", "flag", "may judge", "right?"),
]


def write(stored: dict[str, Any]) -> None:
    """Put the table of everything that is measured between the marks of the page."""
    pattern = re.compile(f"{re.escape(_MARKS[0])}.*{re.escape(_MARKS[1])}", re.S)
    text = f"{_MARKS[0]}\n{draw(stored)}\n{_MARKS[1]}"
    PAGE.write_text(pattern.sub(lambda _: text, PAGE.read_text("utf-8")), "utf-8")


def outcomes(stored: dict[str, Any]) -> list[Outcome]:
    """In the order of the systems."""
    return [Outcome.of(s, stored[s.key]) for s in SYSTEMS if s.key in stored]


def draw(stored: dict[str, Any]) -> str:
    """Confusion counts, and one table for each split."""
    found = outcomes(stored)
    splits = {
        split: [o for o in found if o.system.split == split]
        for split in ("calibration", "held-out")
    }
    parts = [_counts(splits)]
    for split, members in splits.items():
        parts.append(f"### {split.capitalize()}: {len(members)} systems")
        parts.append(table(_HEAD, [_row(outcome) for outcome in members]))
    return "\n\n".join(parts)


def _counts(splits: dict[str, list[Outcome]]) -> str:
    rows = []
    for split, members in splits.items():
        for limit in _LIMITS:
            counts = count(members, limit)
            rows.append([split, f"{limit:g}", *(str(counts[kind]) for kind in _KINDS)])
    return table(["systems", "limit [mHa per pair]", *_KINDS], rows)


def _row(outcome: Outcome) -> list[str]:
    found, error = outcome.found, outcome.error
    share = found.triples_share
    return [
        outcome.system.name,
        outcome.system.basis,
        _plain(found.t1),
        _plain(found.d1),
        _plain(found.max_t2, 2),
        _plain(None if share is None else 100 * share, 1),
        _stability(outcome),
        _plain(found.mp2_deviation, 2),
        _plain(found.unrestricted_deviation, 2),
        _plain(found.casscf_deviation, 2),
        _error(outcome),
        _plain(None if error is None else error / outcome.n_pairs, 2),
        _plain(outcome.unrestricted_error, 1),
        outcome.verdict.flag,
        "yes" if outcome.verdict.may_ccsd_judge else "no",
        outcome.kind(),
    ]


def _stability(outcome: Outcome) -> str:
    """The drop [mHa], then i for unstable within its kind and e for unstable towards UHF."""
    found = outcome.found
    marks = [
        f"−{mha(found.drop):.1f}" if found.drop > 0 else "",
        "i" if found.stable_internal is False else "",
        "e" if found.stable_external is False else "",
    ]
    return " ".join(mark for mark in marks if mark) or "stable"


def _error(outcome: Outcome) -> str:
    if outcome.system.expected is not None:
        return "no FCI"
    return "unconverged" if outcome.error is None else _plain(outcome.error, 1)


def _plain(value: float | None, digits: int = 3) -> str:
    """A true minus sign, and a dash for nothing."""
    if value is None:
        return "–"
    return f"{value:.{digits}f}".replace("-", "−")

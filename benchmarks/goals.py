"""What was to be reached against the peers, and what was missed."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.comparison import Comparison, mean_ratio
from benchmarks.markdown import digits
from benchmarks.molecules import COMPARED

MEAN_GOAL, EACH_GOAL = 100.0, 40.0
MEAN_BOUND, EACH_BOUND = 60.0, 25.0
"""Times the better peer: in the geometric mean, and on each molecule."""

LIMIT, AT_THE_LIMIT = 2.0, ("N2", "H8", "H10")
"""An energy and gradient may cost so many contractions on these."""

ENERGY_TOLERANCE = 2e-6
"""Our error may exceed the best peer's by so much [Ha]."""


def verdict(comparison: Comparison) -> Iterator[str]:
    """One sentence per goal, then one per thing that went wrong."""
    yield from _time(comparison)
    yield _evaluation(comparison)
    yield _energy(comparison)
    for (tool, molecule), why in comparison.failures.items():
        yield f"{tool} on {molecule}: {why}"
    for molecule in comparison.different_problems():
        yield f"{molecule}: the tools disagree on the SCF energy"


def _time(c: Comparison) -> Iterator[str]:
    ratios = c.speedups(lambda m: m.seconds)
    mean = mean_ratio(list(ratios.values()))
    if mean is None:
        yield "No molecule was measured with molpipe and a peer."
        return
    missing = [m for m in COMPARED if m not in ratios]
    without = f" (without {', '.join(missing)})" if missing else ""
    yield (
        f"Geometric mean over {', '.join(ratios)}{without}: {digits(mean)} times the better peer; "
        f"goal {MEAN_GOAL:.0f} {_met(mean, MEAN_GOAL)}, bound {MEAN_BOUND:.0f} "
        f"{_met(mean, MEAN_BOUND)}."
    )
    worst = min(ratios, key=ratios.__getitem__)
    yield (
        f"Smallest ratio: {worst}, {digits(ratios[worst])}. "
        f"Under the goal of {EACH_GOAL:.0f}: {_below(ratios, EACH_GOAL)}. "
        f"Under the bound of {EACH_BOUND:.0f}: {_below(ratios, EACH_BOUND)}."
    )


def _evaluation(c: Comparison) -> str:
    found = {m: r for m in AT_THE_LIMIT if m in c.molecules and (r := c.over_limit(m))}
    dear = ", ".join(f"{m} ({digits(r)})" for m, r in found.items() if r > LIMIT)
    return (
        f"Energy and gradient over {LIMIT:.0f} contractions, among {', '.join(found) or 'none'}: "
        f"{dear or 'none'}."
    )


def _energy(c: Comparison) -> str:
    excess = {m: e for m in c.molecules if (e := c.excess(m)) is not None}
    worse = ", ".join(
        f"{m} ({e * 1e6:+.1f} uHa)" for m, e in excess.items() if e > ENERGY_TOLERANCE
    )
    return (
        f"Error more than {ENERGY_TOLERANCE * 1e6:.0f} uHa above the best peer's: "
        f"{worse or 'none'}."
    )


def _met(value: float, goal: float) -> str:
    return "reached" if value >= goal else "missed"


def _below(ratios: dict[str, float], goal: float) -> str:
    return ", ".join(f"{m} ({digits(r)})" for m, r in ratios.items() if r < goal) or "none"

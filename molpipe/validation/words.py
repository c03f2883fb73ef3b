"""An outcome in words, the same on the terminal and in Prefect."""

from __future__ import annotations

import math
from collections.abc import Sequence

from molpipe.validation.comparison import Outcome

HEADERS = ("", "what", "published", "ours", "difference", "tolerance", "source")


def cells(outcome: Outcome) -> tuple[str, ...]:
    """One line of a table under :data:`HEADERS`; what is missing is empty."""
    check = outcome.check
    return (
        "pass" if outcome.passed else "FAIL",
        f"{check.what} [{check.unit}]",
        _rounded(check.published, check.tolerance),
        "" if outcome.ours is None else _rounded(outcome.ours, check.tolerance),
        "" if outcome.difference is None else f"{outcome.difference:+.1e}",
        f"{check.tolerance:g}",
        check.source.label,
    )


def sentence(outcome: Outcome) -> str:
    """What was compared and how it ended, in one line."""
    if outcome.ours is None:
        return f"{outcome.check.what} could not be computed: {outcome.missing}"
    _, what, published, ours, difference, tolerance, _ = cells(outcome)
    return (
        f"{what}: published {published}, ours {ours}, difference {difference}, "
        f"tolerance {tolerance}"
    )


def tally(outcomes: Sequence[Outcome]) -> str:
    """How many values are as published."""
    passed = sum(outcome.passed for outcome in outcomes)
    return f"{passed} of {len(outcomes)} values are within their tolerance"


def reasons(outcomes: Sequence[Outcome]) -> list[str]:
    """Why calculations gave nothing to compare, each once."""
    missing = [outcome for outcome in outcomes if outcome.missing]
    return list(dict.fromkeys(f"{o.check.calculation}: {o.missing}" for o in missing))


def _rounded(value: float, tolerance: float) -> str:
    """The value with one digit more than its tolerance has."""
    decimals = max(0, 1 - math.floor(math.log10(tolerance)))
    return f"{value:z.{decimals}f}"

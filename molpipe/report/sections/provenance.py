"""How a run and its rows were made: settings as lines, without those that say nothing new."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from molpipe.analysis.variants import flat


def changed(
    settings: Mapping[str, Any], usual: Mapping[str, Any]
) -> tuple[tuple[str, object], ...]:
    """The settings that differ from the usual ones, as dotted keys with their values."""
    known = flat(usual)
    return tuple((key, value) for key, value in flat(settings).items() if value != known.get(key))

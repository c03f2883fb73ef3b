"""How a run and its rows were made: settings as lines, without those that say nothing new."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def flat(settings: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Nested settings as dotted keys with their values."""
    for key, value in settings.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def changed(
    settings: Mapping[str, Any], usual: Mapping[str, Any]
) -> tuple[tuple[str, object], ...]:
    """The settings that differ from the usual ones, as dotted keys with their values."""
    known = dict(flat(usual))
    return tuple((key, value) for key, value in flat(settings) if value != known.get(key))

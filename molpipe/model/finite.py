"""Numbers that are none."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping

import numpy as np


def not_finite(value: object, place: str) -> str | None:
    """Which number in ``value`` is NaN or infinite, as ``place.field is nan``; None if none is.

    Args:
        value: made of dataclasses, mappings, lists, tuples and numbers.
        place: what to call it.
    """
    return next(_broken(value, place), None)


def _broken(value: object, place: str) -> Iterator[str]:
    if isinstance(value, float | np.floating) and not math.isfinite(value):
        yield f"{place} is {float(value)}"
    for part, item in _parts(value):
        yield from _broken(item, f"{place}{part}")


def _parts(value: object) -> Iterator[tuple[str, object]]:
    if dataclasses.is_dataclass(value):
        for item in dataclasses.fields(value):
            yield f".{item.name}", getattr(value, item.name)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield f".{key}", item
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield f"[{index}]", item

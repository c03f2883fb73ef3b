"""Content keys and ids of runs by how they begin."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute

SHORTEST: Final = 8
"""So many characters of a key or an id are needed, where a name is possible as well."""


def as_prefix(text: str) -> str | None:
    """How a key or an id begins, where ``text`` may be that."""
    prefix = text.lower()
    return prefix if len(prefix) >= SHORTEST and set(prefix) <= set("0123456789abcdef") else None


def begins(key: InstrumentedAttribute[Any], prefix: str) -> ColumnElement[bool]:
    """A key that begins so: as a range, which the index serves; "g" follows "f"."""
    return key.between(prefix, prefix + "g")

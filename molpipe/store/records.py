"""What goes into the store and what comes out of it, where the model has no type for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, eq=False)
class Staged(Generic[T]):
    """The value of a stage with the wall time [s] that it took when it was computed.

    ``recalled`` says that it came from the store and nothing was computed now.
    """

    value: T
    seconds: float
    recalled: bool


@dataclass(frozen=True, kw_only=True)
class RunStart:
    """A run as it begins: the facts of its batch block that are known before the first row.

    ``started`` has a time zone; ``n_rows`` counts the rows of the input.
    """

    id: str
    name: str
    source: str
    source_sha256: str
    columns: Mapping[str, str]
    n_rows: int
    started: datetime
    settings: Mapping[str, Any]
    versions: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class RunSummary:
    """One line about a run; ``finished`` and ``seconds`` are None where it never ended.

    ``statuses`` counts the rows that were kept, by their status.
    """

    id: str
    name: str
    source: str
    n_rows: int
    started: datetime
    finished: datetime | None
    seconds: float | None
    statuses: Mapping[str, int]

"""What nobody needs any more: old runs, and what only these were made from."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, delete, func, select, text
from sqlalchemy.orm import InstrumentedAttribute

from molpipe.errors import InputError
from molpipe.store.documents import summaries
from molpipe.store.needed import ORDERS, needed_by
from molpipe.store.records import RunSummary
from molpipe.store.schema import Lease, Result, Run, RunRow, StageResult, StoredBatch
from molpipe.store.transactions import Database

HAND_OVERS: Final = (ORDERS, "vqe-outcome")
"""Stages whose results only pass from one run to another."""

HAND_OVER_AGE: Final = timedelta(days=1)
UNFINISHED_AGE: Final = timedelta(days=30)
"""A run that never ended may still be running; so long after its last row it is not."""

AT_ONCE: Final = 500
"""Lines that one statement deletes."""


@dataclass(frozen=True, kw_only=True)
class Prunable:
    """What can go: runs with their rows, stage results and batches by key.

    ``n_bytes`` is the size of the last two; all of them were made before ``before``.
    """

    runs: tuple[RunSummary, ...]
    stage_results: tuple[str, ...]
    batches: tuple[str, ...]
    n_bytes: int
    before: datetime


def find_prunable(
    database: Database, *, before: datetime, now: datetime, keep_runs: Sequence[str] = ()
) -> Prunable:
    """Find what can go, and change nothing.

    A run can go if nothing was written into it since ``before``; a stage result or a batch if
    it was made before that and no run that stays came from it; the notes of a hand-over to
    another work pool after a day.

    Args:
        database: where to look.
        before: the moment that divides old from new.
        now: the present.
        keep_runs: ids of runs that stay, or how they begin, or the names of their batches.

    Raises:
        InputError: no run is called so.
        StoreError: the database fails.
    """
    with database.snapshot() as connection:
        runs, ends = summaries(connection), _ends(connection)
        staying = _staying(runs, keep_runs)
        for run in runs:
            limit = before if run.finished else min(before, now - UNFINISHED_AGE)
            if ends[run.id] >= limit:
                staying.add(run.id)
        kept = [run for run in runs if run.id in staying]
        found = list(_stage_results(connection, kept, ends, before, now))
        batches = list(_batches(connection, kept, before))
    return Prunable(
        runs=tuple(run for run in runs if run.id not in staying),
        stage_results=tuple(key for key, _ in found),
        batches=tuple(key for key, _ in batches),
        n_bytes=sum(size for _, size in found + batches),
        before=max(before, now - HAND_OVER_AGE),
    )


def prune(database: Database, found: Prunable) -> None:
    """Delete what was found, but nothing that was written again meanwhile.

    Raises:
        StoreError: the database fails; what is left goes the next time.
    """
    runs = [run.id for run in found.runs]
    _delete(database, Run.id, runs, Run.started_at < found.before)
    database.write(_delete_results_of_nobody)
    _delete(database, StageResult.key, found.stage_results, StageResult.created_at < found.before)
    _delete(database, StoredBatch.key, found.batches, StoredBatch.created_at < found.before)
    of_killed_runs = delete(Lease).where(Lease.claimed_at < found.before - UNFINISHED_AGE)
    database.write(lambda connection: connection.execute(of_killed_runs))


def compact(database: Database) -> bool:
    """Give the room that was freed back to the disk; False where others use the file now.

    PostgreSQL sees to that itself.
    """
    if not database.is_sqlite:
        return True
    with closing(database.engine.raw_connection()) as opened:
        try:
            opened.cursor().execute("VACUUM")
            opened.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.OperationalError:
            return False
    return True


def _ends(connection: Connection) -> dict[str, datetime]:
    """When something was written into each run last."""
    rows = select(RunRow.run_id, func.max(RunRow.created_at)).group_by(RunRow.run_id)
    last: dict[str, datetime] = dict(connection.execute(rows).tuples().all())
    runs = connection.execute(select(Run.id, Run.started_at, Run.finished_at))
    return {
        run_id: max(moment for moment in (started, finished, last.get(run_id)) if moment)
        for run_id, started, finished in runs
    }


def _staying(runs: Sequence[RunSummary], names: Sequence[str]) -> set[str]:
    """Ids of the runs that somebody named."""
    staying: set[str] = set()
    for name in names:
        called = {run.id for run in runs if name and (run.id.startswith(name) or run.name == name)}
        if not called:
            raise InputError(
                f"no run is called {name!r}", hint="what would go is listed without --keep-runs"
            )
        staying |= called
    return staying


def _stage_results(
    connection: Connection,
    kept: Sequence[RunSummary],
    ends: dict[str, datetime],
    before: datetime,
    now: datetime,
) -> Iterator[tuple[str, int]]:
    """Key and size [bytes] of each that can go."""
    unfinished = (run.started for run in kept if run.finished is None)
    handed_over = min((now - HAND_OVER_AGE, *unfinished))
    needed = needed_by(connection, {run.id: ends[run.id] for run in kept}, handed_over)
    asked = select(
        StageResult.key,
        StageResult.stage,
        StageResult.created_at,
        func.length(StageResult.payload),
    ).where(StageResult.created_at < max(before, handed_over))
    for key, stage, made, size in connection.execute(asked):
        if stage in HAND_OVERS:
            if made < handed_over:
                yield key, size
        elif made < before and not needed.holds(key, made):
            yield key, size


def _batches(
    connection: Connection, kept: Sequence[RunSummary], before: datetime
) -> Iterator[tuple[str, int]]:
    """Key and size [bytes] of each that no run which stays may have read."""
    sources, names = {run.source for run in kept}, {run.name for run in kept}
    asked = select(
        StoredBatch.key, StoredBatch.name, StoredBatch.source, func.length(StoredBatch.archive)
    ).where(StoredBatch.created_at < before)
    for key, name, source, size in connection.execute(asked):
        if source not in sources and name not in names:
            yield key, size


def _delete_results_of_nobody(connection: Connection) -> None:
    """What no row of a run came to; a row that is kept now waits, and writes its result again."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE results IN SHARE ROW EXCLUSIVE MODE"))
    held = select(RunRow.row).where(RunRow.result_id == Result.id)
    connection.execute(delete(Result).where(~held.exists()))


def _delete(
    database: Database, column: InstrumentedAttribute[str], values: Sequence[str], unchanged: Any
) -> None:
    for first in range(0, len(values), AT_ONCE):
        some = values[first : first + AT_ONCE]
        statement = delete(column.class_).where(column.in_(some), unchanged)
        database.write(lambda connection: connection.execute(statement))  # noqa: B023

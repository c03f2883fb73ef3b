"""From one result database into another: SQLite to PostgreSQL, and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, and_, or_, select

from molpipe.errors import StoreError
from molpipe.store.database import upsert
from molpipe.store.failures import as_store_errors, shown
from molpipe.store.migrate import check_newest
from molpipe.store.schema import (
    Base,
    Document,
    Energy,
    Result,
    Run,
    RunRow,
    StageResult,
    StoredBatch,
)
from molpipe.store.transactions import Database

MOMENTS: Final[Mapping[type[Base], str | None]] = {
    StageResult: "created_at",
    StoredBatch: "created_at",
    Result: None,
    Document: None,
    Energy: None,
    Run: "finished_at",
    RunRow: "created_at",
}
"""The tables, in an order in which they may be filled; which column says how new a line is:
none where a line never changes.

Leases are not copied: who holds one beats in the source.
"""

AT_ONCE: Final = 50
"""Lines in one transaction; a line of ``stage_results`` may hold megabytes."""

Line = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Copied:
    """One table that was copied: its lines in the source, and how many were not there yet."""

    table: str
    lines: int
    written: int


def copy_database(source: Database, target: Database) -> list[Copied]:
    """Copy what ``target`` lacks, then compare every line of both.

    The source is read as it is at the beginning. What is there already is not written again, so
    a copy that was interrupted goes on, and a second one brings over what came later. Of two
    lines with one key that differ, the newer one stays.

    Raises:
        SchemaTooNew: a newer molpipe wrote the source.
        StoreError: one of the two fails, the source has an older schema, or a line is not there
            in the end.
    """
    if source.engine.url == target.engine.url:
        raise StoreError(f"{shown(source.engine.url)} cannot be copied onto itself")
    with as_store_errors(source.engine.url):
        check_newest(source.engine)
    with source.snapshot() as connection:
        copied = [_copy(connection, target, table) for table in MOMENTS]
        for table in MOMENTS:
            for lines in _chunks(connection, table):
                _check_nothing_lacks(lines, target, table)
    return copied


def _copy(source: Connection, target: Database, table: type[Base]) -> Copied:
    n_lines = n_written = 0
    for lines in _chunks(source, table):
        lacking = _lacking(lines, target, table)
        if lacking:
            target.write(lambda connection: upsert(connection, table, *lacking))  # noqa: B023
        n_lines += len(lines)
        n_written += len(lacking)
    return Copied(table=table.__tablename__, lines=n_lines, written=n_written)


def _chunks(source: Connection, table: type[Base]) -> Iterator[list[Line]]:
    wanted = select(*table.__table__.c).order_by(*table.__table__.primary_key)
    found = source.execute(wanted.execution_options(yield_per=AT_ONCE))
    return ([line._asdict() for line in chunk] for chunk in found.partitions())


def _lacking(lines: Sequence[Line], target: Database, table: type[Base]) -> list[Line]:
    """The lines that ``target`` lacks, or holds as they were earlier."""
    key = list(table.__table__.primary_key)

    def identity(line: Line) -> tuple[Any, ...]:
        return tuple(line[column.name] for column in key)

    theirs = (
        and_(*(column == value for column, value in zip(key, identity(line), strict=True)))
        for line in lines
    )  # not one IN of tuples: SQLite would read the whole table
    wanted = select(*table.__table__.c).where(or_(*theirs))
    found = target.read(lambda connection: connection.execute(wanted).all())
    there = {identity(line): line for line in (other._asdict() for other in found)}
    moment = MOMENTS[table]
    return [
        line
        for line in lines
        if (other := there.get(identity(line))) is None
        or (moment and line != other and not _is_newer(other[moment], line[moment]))
    ]


def _is_newer(one: Any, other: Any) -> bool:
    """Which moment is later; None, of a run that has not ended, is before all others."""
    return one is not None and (other is None or one > other)


def _check_nothing_lacks(lines: Sequence[Line], target: Database, table: type[Base]) -> None:
    lacking = _lacking(lines, target, table)
    if lacking:
        raise StoreError(
            f"{len(lacking)} of {len(lines)} lines of {table.__tablename__} did not arrive in "
            f"{shown(target.engine.url)}",
            hint="see what else writes there, then copy again",
        )

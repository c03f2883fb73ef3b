"""Whether a result database is whole: what it holds, and what of that cannot be read."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Text, cast, delete, func, select, text

from molpipe.errors import CorruptRecord, SchemaTooNew
from molpipe.model.codec import decode
from molpipe.store.answers import read_document
from molpipe.store.batches import packed_batch
from molpipe.store.documents import summaries
from molpipe.store.records import RunSummary
from molpipe.store.schema import (
    Base,
    Document,
    Energy,
    Lease,
    Result,
    Run,
    RunRow,
    StageResult,
    StoredBatch,
)
from molpipe.store.transactions import Database

AT_ONCE: Final = 50
"""Lines that are read at once; one of ``stage_results`` may hold megabytes."""

CONTENTS: Final[Mapping[type[Base], Any]] = {
    StageResult: StageResult.payload,
    Document: Document.document,
    Result: cast(Result.stage_keys, Text),
    Energy: Energy.method,
    RunRow: cast(RunRow.origin, Text),
    Run: cast(Run.settings, Text),
    StoredBatch: StoredBatch.archive,
    Lease: Lease.among,
}
"""The tables, each with what is large in it."""


@dataclass(frozen=True, kw_only=True)
class TableSize:
    """How many lines a table has, and how much [bytes] the largest column holds."""

    table: str
    lines: int
    n_bytes: int


@dataclass(frozen=True, kw_only=True)
class Damage:
    """Something that cannot be read, why not, and what to do.

    ``key`` and ``made`` stand there for a stage result, which can be computed again.
    """

    what: str
    why: str
    hint: str
    key: str | None = None
    made: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """What a database holds; ``too_new`` counts stage results that only a newer molpipe reads."""

    sizes: tuple[TableSize, ...] = ()
    runs: tuple[RunSummary, ...] = ()
    damages: tuple[Damage, ...] = ()
    too_new: int = 0


def inspect(database: Database) -> Inspection:
    """Read all that is stored, as the commands would.

    Raises:
        StoreError: the database fails.
    """
    with database.snapshot() as connection:
        if database.is_sqlite and (broken := _broken_file(connection)) is not None:
            return Inspection(damages=(broken,))
        found = list(_stage_results(connection))
        damages = [damage for damage in found if damage is not None]
        return Inspection(
            sizes=tuple(_size(connection, table) for table in CONTENTS),
            runs=tuple(summaries(connection)),
            damages=(*damages, *_rows(connection), *_batches(connection)),
            too_new=len(found) - len(damages),
        )


def repair(database: Database, found: Inspection) -> int:
    """Remove the stage results that cannot be read; how many these were.

    Raises:
        StoreError: the database fails.
    """
    broken = [damage for damage in found.damages if damage.key is not None]
    for damage in broken:  # unless it was computed again meanwhile
        unchanged = StageResult.key == damage.key, StageResult.created_at == damage.made
        statement = delete(StageResult).where(*unchanged)
        database.write(lambda connection: connection.execute(statement))  # noqa: B023
    return len(broken)


def _broken_file(connection: Connection) -> Damage | None:
    said = connection.execute(text("PRAGMA quick_check(1)")).scalar_one()
    if said == "ok":
        return None
    why = " ".join(str(said).split())
    return Damage(what="the file", why=why, hint="go on with a backup: molpipe db copy BACKUP NEW")


def _size(connection: Connection, table: type[Base]) -> TableSize:
    content = func.coalesce(func.sum(func.length(CONTENTS[table])), 0)
    lines, n_bytes = connection.execute(select(func.count(), content).select_from(table)).one()
    return TableSize(table=table.__tablename__, lines=lines, n_bytes=int(n_bytes))


def _stage_results(connection: Connection) -> Iterator[Damage | None]:
    """Those that cannot be read; None for one of a newer molpipe."""
    columns = StageResult.key, StageResult.stage, StageResult.payload, StageResult.created_at
    asked = select(*columns).execution_options(yield_per=AT_ONCE)
    for line in connection.execute(asked):
        try:
            decode(zlib.decompress(line.payload), object)
        except SchemaTooNew:
            yield None
        except (zlib.error, CorruptRecord) as error:
            yield Damage(
                what=f"stage result {line.key[:12]} ({line.stage})",
                why=str(error),
                hint="--repair removes it, so that it is computed again",
                key=line.key,
                made=line.created_at,
            )


def _rows(connection: Connection) -> Iterator[Damage]:
    """Rows whose result cannot be read in full."""
    asked = select(Result.id, Document.document).outerjoin(Document)
    broken = {}
    for line in connection.execute(asked.execution_options(yield_per=AT_ONCE)):
        try:
            read_document(line.document or "", line.id)
        except CorruptRecord as error:
            broken[line.id] = error
    for result, found in broken.items():
        theirs = select(RunRow.run_id, RunRow.row).where(RunRow.result_id == result)
        for run_id, row in connection.execute(theirs.order_by(RunRow.run_id, RunRow.row)):
            what = f"row {row} of run {run_id}"
            yield Damage(what=what, why=found.message, hint=found.hint)


def _batches(connection: Connection) -> Iterator[Damage]:
    asked = select(*StoredBatch.__table__.c).execution_options(yield_per=AT_ONCE)
    for line in connection.execute(asked):
        try:
            packed_batch(line)
        except CorruptRecord as error:
            what = f"batch {line.name} ({line.key[:12]})"
            yield Damage(what=what, why=error.message, hint=error.hint)

"""Between the database's rows and the blocks of results.json."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, func, select
from sqlalchemy import Row as SQLRow

from molpipe.errors import CorruptRecord
from molpipe.model.document import BatchBlock, Row
from molpipe.store.records import RunSummary
from molpipe.store.schema import Run, RunRow


@cache
def _rows() -> TypeAdapter[Row]:
    return TypeAdapter(Row)


def dump_row(row: Row) -> str:
    """A row as JSON text; every float comes back bit for bit."""
    return _rows().dump_json(row).decode()


def load_row(document: str, *, run_id: str, row: int) -> Row:
    """The row that :func:`dump_row` wrote.

    Raises:
        CorruptRecord: it is no row.
    """
    try:
        return _rows().validate_json(document)
    except ValidationError as error:
        raise CorruptRecord(
            f"row {row} of run {run_id} cannot be read ({error.error_count()} errors)",
            hint="run the batch again",
        ) from error


def batch_block(run: SQLRow[Any], *, last: datetime) -> BatchBlock:
    """The batch block of a line of ``runs``; ``last`` stands for the end of one without."""
    finished = run.finished_at or last
    seconds = run.seconds
    if seconds is None:
        seconds = (finished - run.started_at).total_seconds()
    return BatchBlock(
        id=run.id,
        source=run.source,
        source_sha256=run.source_sha256,
        columns=run.columns,
        started=run.started_at.isoformat(),
        finished=finished.isoformat(),
        settings=run.settings,
        versions=run.versions,
        seconds=seconds,
    )


def summaries(connection: Connection, among: set[str] | None = None) -> list[RunSummary]:
    """One line about each run, or about those with an id ``among`` these; the newest first."""
    runs = select(*Run.__table__.c).order_by(Run.started_at.desc(), Run.id.desc())
    counts = select(RunRow.run_id, RunRow.status, func.count())
    counts = counts.group_by(RunRow.run_id, RunRow.status)
    if among is not None:
        runs = runs.where(Run.id.in_(among))
        counts = counts.where(RunRow.run_id.in_(among))
    statuses: dict[str, dict[str, int]] = {}
    for run_id, status, count in connection.execute(counts):
        statuses.setdefault(run_id, {})[status] = count
    return [_summary(run, statuses.get(run.id, {})) for run in connection.execute(runs)]


def _summary(run: SQLRow[Any], statuses: Mapping[str, int]) -> RunSummary:
    return RunSummary(
        id=run.id,
        name=run.name,
        source=run.source,
        n_rows=run.n_rows,
        started=run.started_at,
        finished=run.finished_at,
        seconds=run.seconds,
        statuses=statuses,
    )

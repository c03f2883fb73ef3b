"""Between the lines of ``runs`` and what is said about a run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy import Row as SQLRow

from molpipe.model.document import BatchBlock
from molpipe.store.records import RunSummary
from molpipe.store.schema import Run, RunRow


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

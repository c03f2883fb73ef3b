"""The store: everything that a run reads from its database or writes into it."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TypeVar

from sqlalchemy import Connection, Engine, func, or_, select, update

from molpipe.errors import CorruptRecord
from molpipe.model.codec import decode, encode
from molpipe.model.document import Results, Row
from molpipe.store.database import as_store_errors, database_url, open_engine, upsert, writer
from molpipe.store.documents import batch_block, dump_row, load_row, run_summary
from molpipe.store.migrate import migrate
from molpipe.store.records import RunStart, RunSummary, Staged
from molpipe.store.schema import Run, RunRow, StageResult

logger = logging.getLogger(__name__)

T = TypeVar("T")

KEY_PREFIX: Final = 8
COMPRESSION: Final = 1
"""zlib's fastest level: integrals hardly shrink further at the others."""


def utc_now() -> datetime:
    """The clock on the wall."""
    return datetime.now(UTC)


def open_store(
    url_or_path: str | Path | None,
    *,
    environment: Mapping[str, str],
    now: Callable[[], datetime] = utc_now,
) -> Store:
    """Open the result database, with the newest schema.

    Args:
        url_or_path: ``--database``; None for ``MOLPIPE_DATABASE``, else ``runs/molpipe.db``.
        environment: the process environment.
        now: the clock that dates records; with a time zone.

    Raises:
        SchemaTooNew: a newer molpipe wrote it.
        StoreError: it cannot be opened or written.
    """
    url = database_url(url_or_path, environment)
    engine = open_engine(url)
    with as_store_errors(url):
        migrate(writer(engine))
    return Store(engine, now=now)


class Store:
    """Results by content key, and runs with their rows.

    Threads may share it; other processes may write the same database. Every method is one
    transaction: what it wrote is on disk when it returns. Each raises StoreError where the
    database fails.
    """

    def __init__(self, engine: Engine, *, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._now = now

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def recall(self, key: str, kind: type[T]) -> Staged[T] | None:
        """What was kept under ``key``; None where that is nothing, or cannot be read.

        Raises:
            SchemaTooNew: a newer molpipe kept it; computing it again would overwrite that.
        """
        wanted = select(StageResult.payload, StageResult.seconds).where(StageResult.key == key)
        with self._reading() as connection:
            found = connection.execute(wanted).one_or_none()
        if found is None:
            return None
        try:
            value = decode(zlib.decompress(found.payload), kind)
        except (zlib.error, CorruptRecord) as error:
            logger.warning("stored %s %s is unreadable: %s", kind.__name__, key, error)
            return None
        return Staged(value=value, seconds=found.seconds, recalled=True)

    def keep(
        self, key: str, stage: str, value: object, *, seconds: float, versions: Mapping[str, str]
    ) -> None:
        """Keep what ``stage`` computed in ``seconds`` [s]; replaces what the key held."""
        record = {
            "key": key,
            "stage": stage,
            "payload": zlib.compress(encode(value), COMPRESSION),
            "seconds": seconds,
            "versions": dict(versions),
            "created_at": self._now(),
        }
        with self._writing() as connection:
            upsert(connection, StageResult, record)

    def begin_run(self, start: RunStart) -> None:
        """Note that a run began; the same run may begin again, its rows stay."""
        record = {
            "id": start.id,
            "name": start.name,
            "source": start.source,
            "source_sha256": start.source_sha256,
            "columns": dict(start.columns),
            "n_rows": start.n_rows,
            "started_at": start.started,
            "settings": dict(start.settings),
            "versions": dict(start.versions),
        }
        with self._writing() as connection:
            upsert(connection, Run, record)

    def keep_row(self, run_id: str, row: Row) -> None:
        """Keep an answered row of a run that has begun; replaces an earlier answer."""
        record = {
            "run_id": run_id,
            "row": row.row,
            "name": row.name,
            "key": row.key,
            "status": row.status,
            "document": dump_row(row),
            "created_at": self._now(),
        }
        with self._writing() as connection:
            upsert(connection, RunRow, record)

    def finish_run(self, run_id: str, *, finished: datetime, seconds: float) -> None:
        """Note when a run ended, and after how long [s]."""
        ended = update(Run).where(Run.id == run_id)
        with self._writing() as connection:
            connection.execute(ended.values(finished_at=finished, seconds=seconds))

    def load_run(self, run_id: str) -> Results | None:
        """A run as results.json holds it, with the rows that were kept, in input order.

        Of a run that never ended, the last row's moment is given as its end.

        Raises:
            CorruptRecord: a row cannot be read.
        """
        kept = select(RunRow.row, RunRow.document, RunRow.created_at)
        kept = kept.where(RunRow.run_id == run_id).order_by(RunRow.row)
        with self._reading() as connection:
            run = connection.execute(select(*Run.__table__.c).where(Run.id == run_id)).one_or_none()
            found = connection.execute(kept).all()
        if run is None:
            return None
        last = max((line.created_at for line in found), default=run.started_at)
        rows = tuple(load_row(line.document, run_id=run_id, row=line.row) for line in found)
        return Results(batch=batch_block(run, last=last), rows=rows)

    def runs(self) -> list[RunSummary]:
        """Every run, the newest first."""
        with self._reading() as connection:
            return _summaries(connection)

    def find_rows(self, name_or_key_prefix: str) -> list[tuple[RunSummary, Row]]:
        """Rows by exact name, or by at least 8 leading characters of the key; newest first.

        Raises:
            CorruptRecord: a row cannot be read.
        """
        text = name_or_key_prefix
        asked = RunRow.name == text
        if len(text) >= KEY_PREFIX and set(text.lower()) <= set("0123456789abcdef"):
            prefix = text.lower()  # as a range, which the index serves; "g" follows "f"
            asked = or_(asked, RunRow.key.between(prefix, prefix + "g"))
        wanted = select(RunRow.run_id, RunRow.row, RunRow.document).where(asked)
        with self._reading() as connection:
            found = connection.execute(wanted.order_by(RunRow.row)).all()
            summaries = _summaries(connection, among={line.run_id for line in found})
        return [
            (summary, load_row(line.document, run_id=line.run_id, row=line.row))
            for summary in summaries
            for line in found
            if line.run_id == summary.id
        ]

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with as_store_errors(self._engine.url), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with as_store_errors(self._engine.url), writer(self._engine).begin() as connection:
            yield connection


def _summaries(connection: Connection, among: set[str] | None = None) -> list[RunSummary]:
    runs = select(*Run.__table__.c).order_by(Run.started_at.desc(), Run.id.desc())
    counts = select(RunRow.run_id, RunRow.status, func.count())
    counts = counts.group_by(RunRow.run_id, RunRow.status)
    if among is not None:
        runs = runs.where(Run.id.in_(among))
        counts = counts.where(RunRow.run_id.in_(among))
    statuses: dict[str, dict[str, int]] = {}
    for run_id, status, count in connection.execute(counts):
        statuses.setdefault(run_id, {})[status] = count
    return [run_summary(run, statuses=statuses.get(run.id, {})) for run in connection.execute(runs)]

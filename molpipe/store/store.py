"""The store: everything that a run reads from its database or writes into it."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from sqlalchemy import ColumnElement, Connection, bindparam, delete, or_, select, update
from sqlalchemy import Row as SQLRow

from molpipe.errors import CorruptRecord
from molpipe.model.codec import decode, encode
from molpipe.model.document import Results, Row
from molpipe.model.packed import PackedBatch
from molpipe.store.answers import answer, whole_row
from molpipe.store.batches import batch_record, packed_batch
from molpipe.store.database import upsert
from molpipe.store.documents import batch_block, summaries
from molpipe.store.leases import Leases
from molpipe.store.prefixes import as_prefix, begins
from molpipe.store.query import Question, find_lines
from molpipe.store.records import RunStart, RunSummary, Staged
from molpipe.store.schema import Document, Lease, Result, Run, RunRow, StageResult, StoredBatch
from molpipe.store.transactions import Database, Patience, open_database
from molpipe.store.transactions import open_existing as open_existing_database

logger = logging.getLogger(__name__)

T = TypeVar("T")

COMPRESSION: Final = 1
"""zlib's fastest level: integrals hardly shrink further at the others."""

_HELD: Final = select(StageResult.key).where(
    or_(StageResult.key == bindparam("one"), StageResult.key == bindparam("other"))
)
_LEASE: Final = delete(Lease).where(Lease.key == bindparam("leased"))

_WHOLE_ROWS: Final = select(*RunRow.__table__.c, Document.document).join(
    Document, Document.result_id == RunRow.result_id
)


def utc_now() -> datetime:
    """The clock on the wall."""
    return datetime.now(UTC)


def open_store(
    url_or_path: str | Path | None,
    *,
    environment: Mapping[str, str],
    now: Callable[[], datetime] = utc_now,
    patience: Patience | None = None,
) -> Store:
    """Open the result database, with the newest schema.

    Args:
        url_or_path: ``--database``; None for ``MOLPIPE_DATABASE``, else ``runs/molpipe.db``.
        environment: the process environment.
        now: the clock that dates records; with a time zone.
        patience: with a database that is away for a while, once it is open.

    Raises:
        SchemaTooNew: a newer molpipe wrote it.
        StoreError: it cannot be opened or written.
    """
    database = open_database(url_or_path, environment=environment, patience=patience)
    return Store(database, now=now)


def open_existing(url_or_path: str | Path | None, *, environment: Mapping[str, str]) -> Store:
    """Open a result database that is there, to read it, also where nobody may write.

    One that an older molpipe wrote is brought up to date, as :func:`open_store` does it.

    Raises:
        SchemaTooNew: a newer molpipe wrote it.
        StoreError: it is not there (``NO_DATABASE``), or cannot be opened.
    """
    return Store(open_existing_database(url_or_path, environment=environment), now=utc_now)


class Store:
    """Results by content key, and runs with their rows.

    Threads may share it; other processes may write the same database. Every method is one
    transaction: what it wrote is on disk when it returns. Each waits for a database that is
    away for a while, and raises StoreError where it fails.
    """

    def __init__(self, database: Database, *, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def close(self) -> None:
        """Close every connection."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def leases(self) -> Leases:
        """The leases of a new owner in this process."""
        return Leases(self._database, now=self._now)

    def recall(self, key: str, kind: type[T]) -> Staged[T] | None:
        """What was kept under ``key``; None where that is nothing, or cannot be read.

        Raises:
            SchemaTooNew: a newer molpipe kept it; computing it again would overwrite that.
        """
        wanted = select(StageResult.payload, StageResult.seconds).where(StageResult.key == key)
        found = self._database.read(lambda read: read.execute(wanted).one_or_none())
        if found is None:
            return None
        try:
            value = decode(zlib.decompress(found.payload), kind)
        except (zlib.error, CorruptRecord) as error:
            logger.warning("stored %s %s is unreadable: %s", kind.__name__, key, error)
            return None
        return Staged(value=value, seconds=found.seconds, recalled=True)

    def holds(self, key: str, other: str) -> bool:
        """Whether something was kept under one of two keys, readable or not."""
        keys = {"one": key, "other": other}
        return self._database.read(lambda read: read.execute(_HELD, keys).first() is not None)

    def keep(
        self, key: str, stage: str, value: object, *, seconds: float, versions: Mapping[str, str]
    ) -> None:
        """Keep what ``stage`` computed in ``seconds`` [s]; replaces what the key held.

        The lease on the key ends with it, whoever holds it.
        """
        record = {
            "key": key,
            "stage": stage,
            "payload": zlib.compress(encode(value), COMPRESSION),
            "seconds": seconds,
            "versions": dict(versions),
            "created_at": self._now(),
        }

        def work(connection: Connection) -> None:
            upsert(connection, StageResult, record)
            connection.execute(_LEASE, {"leased": key})

        self._database.write(work)

    def keep_batch(self, batch: PackedBatch) -> None:
        """Keep a batch under its content key; its newest name and source win."""
        record = batch_record(batch, self._now())
        self._database.write(lambda connection: upsert(connection, StoredBatch, record))

    def find_batch(self, name_or_key_prefix: str) -> PackedBatch | None:
        """A batch by exact name, or by at least 8 leading characters of the key; the newest.

        Raises:
            CorruptRecord: it is not what its key promises.
        """
        asked: ColumnElement[bool] = StoredBatch.name == name_or_key_prefix
        if (prefix := as_prefix(name_or_key_prefix)) is not None:
            asked = or_(asked, begins(StoredBatch.key, prefix))
        newest = StoredBatch.created_at.desc()
        wanted = select(*StoredBatch.__table__.c).where(asked).order_by(newest).limit(1)
        found = self._database.read(lambda read: read.execute(wanted).one_or_none())
        return None if found is None else packed_batch(found)

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
        self._database.write(lambda connection: upsert(connection, Run, record))

    def keep_row(self, run_id: str, row: Row) -> None:
        """Keep an answered row of a run that has begun; replaces an earlier answer."""
        found = answer(row)
        found.row.update(run_id=run_id, created_at=self._now())
        self._database.write(found.keep)

    def is_answered(self, run_id: str, row: int) -> bool:
        """Whether a row of a run was kept, and was not cancelled."""
        wanted = select(RunRow.status).where(RunRow.run_id == run_id, RunRow.row == row)
        status = self._database.read(lambda read: read.execute(wanted).scalar())
        return status not in (None, "cancelled")

    def finish_run(self, run_id: str, *, finished: datetime, seconds: float) -> None:
        """Note when a run ended, and after how long [s]."""
        ended = update(Run).where(Run.id == run_id).values(finished_at=finished, seconds=seconds)
        self._database.write(lambda connection: connection.execute(ended))

    def load_run(self, run_id: str) -> Results | None:
        """A run as results.json holds it, with the rows that were kept, in input order.

        Of a run that never ended, the last row's moment is given as its end.

        Raises:
            CorruptRecord: a row cannot be read.
        """
        kept = _WHOLE_ROWS.where(RunRow.run_id == run_id).order_by(RunRow.row)
        asked = select(*Run.__table__.c).where(Run.id == run_id)
        run, found = self._database.read(
            lambda read: (read.execute(asked).one_or_none(), read.execute(kept).all())
        )
        if run is None:
            return None
        last = max((line.created_at for line in found), default=run.started_at)
        rows = tuple(whole_row(line) for line in found)
        return Results(batch=batch_block(run, last=last), rows=rows)

    def find_lines(self, question: Question) -> tuple[Sequence[SQLRow[Any]], Sequence[SQLRow[Any]]]:
        """Rows of runs that match, and their energies: :func:`molpipe.store.query.find_lines`."""
        return self._database.read(partial(find_lines, question=question))

    def find_run(self, run_id: str) -> RunSummary | None:
        """One line about a run; None where there is no such run."""
        return next(iter(self._database.read(partial(summaries, among={run_id}))), None)

    def runs(self) -> list[RunSummary]:
        """Every run, the newest first."""
        return self._database.read(summaries)

    def find_rows(self, name_or_key_prefix: str) -> list[tuple[RunSummary, Row]]:
        """Rows by exact name, or by at least 8 leading characters of the key; newest first.

        Raises:
            CorruptRecord: a row cannot be read.
        """
        wanted = _WHOLE_ROWS.where(RunRow.name == name_or_key_prefix)
        if (prefix := as_prefix(name_or_key_prefix)) is not None:
            results = select(Result.id).where(begins(Result.key, prefix))
            asked = or_(RunRow.name == name_or_key_prefix, RunRow.result_id.in_(results))
            wanted = _WHOLE_ROWS.where(asked)

        def read(connection: Connection) -> tuple[Sequence[SQLRow[Any]], list[RunSummary]]:
            found = connection.execute(wanted.order_by(RunRow.row)).all()
            return found, summaries(connection, among={line.run_id for line in found})

        found, runs = self._database.read(read)
        return [
            (summary, whole_row(line))
            for summary in runs
            for line in found
            if line.run_id == summary.id
        ]

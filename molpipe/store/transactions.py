"""Transactions that wait for a database that is locked or away for a while."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from sqlalchemy import URL, Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from molpipe.errors import StoreError
from molpipe.store.database import (
    as_archive,
    check_exists,
    database_url,
    open_engine,
    reader,
    use_wal,
    writer,
)
from molpipe.store.failures import as_store_errors, cause_of, is_passing, shown
from molpipe.store.migrate import check_free, is_newest, migrate

logger = logging.getLogger(__name__)

T = TypeVar("T")

FIRST_DELAY: Final = 0.1
LONGEST_DELAY: Final = 5.0

_NO_TRANSACTION: Final[Mapping[str, Any]] = {"isolation_level": "AUTOCOMMIT"}
"""PostgreSQL then answers a read in one round trip instead of three."""

_SNAPSHOT: Final[Mapping[str, Any]] = {
    "isolation_level": "REPEATABLE READ",
    "postgresql_readonly": True,
}


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long [s] a transaction is tried again, and with which clock and sleep."""

    seconds: float = 180.0
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic


def delays() -> Iterator[float]:
    """Between tries [s]: none after a connection that was lost, then longer and longer."""
    yield 0.0
    delay = FIRST_DELAY
    while True:
        yield delay
        delay = min(2 * delay, LONGEST_DELAY)


class Database:
    """A database with the newest schema. Threads may share it.

    Both methods raise StoreError where it fails for good, or for longer than the patience.
    """

    def __init__(self, engine: Engine, patience: Patience) -> None:
        self.engine = engine
        self._reader = (
            reader(engine) if self.is_sqlite else engine.execution_options(**_NO_TRANSACTION)
        )
        self._patience = patience
        self._one_at_a_time: AbstractContextManager[object]
        self._one_at_a_time = threading.Lock() if self.is_sqlite else nullcontext()

    @property
    def is_sqlite(self) -> bool:
        """Whether it is one file."""
        return self.engine.dialect.name == "sqlite"

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def with_patience(self, seconds: float) -> Database:
        """The same database, whose transactions are tried again for ``seconds`` [s]."""
        other = copy(self)
        other._patience = replace(self._patience, seconds=seconds)
        return other

    def read(self, work: Callable[[Connection], T]) -> T:
        """What ``work`` reads; it may be called several times."""

        def attempt() -> T:
            with self._reader.connect() as connection:
                return work(connection)

        return self._keep_trying(attempt)

    def write(self, work: Callable[[Connection], T]) -> T:
        """Do ``work`` in one transaction, on disk when this returns; it may be repeated.

        Threads that write into one SQLite file line up: SQLite would let them sleep and look
        again, each longer than the transaction before it takes.
        """

        def attempt() -> T:
            with self._one_at_a_time, writer(self.engine).begin() as connection:
                return work(connection)

        return self._keep_trying(attempt)

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """One long transaction that reads the database as it is now, whoever writes meanwhile."""
        options: Mapping[str, Any] = {} if self.is_sqlite else _SNAPSHOT
        with as_store_errors(self.engine.url), self.engine.connect() as connection:
            yield connection.execution_options(**options)

    def _keep_trying(self, attempt: Callable[[], T]) -> T:
        patience, waiting, was_away = self._patience, delays(), False
        name, end = shown(self.engine.url), patience.clock() + patience.seconds
        with as_store_errors(self.engine.url):
            while True:
                try:
                    done = attempt()
                except SQLAlchemyError as error:
                    delay = next(waiting)
                    if not is_passing(error) or patience.clock() + delay > end:
                        raise
                    if delay > 0 and not was_away:
                        was_away = True
                        said = "the result database %s does not answer, trying again for %.0f s: %s"
                        logger.warning(said, name, patience.seconds, cause_of(error))
                    patience.sleep(delay)
                else:
                    if was_away:
                        logger.warning("the result database %s answers again", name)
                    return done


def open_database(
    url_or_path: str | Path | None,
    *,
    environment: Mapping[str, str],
    patience: Patience | None = None,
) -> Database:
    """Open the result database, with the newest schema; here nothing is tried again.

    Args:
        url_or_path: ``--database``; None for ``MOLPIPE_DATABASE``, else ``runs/molpipe.db``.
        environment: the process environment.
        patience: of its transactions, once it is open; None for three minutes.

    Raises:
        SchemaTooNew: a newer molpipe wrote it.
        StoreError: it cannot be opened or written.
    """
    url = database_url(url_or_path, environment)
    return _opened(url, _prepare, patience or Patience())


def open_existing(url_or_path: str | Path | None, *, environment: Mapping[str, str]) -> Database:
    """Open a result database that is there, to read it, also where nobody may write.

    One that an older molpipe wrote is brought up to date, as :func:`open_database` does it.

    Raises:
        SchemaTooNew: a newer molpipe wrote it.
        StoreError: it is not there (``NO_DATABASE``), or cannot be opened.
    """
    with ExitStack() as stack:
        database = stack.enter_context(open_unchanged(url_or_path, environment=environment))
        with as_store_errors(database.engine.url):
            newest = is_newest(database.engine)
        if newest:
            stack.pop_all()
            return database
    return open_database(url_or_path, environment=environment)


def open_unchanged(url_or_path: str | Path | None, *, environment: Mapping[str, str]) -> Database:
    """Open a result database that is there already, with whatever schema, to read it.

    Raises:
        StoreError: it is not there or cannot be opened.
    """
    url = database_url(url_or_path, environment)
    check_exists(url)
    return _opened(as_archive(url), lambda engine: engine.connect().close(), Patience())


def _prepare(engine: Engine) -> None:
    check_free(engine)
    use_wal(engine)
    migrate(writer(engine))


def _opened(url: URL, check: Callable[[Engine], None], patience: Patience) -> Database:
    engine = open_engine(url)
    try:
        with as_store_errors(url):
            check(engine)
    except StoreError:
        engine.dispose()
        raise
    return Database(engine, patience)

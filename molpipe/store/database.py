"""From a path or URL to an engine that is set up for many processes and threads."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase

from molpipe.errors import StoreError

DEFAULT_PATH: Final = "runs/molpipe.db"
VARIABLE: Final = "MOLPIPE_DATABASE"
BUSY_SECONDS: Final = 30
DRIVERS: Final[Mapping[str, str]] = {
    "sqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
}


def database_url(url_or_path: str | Path | None, environment: Mapping[str, str]) -> URL:
    """What was asked for, else ``MOLPIPE_DATABASE``, else ``runs/molpipe.db``.

    Raises:
        StoreError: it is neither a path nor the URL of a database that molpipe speaks.
    """
    wanted = str(url_or_path or environment.get(VARIABLE) or DEFAULT_PATH)
    if "://" not in wanted:
        return URL.create("sqlite", database=str(Path(wanted).expanduser()))
    try:
        url = make_url(wanted)
    except ArgumentError:
        raise StoreError("the database URL cannot be read", hint=_FORMS) from None
    url = url.set(drivername=DRIVERS.get(url.drivername, url.drivername))
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise StoreError(f"no result database on {url.get_backend_name()}", hint=_FORMS)
    return url


_FORMS = "write a path, sqlite:///path or postgresql://user@host/database"


def open_engine(url: URL) -> Engine:
    """An engine for ``url``; makes the folder of an SQLite file.

    Raises:
        StoreError: no such folder can be made, or the driver is not installed.
    """
    try:
        if url.get_backend_name() != "sqlite":
            return create_engine(url)
        path = str(url.database)
        if not path.startswith("file:"):
            Path(path).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"no result database at {url.database}: {error.strerror}",
            hint="name a path that can be written, with --database or MOLPIPE_DATABASE",
        ) from error
    except ModuleNotFoundError as error:
        raise StoreError(
            f"the driver {error.name} for PostgreSQL is not installed",
            hint="pip install 'psycopg[binary]'",
        ) from error
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def writer(engine: Engine) -> Engine:
    """The same engine, whose transactions write.

    SQLite then takes its write lock at the start, where it waits its turn; a transaction that
    reads first and then wants to write is refused at once when another was faster.
    """
    return engine.execution_options(sqlite_begin="BEGIN IMMEDIATE")


def _set_up_sqlite(connection: sqlite3.Connection, record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by itself
    connection.execute("PRAGMA foreign_keys = ON")
    _switch_to_wal(connection)


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Readers and one writer at once. Only a fresh database changes, and SQLite does not wait
    its turn for that when two processes open it together.
    """
    end = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
        time.sleep(0.02)


def _begin_sqlite(connection: Connection) -> None:
    begin = connection.get_execution_options().get("sqlite_begin", "BEGIN")
    connection.exec_driver_sql(begin)


@contextmanager
def as_store_errors(url: URL) -> Iterator[None]:
    """Every failure of the database inside becomes a :class:`StoreError` of one line."""
    try:
        yield
    except SQLAlchemyError as error:
        cause = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise StoreError(
            f"the result database {url.render_as_string(hide_password=True)} failed: {cause}",
            hint="check that it exists, can be written and has room, or name another one "
            "with --database or MOLPIPE_DATABASE",
        ) from error


def upsert(connection: Connection, table: type[DeclarativeBase], record: Mapping[str, Any]) -> None:
    """Insert ``record``, or bring the row with the same primary key up to it, in one step."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table).values(**record)
    key = [column.name for column in table.__table__.primary_key]
    changed = {name: statement.excluded[name] for name in record if name not in key}
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=changed))

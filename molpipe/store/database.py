"""From a path or URL to an engine that is set up for many processes and threads."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, Insert, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.sql.compiler import SQLCompiler

from molpipe.errors import StoreError
from molpipe.store.failures import URL_FORMS

DEFAULT_PATH: Final = "runs/molpipe.db"
VARIABLE: Final = "MOLPIPE_DATABASE"
BUSY_SECONDS: Final = 30
DRIVERS: Final[Mapping[str, str]] = {
    "sqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
}

SQLITE_OPTIONS: Final[Mapping[str, object]] = {"timeout": BUSY_SECONDS}
POSTGRESQL_OPTIONS: Final[Mapping[str, object]] = {
    "application_name": "molpipe",
    "client_encoding": "utf8",
    "connect_timeout": 5,  # [s], for each address of the host
    "keepalives_idle": 30,  # a peer that vanished without a word is noticed in a minute
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,  # [ms]
}
"""What a URL does not say itself."""


def database_url(url_or_path: str | Path | None, environment: Mapping[str, str]) -> URL:
    """What was asked for, else ``MOLPIPE_DATABASE``, else ``runs/molpipe.db``.

    Every driver that a URL names is taken for the one that molpipe uses.

    Raises:
        StoreError: it is neither a path nor the URL of a database that molpipe speaks.
    """
    wanted = str(url_or_path or environment.get(VARIABLE) or DEFAULT_PATH)
    if "://" not in wanted:
        return URL.create("sqlite", database=str(Path(wanted).expanduser()))
    try:
        url = make_url(wanted)
    except (ArgumentError, ValueError):
        raise StoreError("the database URL cannot be read", hint=URL_FORMS) from None
    name = url.get_backend_name()
    if name != "sqlite" and "@" in f"{url.host}{url.database}":  # it may show of a password
        raise StoreError(
            "the database URL has more than one @",
            hint="in user and password write %40 for @ and %2F for /",
        )
    if name not in DRIVERS:
        raise StoreError(f"no result database on {name}", hint=URL_FORMS)
    url = url.set(drivername=DRIVERS[name])
    if isinstance(password := url.query.get("password"), str):  # where it would be shown
        url = url.set(password=password).difference_update_query(["password"])
    return url


def open_engine(url: URL) -> Engine:
    """An engine for ``url``; makes the folder of an SQLite file.

    Raises:
        StoreError: no such folder can be made, or the driver is not installed.
    """
    try:
        if url.get_backend_name() != "sqlite":
            return create_engine(url, connect_args=_unsaid(POSTGRESQL_OPTIONS, url))
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
    engine = create_engine(url, connect_args=_unsaid(SQLITE_OPTIONS, url))
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _unsaid(options: Mapping[str, object], url: URL) -> dict[str, object]:
    return {name: value for name, value in options.items() if name not in url.query}


def check_exists(url: URL) -> None:
    """Check that an SQLite file is there, where opening it would make one.

    Raises:
        StoreError: ``NO_DATABASE``, it is not.
    """
    path = _file(url)
    if path is not None and not path.is_file():
        raise StoreError(
            f"there is no result database {path}",
            hint="name it with --database or MOLPIPE_DATABASE",
            code="NO_DATABASE",
        )


def use_wal(engine: Engine) -> None:
    """Let an SQLite file have readers and one writer at once.

    Only a fresh one changes, and SQLite does not wait its turn for that when two processes open
    it together.
    """
    if engine.dialect.name != "sqlite":
        return
    end = time.monotonic() + BUSY_SECONDS
    with closing(engine.raw_connection()) as connection:
        while True:
            try:
                connection.cursor().execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                    raise
            time.sleep(0.02)


def as_archive(url: URL) -> URL:
    """An SQLite file to be read where nobody may write, as one that does not change.

    Beside every other file SQLite makes two more, also to read it.
    """
    path = _file(url)
    if path is None or any(os.access(place, os.W_OK) for place in (path, path.parent)):
        return url
    if path.with_name(f"{path.name}-wal").exists():
        return url
    options = {"mode": "ro", "immutable": "1", "uri": "true"}
    return url.set(database=f"file:{quote(str(path))}").update_query_dict(options)


def _file(url: URL) -> Path | None:
    """The file of an SQLite database that is named by its path."""
    path = str(url.database)
    is_file = url.get_backend_name() == "sqlite" and not path.startswith("file:")
    return Path(path) if is_file else None


def writer(engine: Engine) -> Engine:
    """The same engine, whose transactions write.

    SQLite then takes its write lock at the start, where it waits its turn; a transaction that
    reads first and then wants to write is refused at once when another was faster.
    """
    return engine.execution_options(sqlite_begin="BEGIN IMMEDIATE")


def reader(engine: Engine) -> Engine:
    """The same engine of an SQLite file, whose statements each see what is there by then."""
    return engine.execution_options(sqlite_begin="")


def _set_up_sqlite(connection: sqlite3.Connection, record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by itself
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: Connection) -> None:
    begin = connection.get_execution_options().get("sqlite_begin", "BEGIN")
    if begin:
        connection.exec_driver_sql(begin)


class Upsert(Insert):
    """``INSERT … ON CONFLICT (primary key) DO UPDATE``, in SQLite and PostgreSQL.

    The dialects' own are compiled again for every line, which takes longer than the line.
    """

    inherit_cache = True


class InsertNew(Insert):
    """``INSERT … ON CONFLICT DO NOTHING``, in SQLite and PostgreSQL."""

    inherit_cache = True


@compiles(Upsert)
def _compile_upsert(statement: Upsert, compiler: SQLCompiler, **given: Any) -> str:
    key = [column.name for column in statement.table.primary_key]
    changed = [name for name in compiler.column_keys or () if name not in key]
    sets = ", ".join(f"{name} = excluded.{name}" for name in changed)
    inserted = compiler.visit_insert(statement, **given)  # type: ignore[no-untyped-call]
    return f"{inserted} ON CONFLICT ({', '.join(key)}) DO UPDATE SET {sets}"


@compiles(InsertNew)
def _compile_insert_new(statement: InsertNew, compiler: SQLCompiler, **given: Any) -> str:
    inserted = compiler.visit_insert(statement, **given)  # type: ignore[no-untyped-call]
    return f"{inserted} ON CONFLICT DO NOTHING"


def upsert(connection: Connection, table: type[DeclarativeBase], *records: dict[str, Any]) -> None:
    """Insert ``records``, or bring the lines with the same primary keys up to them, in one step.

    All records have the same columns.
    """
    many = len(records) > 1  # which drivers send in another, slower way
    connection.execute(_upsert(table), list(records) if many else records[0])


def insert_new(
    connection: Connection, table: type[DeclarativeBase], *records: dict[str, Any]
) -> int:
    """Insert ``records``, but those whose primary key is there; how many were new.

    All records have the same columns.
    """
    many = len(records) > 1
    return connection.execute(_insert_new(table), list(records) if many else records[0]).rowcount


@cache
def _upsert(table: type[DeclarativeBase]) -> Upsert:
    return Upsert(table)


@cache
def _insert_new(table: type[DeclarativeBase]) -> InsertNew:
    return InsertNew(table).execution_options(preserve_rowcount=True)

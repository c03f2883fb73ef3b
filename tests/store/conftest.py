"""A store on a fresh database of each kind, with a clock that moves one minute when it is read."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import text

from molpipe.store import RunStart, open_store
from molpipe.store.database import database_url, open_engine, writer
from molpipe.store.schema import Base
from molpipe.store.transactions import open_database

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

RUN_START = RunStart(
    id="pilot-1",
    name="pilot",
    source="pilot.csv",
    source_sha256="ab" * 32,
    columns={"name": "text", "smiles": "SMILES"},
    n_rows=3,
    started=NOON,
    settings={"basis": "sto-3g", "limits": {"seconds": 60.0}},
    versions={"molpipe": "0.1.0", "python": "3.11"},
)


def execute(database, statement, **values):
    """One statement, behind the store's back; the lines it gives."""
    engine = open_engine(database_url(database, {}))
    try:
        with writer(engine).begin() as connection:
            result = connection.execute(text(statement), values)
            return result.all() if result.returns_rows else []
    finally:
        engine.dispose()


def clear(database):
    """Delete every line; for a few of them TRUNCATE takes ten times longer."""
    engine = open_engine(database_url(database, {}))
    with engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())
    engine.dispose()


def damage(path, name):
    """Overwrite the first page of a table or index of an SQLite file that nobody has open."""
    with closing(sqlite3.connect(path)) as connection:
        wanted = "SELECT rootpage, page_size FROM sqlite_master, pragma_page_size WHERE name = ?"
        page, size = connection.execute(wanted, (name,)).fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)


@pytest.fixture(scope="session")
def shared_database(postgresql):
    """One for many tests: making one takes longer than most of them."""
    url = postgresql.create_database()
    open_store(url, environment={}).close()
    return url


@pytest.fixture
def postgresql_database(shared_database):
    """The URL of a database without a line in it."""
    clear(shared_database)
    return shared_database


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    """Path or URL of a database without a line in it."""
    if request.param == "sqlite":
        return str(tmp_path / "runs" / "molpipe.db")
    return request.getfixturevalue("postgresql_database")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, tmp_path):
    """Path or URL of a database without a table in it."""
    if request.param == "sqlite":
        return str(tmp_path / "empty.db")
    return request.getfixturevalue("postgresql").create_database()


@pytest.fixture
def store(database):
    minutes = count()
    with open_store(
        database, environment={}, now=lambda: NOON + timedelta(minutes=next(minutes))
    ) as opened:
        yield opened


@pytest.fixture
def opened(store, database):
    """The database under ``store``, for those who look after it."""
    with open_database(database, environment={}) as found:
        yield found


@pytest.fixture
def run_start():
    return RUN_START

"""Which database is opened, and one clear line where it cannot be."""

import sys

import pytest
from sqlalchemy import text

from molpipe.errors import StoreError
from molpipe.store import open_store
from molpipe.store.database import BUSY_SECONDS, database_url, open_engine, writer


def test_an_argument_goes_before_the_environment_and_that_before_the_default(tmp_path):
    environment = {"MOLPIPE_DATABASE": "theirs.db"}
    assert database_url("ours.db", environment).database == "ours.db"
    assert database_url(tmp_path / "ours.db", environment).database == str(tmp_path / "ours.db")
    assert database_url(None, environment).database == "theirs.db"
    assert database_url(None, {}).database == "runs/molpipe.db"


def test_the_default_is_made_where_it_is_missing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    open_store(None, environment={}).close()
    assert (tmp_path / "runs" / "molpipe.db").is_file()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_spoken_with_one_driver(scheme):
    url = database_url(f"{scheme}://user:secret@host/results", {})
    assert url.drivername == "postgresql+psycopg"
    assert url.database == "results"


def test_a_missing_driver_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match="psycopg") as caught:
        open_store("postgresql://host/results", environment={})
    assert "pip install" in caught.value.hint


def test_sqlite_waits_for_others_and_checks_references(tmp_path):
    engine = open_engine(database_url(tmp_path / "a.db", {}))
    with engine.connect() as connection:
        settings = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "busy_timeout", "foreign_keys")
        }
    engine.dispose()
    assert settings == {
        "journal_mode": "wal",
        "busy_timeout": BUSY_SECONDS * 1000,
        "foreign_keys": 1,
    }


def test_a_writer_does_not_stop_readers(tmp_path):
    engine = open_engine(database_url(tmp_path / "a.db", {}))
    with writer(engine).begin() as first, engine.connect() as second:
        first.execute(text("CREATE TABLE t (x INTEGER)"))
        assert second.execute(text("SELECT count(*) FROM sqlite_master")).scalar() == 0
    engine.dispose()


def no_database(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("this is no database, and it is long enough to be looked at " * 20)
    return path


def below_a_file(tmp_path):
    return no_database(tmp_path) / "molpipe.db"


def a_folder(tmp_path):
    return tmp_path


def read_only(tmp_path):
    open_store(tmp_path / "a.db", environment={}).close()
    return f"sqlite:///file:{tmp_path}/a.db?mode=ro&uri=true"


def another_kind(tmp_path):
    return "mysql://host/results"


def no_url(tmp_path):
    return "://"


@pytest.mark.parametrize(
    "wrong", [no_database, below_a_file, a_folder, read_only, another_kind, no_url]
)
def test_what_cannot_be_used_is_said_in_one_line(tmp_path, wrong):
    with pytest.raises(StoreError) as caught:
        open_store(wrong(tmp_path), environment={})
    assert "\n" not in caught.value.message
    assert caught.value.hint


def test_a_password_is_never_shown():
    pytest.importorskip("psycopg", reason="the PostgreSQL driver is an extra")
    with pytest.raises(StoreError) as caught:
        open_store("postgresql://user:secret@127.0.0.1:1/results", environment={})
    assert "secret" not in caught.value.message

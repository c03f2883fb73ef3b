"""Which database is opened, and one clear line where it cannot be."""

import socket
import sys

import pytest
from sqlalchemy import text

from molpipe.errors import StoreError
from molpipe.store import open_store
from molpipe.store.database import (
    BUSY_SECONDS,
    POSTGRESQL_OPTIONS,
    database_url,
    open_engine,
    writer,
)
from molpipe.store.failures import shown
from molpipe.store.transactions import open_unchanged

PASSWORD = "quite-secret"
"""Of the server in tests/postgresql.py."""


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


@pytest.mark.parametrize(
    "scheme", ["postgres", "postgresql", "postgresql+psycopg", "postgresql+asyncpg"]
)
def test_postgresql_is_spoken_with_one_driver(scheme):
    url = database_url(f"{scheme}://user:secret@host/results", {})
    assert url.drivername == "postgresql+psycopg"
    assert url.database == "results"


def test_a_url_may_set_what_it_wants(tmp_path):
    engine = open_engine(database_url(f"sqlite:///{tmp_path}/a.db?timeout=1.5", {}))
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA busy_timeout")).scalar() == 1500
    engine.dispose()


def test_a_missing_driver_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match="psycopg") as caught:
        open_store("postgresql://host/results", environment={})
    assert "pip install" in caught.value.hint


def test_sqlite_waits_for_others_and_checks_references(tmp_path):
    open_store(tmp_path / "a.db", environment={}).close()
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


def no_port(tmp_path):
    return "postgresql://host:port/results"


def no_host_name(tmp_path):
    return "postgresql://a..b/results"


@pytest.mark.parametrize(
    "wrong",
    [no_database, below_a_file, a_folder, read_only, another_kind, no_url, no_port, no_host_name],
)
def test_what_cannot_be_used_is_said_in_one_line(tmp_path, wrong):
    with pytest.raises(StoreError) as caught:
        open_store(wrong(tmp_path), environment={})
    assert "\n" not in caught.value.message
    assert caught.value.hint


def test_a_file_that_is_not_there_is_not_made(tmp_path):
    path = tmp_path / "typo.db"
    with pytest.raises(StoreError, match=r"typo\.db"):
        open_unchanged(path, environment={})
    assert not path.exists()


# What a server answers.


def nobody_listens(server):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"postgresql://u:{PASSWORD}@127.0.0.1:{free.getsockname()[1]}/results"


def nobody_there(server):
    return f"postgresql://u:{PASSWORD}@nowhere.invalid/results"


def wrong_password(server):
    return server.url("postgres", password=f"not-{PASSWORD}")


def no_password(server):
    return server.url("postgres").replace(f":{PASSWORD}", "")


def no_such_user(server):
    return server.url("postgres", user="nobody")


def no_such_database(server):
    return server.url("nowhere")


def a_standby(server):
    return f"{server.create_database()}?options=-cdefault_transaction_read_only%3Don"


def not_ours(server):
    url = server.create_database()
    server.execute("DROP USER IF EXISTS guest", f"CREATE USER guest PASSWORD '{PASSWORD}'")
    return url.replace("molpipe:", "guest:")


def too_few_letters(server):
    return server.create_database("ENCODING 'LATIN1' TEMPLATE template0")


def an_option_that_is_none(server):
    return f"{server.url('postgres')}?ssl=require"


def an_at_in_the_password(server):
    return server.url("postgres", password=f"p@{PASSWORD}/@")


@pytest.mark.parametrize(
    ("wrong", "named", "to_do"),
    [
        (nobody_listens, "refused", "PostgreSQL runs there"),
        (nobody_there, "nowhere.invalid", "check host"),
        (wrong_password, "password authentication failed", "check user and password"),
        (no_password, "no password supplied", "PGPASSWORD"),
        (no_such_user, '"nobody"', "check user"),
        (no_such_database, '"nowhere" does not exist', "createdb"),
        (a_standby, "read-only", "can be written"),
        (not_ours, "permission denied", "own the database"),
        (too_few_letters, "LATIN1", "--encoding=UTF8"),
        (an_option_that_is_none, "ssl", "postgresql://user@host/database"),
        (an_at_in_the_password, "more than one @", "%40"),
    ],
)
def test_a_server_that_cannot_be_used_is_said_in_one_line(postgresql, wrong, named, to_do):
    with pytest.raises(StoreError) as caught:
        open_store(wrong(postgresql), environment={})
    error = caught.value
    assert named in error.message
    assert to_do in error.hint
    assert "\n" not in error.line
    assert PASSWORD not in error.line


@pytest.mark.slow
def test_a_server_that_never_answers_is_given_up(monkeypatch):
    pytest.importorskip("psycopg", reason="the PostgreSQL driver is an extra")
    assert POSTGRESQL_OPTIONS["connect_timeout"] <= 5
    monkeypatch.setitem(POSTGRESQL_OPTIONS, "connect_timeout", 2)  # less is not possible
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://127.0.0.1:{silent.getsockname()[1]}/results"
        with pytest.raises(StoreError, match="timeout") as caught:
            open_store(url, environment={})
    assert "PostgreSQL runs there" in caught.value.hint


@pytest.mark.parametrize("where", ["{u}:{p}@h/db", "{u}@h/db?password={p}", "{u}:{p}%40@h:1/db"])
def test_a_password_is_never_shown(where):
    url = database_url(f"postgresql://{where.format(u='user', p=PASSWORD)}", {})
    assert PASSWORD in url.password
    assert PASSWORD not in shown(url)
    assert "user" in shown(url)

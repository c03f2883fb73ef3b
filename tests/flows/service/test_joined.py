"""What a worker on another machine needs, and what it says where that is not there."""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import closing

import pytest

from flows.service import joined
from flows.service.config import ServiceConfig
from flows.service.joined import Joining, api_address
from flows.service.process import ServiceProcess
from molpipe.errors import BackendUnavailable, InputError, MolpipeError, SchemaTooNew, StoreError
from molpipe.store import open_store
from molpipe.store.migrate import VERSION_TABLE
from tests.browser.up import free_port


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "results.db"
    open_store(path, environment={}).close()
    return path


@pytest.fixture
def join(tmp_path, database, prefect_home):
    """A worker that could start, but for what is given."""

    def join(api=prefect_home, pool="cpu", **given):
        wanted = {"home": tmp_path / "home", "database": str(database)} | given
        return Joining(api=api, config=ServiceConfig(**wanted), pool=pool)

    return join


def refused(joining, kind):
    with pytest.raises(kind) as caught:
        joining.check({})
    assert isinstance(caught.value, MolpipeError)
    assert caught.value.hint
    assert "\n" not in caught.value.line
    assert "canary" not in caught.value.line
    return caught.value


def test_where_all_is_well_it_may_start(join):
    join().check({})


def test_a_server_that_is_not_there(join):
    address = f"http://127.0.0.1:{free_port()}/api"
    error = refused(join(api=address), BackendUnavailable)
    assert address in error.message
    assert error.hint == "check --server, such as http://host:4200"


def test_a_database_that_is_not_named_or_not_there(join, tmp_path):
    assert refused(join(database=None), InputError).code == "NO_DATABASE"
    missing = tmp_path / "missing.db"
    assert str(missing) in refused(join(database=str(missing)), StoreError).message
    assert not missing.exists(), "an empty one would have no batch"


def test_a_database_of_a_newer_molpipe(join, database):
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
        connection.commit()
    refused(join(), SchemaTooNew)


def test_a_database_that_does_not_answer(join):
    refused(join(database=f"postgresql://me:canary@127.0.0.1:{free_port()}/results"), StoreError)


def test_a_home_that_cannot_be_written(join, tmp_path):
    (tmp_path / "file").write_text("")
    assert refused(join(home=tmp_path / "file" / "home"), InputError).code == "BAD_HOME"


@pytest.mark.parametrize(
    "server", ["http://h:4200", "http://h:4200/", "http://h:4200/api", "http://h:4200/api/"]
)
def test_the_address_of_the_pages_is_as_good_as_that_of_the_api(server):
    assert api_address(server) == "http://h:4200/api"


@pytest.mark.parametrize("server", ["nonsense", "host:4200", "ftp://host", ""])
def test_what_is_no_address_of_the_web_is_said_in_our_words(server):
    with pytest.raises(InputError, match="does not begin with http:// or https://") as caught:
        api_address(server)
    assert repr(server) in caught.value.message
    assert caught.value.hint == "check --server, such as http://host:4200"


def test_it_takes_nothing_that_needs_the_inbox_of_another_machine(join):
    arguments = join().worker({}).arguments
    assert set(arguments[3:]) == {"default", "help"}
    assert join(pool="quantum").worker({}).arguments[3:] == ()


def test_its_runs_find_the_same_server_and_database(join, database, prefect_home):
    environment = join().environment({"PREFECT_API_AUTH_STRING": "user:canary"})
    assert environment["PREFECT_API_URL"] == prefect_home
    assert environment["MOLPIPE_DATABASE"].endswith(str(database))
    assert environment["PREFECT_API_AUTH_STRING"] == "user:canary"
    assert "canary" not in " ".join(join().worker(environment).arguments)


@pytest.fixture
def process(tmp_path):
    """In place of the worker: it ends at once."""
    (tmp_path / "ends.py").write_text("raise SystemExit('no luck today')")
    return ServiceProcess(
        name="worker",
        module="ends",
        arguments=(),
        environment={**os.environ, "PYTHONPATH": str(tmp_path)},
        log=tmp_path / "log",
    )


def test_a_worker_that_does_not_start_is_given_up_while_the_server_answers(
    join, process, monkeypatch
):
    said = []
    monkeypatch.setattr(joined, "WATCH_SECONDS", 0.05)
    with pytest.raises(BackendUnavailable, match="no luck today"):
        join().serve(process, (), threading.Event(), said.append)
    assert said[0] == "the worker ended with 1: it is started again"


def test_a_worker_waits_for_a_server_that_is_away(join, process, monkeypatch):
    stop, asked = threading.Event(), []

    def away(api, *, seconds, has_ended):
        asked.append(api)
        if len(asked) == 3:
            stop.set()
        return False

    monkeypatch.setattr(joined, "wait_until_healthy", away)
    join().serve(process, (), stop, lambda line: None)
    assert len(asked) == 3

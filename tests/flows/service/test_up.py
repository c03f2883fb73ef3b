"""What a running service says about itself; `tests/cli/test_end_to_end.py` runs one."""

from __future__ import annotations

import os
import signal
import threading
import time

import psutil
import pytest

from flows.server import silence
from flows.server.health import wait_until_healthy
from flows.service import process as processes
from flows.service import up
from flows.service.config import ServiceConfig
from flows.service.state import read, write
from flows.service.up import PREFECT_DATABASE, Service, _died, _running, _server, _worker
from tests.browser.up import START_SECONDS, clean_environment, free_port

GIVEN = {"PREFECT_SERVER_API_AUTH_STRING": "user:canary", "PATH": "/bin"}


@pytest.fixture
def config(tmp_path):
    return lambda **given: ServiceConfig(home=tmp_path, port=4321, **given)


@pytest.mark.parametrize(
    "database",
    [
        "postgresql://me:canary@db/results",
        "postgresql://me@db/results?password=canary",
        "postgresql://me@db/results?sslmode=require&sslpassword=canary",
    ],
)
def test_a_database_with_a_secret_is_not_named(config, tmp_path, database):
    url = config(database=database).database_url({})
    assert "canary" in url
    running = _running(config(database=database), "http://127.0.0.1:4321/api", url)
    write(tmp_path, running)
    assert "canary" not in (tmp_path / "service.json").read_text()
    assert read(tmp_path).database is None


@pytest.mark.parametrize(
    "database", ["mine.db", "postgresql://me@db/results", "postgresql://db/results?sslmode=require"]
)
def test_another_one_is_named_for_those_who_submit(config, database):
    url = config(database=database).database_url({})
    assert _running(config(database=database), "http://127.0.0.1:4321/api", url).database == url


def test_no_secret_stands_in_a_command_that_everybody_can_list(config):
    given = GIVEN | {"MOLPIPE_DATABASE": "postgresql://me:canary@db/results"}
    for process in (_server(config(), given), _worker(config(), given, "quantum")):
        assert "canary" not in " ".join([process.module, *process.arguments])
        assert process.environment["PREFECT_API_AUTH_STRING"] == "user:canary"


def died(process, said):
    process.log.parent.mkdir(parents=True, exist_ok=True)
    process.log.write_text(f"{said}\nApplication startup failed. Exiting.\n")
    return _died(process)


@pytest.mark.parametrize("variable", PREFECT_DATABASE)
def test_a_server_that_cannot_reach_its_database_says_which_and_why(config, variable):
    given = GIVEN | {variable: "postgresql+asyncpg://me:canary@db:5433/prefect?password=canary"}
    error = died(
        _server(config(), given), "ConnectionRefusedError: [Errno 111] Connect call failed"
    )
    assert error.message.endswith(
        "does not start: ConnectionRefusedError: [Errno 111] Connect call failed"
    )
    assert (
        f"Prefect's database is postgresql://me:***@db:5433/prefect, by {variable}; " in error.hint
    )
    assert "server.log" in error.hint
    assert "canary" not in error.line


@pytest.mark.parametrize(
    "url", ["postgresql://me:can@ary@db/d", "mysql://canary", "db:canary/x://"]
)
def test_an_address_that_cannot_be_read_is_not_shown(config, url):
    error = died(_server(config(), GIVEN | {PREFECT_DATABASE[1]: url}), "ValueError: no")
    assert f"check {PREFECT_DATABASE[1]}; " in error.hint
    assert "ary" not in error.hint.partition("; ")[0]


def test_who_uses_the_usual_database_or_none_reads_nothing_of_it(config):
    named = GIVEN | {PREFECT_DATABASE[0]: "postgresql+asyncpg://db/prefect"}
    for process in (_server(config(), GIVEN), _worker(config(), named, "cpu")):
        assert died(process, "OSError: no").hint == f"the whole story is in {process.log}"


@pytest.fixture
def server(tmp_path, monkeypatch):
    """Prefect's server, of which an answer is expected every second."""
    monkeypatch.setattr(up, "ASK_EVERY", 1)
    monkeypatch.setattr(silence, "PATIENCE", 2)
    monkeypatch.setattr(processes, "ABORT_SECONDS", 0.5)
    started = _server(ServiceConfig(home=tmp_path, port=free_port()), clean_environment())
    started.start()
    yield started
    started.stop()


@pytest.mark.slow
def test_a_server_that_lives_and_does_not_answer_is_started_again(server):
    host, port = server.arguments
    api = f"http://{host}:{port}/api"

    def answers():
        return wait_until_healthy(api, seconds=START_SECONDS, has_ended=lambda: False)

    assert answers()
    children = psutil.Process().children()
    (first,) = [child for child in children if child.cmdline()[-2:-1] == [port]]
    said, stop = [], threading.Event()
    service = Service(api=api, server=server, others=())
    watching = threading.Thread(target=service.watch, args=(stop, said.append))
    watching.start()
    os.kill(first.pid, signal.SIGSTOP)
    try:
        end = time.monotonic() + START_SECONDS
        while len(said) < 2:  # psutil's wait would take the exit code from who watches
            assert time.monotonic() < end
            time.sleep(0.1)
        assert answers()
    finally:
        stop.set()
        watching.join()
    assert said == [
        f"the server does not answer: it is ended, see {server.log}",
        "the server ended with -9: it is started again",
    ]

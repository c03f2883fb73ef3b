"""What a running service says about itself; `tests/cli/test_end_to_end.py` runs one."""

from __future__ import annotations

import pytest

from flows.service.config import ServiceConfig
from flows.service.state import read, write
from flows.service.up import PREFECT_DATABASE, _died, _running, _server, _worker

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

"""What Prefect is told, and what each process of the service gets to know."""

from __future__ import annotations

import pytest

from flows.environment import client_environment, prepare, server_environment, worker_environment
from flows.service.config import AUTH_VARIABLE, ServiceConfig

GIVEN = {
    "PATH": "/bin",
    "MOLPIPE_DATABASE": "postgresql://me:secret@db/results",
    "PREFECT_API_URL": "http://elsewhere/api",
    "PREFECT_HOME": "/home/me/.prefect",
    "PREFECT_PROFILE": "cloud",
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "true",
    AUTH_VARIABLE: "user:password",
}
MAKERS = (client_environment, server_environment, worker_environment)


@pytest.fixture
def config(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return ServiceConfig(
        home=tmp_path / "home", port=4321, runner="dask:host:8786", workers=3, runs=5
    )


def test_nothing_leaves_the_machine_by_default():
    environment = {}
    prepare(environment)
    assert environment["DO_NOT_TRACK"] == "1"
    assert environment["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"


def test_what_the_user_set_wins():
    environment = {"PREFECT_LOGGING_LEVEL": "DEBUG"}
    prepare(environment)
    assert environment["PREFECT_LOGGING_LEVEL"] == "DEBUG"


@pytest.mark.parametrize("make", MAKERS)
def test_every_process_of_the_service_talks_to_this_server_only(make, config, tmp_path):
    made = make(config, GIVEN)
    assert made["PATH"] == "/bin"
    assert made["PREFECT_API_URL"] == "http://127.0.0.1:4321/api"
    assert made["PREFECT_HOME"] == str(tmp_path / "home" / "service" / "prefect")
    assert made["PREFECT_RESULTS_PERSIST_BY_DEFAULT"] == "false"
    assert (made["DO_NOT_TRACK"], made["PREFECT_SERVER_ANALYTICS_ENABLED"]) == ("1", "false")
    assert "PREFECT_PROFILE" not in made


@pytest.mark.parametrize("make", MAKERS)
def test_who_sets_a_password_gives_it_to_server_and_clients(make, config):
    made = make(config, GIVEN)
    assert made[AUTH_VARIABLE] == made["PREFECT_API_AUTH_STRING"] == "user:password"
    assert "PREFECT_API_AUTH_STRING" not in make(config, {"PATH": "/bin"})


def test_a_browser_is_told_the_address_that_it_reaches(tmp_path):
    config = ServiceConfig(home=tmp_path, public_url="https://lab.example/")
    made = server_environment(config, GIVEN)
    assert made["PREFECT_UI_API_URL"] == made["PREFECT_SERVER_UI_API_URL"]
    assert made["PREFECT_UI_API_URL"] == "https://lab.example/api"
    assert made["PREFECT_API_URL"] == "http://127.0.0.1:4200/api"


def test_a_worker_finds_its_place_wherever_it_starts(config, tmp_path):
    made = worker_environment(config, {"MOLPIPE_DATABASE": "mine.db"})
    assert made["MOLPIPE_DATABASE"] == f"sqlite:///{tmp_path}/mine.db"
    assert made["MOLPIPE_HOME"] == str(tmp_path / "home")
    assert made["MOLPIPE_INBOX"] == str(tmp_path / "home" / "inbox")
    assert (made["MOLPIPE_WORKERS"], made["MOLPIPE_RUNS"]) == ("3", "5")
    assert made["MOLPIPE_RUNNER"] == "dask:host:8786"
    assert made["OMP_NUM_THREADS"] == "1"

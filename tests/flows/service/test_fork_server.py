"""Which services have a fork server, and who is told of it."""

from __future__ import annotations

import sys

import pytest

from flows.environment import worker_environment
from flows.service.config import ServiceConfig
from flows.service.fork_server import fork_servers, with_fork_server
from molpipe.limits.forking import VARIABLE

GIVEN = {"PATH": "/bin", VARIABLE: "that of somebody else"}


@pytest.fixture
def config(tmp_path):
    return lambda **given: ServiceConfig(home=tmp_path, **given)


def test_its_workers_know_the_name_at_which_it_listens(config):
    environment = worker_environment(config(), with_fork_server(config(), GIVEN))
    (server,) = fork_servers(config(), environment)
    assert environment[VARIABLE] in server.arguments
    assert environment[VARIABLE] != GIVEN[VARIABLE]


def test_two_services_have_two_names(config):
    names = {with_fork_server(config(), GIVEN)[VARIABLE] for _ in range(2)}
    assert len(names) == 2


def test_where_a_cluster_computes_there_is_none(config):
    dask = config(runner="dask:tcp://127.0.0.1:8786")
    environment = with_fork_server(dask, GIVEN)
    assert environment == {"PATH": "/bin"}
    assert fork_servers(dask, environment) == []


def test_off_linux_there_is_none(config, monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert with_fork_server(config(), GIVEN) == {"PATH": "/bin"}

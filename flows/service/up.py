"""Everything for a pilot on one machine: server, pools, deployments, workers, schedules."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Final

from sqlalchemy import make_url

from flows.environment import server_environment, worker_environment
from flows.server.health import check_server, wait_until_healthy
from flows.server.silence import Silence
from flows.service.config import ServiceConfig, check_port
from flows.service.fork_server import fork_servers, with_fork_server
from flows.service.process import ServiceProcess
from flows.service.state import Running, only_one, write
from molpipe.errors import BackendUnavailable, StoreError
from molpipe.model.pool import POOLS
from molpipe.store import open_store
from molpipe.store.database import database_url
from molpipe.store.failures import shown

START_SECONDS = 300.0
WATCH_SECONDS = 1.0
ASK_EVERY = 10
"""Looks: the server is asked whether it answers."""

SECRETS = ("password", "sslpassword")
"""Options of a database URL that nobody else may read."""

SERVER: Final = "server"
PREFECT_DATABASE: Final = (
    "PREFECT_SERVER_DATABASE_CONNECTION_URL",
    "PREFECT_API_DATABASE_CONNECTION_URL",
)
"""Where Prefect keeps its own records; the first wins."""

Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Service:
    """The processes of a service that answers; ``api`` is the address of its server's."""

    api: str
    server: ServiceProcess
    others: tuple[ServiceProcess, ...]

    def watch(self, stop: threading.Event, say: Say) -> None:
        """Stay until ``stop`` is set; start again what dies, and a server that does not answer.

        Raises:
            BackendUnavailable: a process dies as soon as it starts.
        """
        silence = Silence(self.api)
        for look in count(1):
            if stop.wait(WATCH_SECONDS):
                return
            if look % ASK_EVERY == 0 and silence.is_too_long():
                say(f"the {self.server.name} does not answer: it is ended, see {self.server.log}")
                self.server.abort()
            for process in (self.server, *self.others):
                if process.ending is not None:
                    _restart(process, say)


def _restart(process: ServiceProcess, say: Say) -> None:
    if not process.may_restart:
        raise _died(process)
    say(f"the {process.name} ended with {process.ending}: it is started again")
    process.restart()


@contextmanager
def service(
    config: ServiceConfig,
    environment: Mapping[str, str],
    *,
    install: Callable[[], None],
    drain: Callable[[], None],
    say: Say,
) -> Iterator[Service]:
    """A service that lives as long as this block.

    Args:
        config: checked before.
        environment: what the user has set.
        install: makes pools and deployments, once the server answers.
        drain: cancels what runs, while workers and server still live.
        say: told each step.

    Raises:
        InputError: another one runs in this home, or its port is taken.
        StoreError: the result database cannot be used.
        BackendUnavailable: the server does not start.
    """
    with only_one(config.service):
        check_port(config)
        database = config.database_url(environment)
        open_store(database, environment={}).close()
        server = _server(config, environment)
        forking = with_fork_server(config, environment)
        computing = fork_servers(config, worker_environment(config, forking))
        workers = tuple(_worker(config, forking, pool) for pool in POOLS)
        try:
            say("starting Prefect's server")
            server.start()
            api = f"{config.address}/api"
            started = wait_until_healthy(
                api, seconds=START_SECONDS, has_ended=lambda: server.ending is not None
            )
            if not started:
                raise _died(server)
            check_server(api)
            say("making work pools and deployments")
            install()
            for process in (*computing, *workers):
                process.start()
            write(config.service, _running(config, api, database))
            yield Service(api=api, server=server, others=(*computing, *workers))
            say("cancelling what runs")
            for worker in workers:
                worker.rest()
            drain()
        finally:
            for process in (*workers, *computing, server):
                process.stop()


def _running(config: ServiceConfig, api: str, database: str) -> Running:
    url = make_url(database)
    has_secret = url.password is not None or not url.query.keys().isdisjoint(SECRETS)
    shown = None if has_secret else database
    return Running(pid=os.getpid(), api=api, ui=config.ui, database=shown)


def _server(config: ServiceConfig, environment: Mapping[str, str]) -> ServiceProcess:
    return ServiceProcess(
        name=SERVER,
        module="flows.server.embedded",
        arguments=(config.host, str(config.port)),
        environment=server_environment(config, environment),
        log=config.service / "logs" / "server.log",
    )


def worker_name(pool: str) -> str:
    """What the worker of a pool is called: no other may be, :mod:`flows.service.sweep` says why."""
    return f"molpipe {pool}"


def _worker(config: ServiceConfig, environment: Mapping[str, str], pool: str) -> ServiceProcess:
    return ServiceProcess(
        name=f"worker of the pool {pool}",
        module="flows.service.worker",
        arguments=(pool, str(config.runs), worker_name(pool)),
        environment=worker_environment(config, environment),
        log=config.service / "logs" / f"worker-{pool}.log",
    )


def _died(process: ServiceProcess) -> BackendUnavailable:
    known = _prefect_database(process.environment) if process.name == SERVER else ""
    return BackendUnavailable(
        f"the {process.name} does not start: {process.last_line}",
        hint=f"{known}the whole story is in {process.log}",
        stage="service",
    )


def _prefect_database(environment: Mapping[str, str]) -> str:
    """Which database of its own Prefect was told to use, without password; empty for its usual."""
    named = next((name for name in PREFECT_DATABASE if environment.get(name)), None)
    if named is None:
        return ""
    try:
        where = shown(database_url(environment[named], {}))
    except StoreError:
        return f"check {named}; "
    return f"Prefect's database is {where}, by {named}; "

"""A worker for a service that runs on another machine."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import httpx
from sqlalchemy import make_url

from flows.environment import worker_environment
from flows.server.health import check_server, wait_until_healthy
from flows.service.config import ServiceConfig, make_folders
from flows.service.fork_server import with_fork_server
from flows.service.process import ServiceProcess
from molpipe.errors import BackendUnavailable, InputError
from molpipe.store import open_store
from molpipe.store.database import check_exists

QUEUES: Final = ("default", "help")
"""Not ``inbox``: its files lie where `molpipe up` runs."""

WATCH_SECONDS: Final = 1.0
AWAY_SECONDS: Final = 60.0
DRAIN_SECONDS: Final = 20.0
CHECK_SERVER: Final = "check --server, such as http://host:4200"


@dataclass(frozen=True, kw_only=True)
class Joining:
    """A worker that joins a service.

    Args:
        api: address of the service's Prefect API.
        config: home, database, and what may run at once; its host and port say nothing.
        pool: whose runs it takes.
    """

    api: str
    config: ServiceConfig
    pool: str

    @property
    def name(self) -> str:
        """What it is called: no other worker is."""
        return f"molpipe {self.pool} on {socket.gethostname()} {os.getpid()}"

    def check(self, environment: Mapping[str, str]) -> None:
        """Refuse what would let its runs fail.

        Raises:
            BackendUnavailable: the server does not answer, or is none that we can talk to.
            InputError: NO_DATABASE or BAD_HOME.
            StoreError: the result database is not there, or cannot be used.
        """
        check_server(self.api, hint=CHECK_SERVER)
        if self.config.database is None:
            raise InputError(
                "the result database of the service has to be named",
                hint="give its URL with --database or MOLPIPE_DATABASE",
                code="NO_DATABASE",
            )
        database = self.config.database_url(environment)
        check_exists(make_url(database))
        open_store(database, environment={}).close()
        make_folders(self.config)

    def environment(self, given: Mapping[str, str]) -> dict[str, str]:
        """Of the worker, and of all that talks to the server."""
        addresses = {"PREFECT_API_URL": self.api, "PREFECT_UI_URL": self.api.removesuffix("/api")}
        forking = with_fork_server(self.config, given)
        return worker_environment(self.config, forking) | addresses

    def worker(self, environment: Mapping[str, str]) -> ServiceProcess:
        """The worker; nothing is started yet."""
        queues = QUEUES if self.pool == "cpu" else ()
        return ServiceProcess(
            name=f"worker of the pool {self.pool}",
            module="flows.service.worker",
            arguments=(self.pool, str(self.config.runs), self.name, *queues),
            environment=environment,
            log=self.config.service / "logs" / f"worker-{self.pool}-{os.getpid()}.log",
        )

    def serve(
        self,
        worker: ServiceProcess,
        beside: Sequence[ServiceProcess],
        stop: threading.Event,
        say: Callable[[str], None],
    ) -> None:
        """Keep the worker, and what runs beside it, alive until ``stop`` is set.

        A server that is away is waited for.

        Raises:
            BackendUnavailable: one dies as soon as it starts, while the server answers.
        """
        processes = (*beside, worker)
        for process in processes:
            process.start()
        try:
            while not stop.wait(WATCH_SECONDS):
                for process in processes:
                    if process.ending is not None:
                        self._restart(process, stop, say)
            say("cancelling what runs here")
            worker.rest()
            with suppress(httpx.HTTPError, RuntimeError):  # then the server finds out by itself
                asyncio.run(_drain(self.name))
        finally:
            for process in reversed(processes):
                process.stop()

    def _restart(
        self, process: ServiceProcess, stop: threading.Event, say: Callable[[str], None]
    ) -> None:
        say(f"the {process.name} ended with {process.ending}: it is started again")
        if not self._wait_for_server(stop):
            return
        if not process.may_restart:
            raise BackendUnavailable(
                f"the {process.name} does not start: {process.last_line}",
                hint=f"the whole story is in {process.log}",
            )
        process.restart()

    def _wait_for_server(self, stop: threading.Event) -> bool:
        """Whether it answers again before ``stop`` is set."""
        while not stop.is_set():
            if wait_until_healthy(self.api, seconds=AWAY_SECONDS, has_ended=stop.is_set):
                return True
        return False


def api_address(server: str) -> str:
    """The address of the API, from that of the pages or its own.

    Raises:
        InputError: BAD_URL, it is no address of the web.
    """
    if not server.startswith(("http://", "https://")):
        raise InputError(
            f"the server {server!r} does not begin with http:// or https://",
            hint=CHECK_SERVER,
            code="BAD_URL",
        )
    address = server.rstrip("/")
    return address if address.endswith("/api") else f"{address}/api"


async def _drain(worker: str) -> None:
    # Here, because Prefect reads its settings from the environment when it is imported.
    from prefect.client.orchestration import get_client  # noqa: PLC0415

    from flows import runs  # noqa: PLC0415

    async with get_client() as client:
        await runs.drain(
            client,
            why="its worker was stopped: run it again, what is finished is kept",
            seconds=DRAIN_SECONDS,
            is_ours=lambda run: runs.worker_of(run) == worker,
        )

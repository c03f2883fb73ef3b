"""The embedded Prefect server of a run on one machine.

Prefect can start one by itself, but gives up after 20 seconds, which the first migration of
a fresh database takes on a slow machine, and leaves it in the terminal's process group, where
Ctrl-C ends the server before the flow could report its own end.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from types import TracebackType
from typing import IO, Final, Self

from prefect.events.worker import EventsWorker
from prefect.settings import (
    PREFECT_API_URL,
    PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
    PREFECT_HOME,
    get_current_settings,
    temporary_settings,
)

from flows.server.health import wait_until_healthy
from molpipe.errors import BackendUnavailable

logger = logging.getLogger(__name__)

START_SECONDS = 300.0
STOP_SECONDS = 10.0
WATCH_SECONDS = 0.2
STARTS = 3
"""How often it is started in one run; one that cannot start ends each time."""

_ALONE: Final = {PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}
"""Nobody listens for heartbeats, and to end them Prefect waits for up to a second."""


@contextlib.contextmanager
def prefect_server() -> Iterator[str]:
    """The API address to report to: the configured server, or one that lives in this block.

    Raises:
        BackendUnavailable: the embedded server does not start.
    """
    configured = PREFECT_API_URL.value()
    if configured:
        yield configured
        return
    port = _free_port()
    address = f"http://127.0.0.1:{port}/api"
    with tempfile.TemporaryFile(mode="w+") as log, contextlib.ExitStack() as running:
        with _one_start_at_a_time():
            server = running.enter_context(_Server(port, log))
            _wait_until_healthy(address, server, log)
        with temporary_settings({PREFECT_API_URL: address, **_ALONE}):
            try:
                yield address
            finally:
                _send_what_waits()


def _send_what_waits() -> None:
    """Send the last events, else this process tries it when nobody is there any more.

    Prefect would warn of every event that is still waiting.
    """
    logging.getLogger(EventsWorker.__name__).setLevel(logging.ERROR)
    EventsWorker.drain_all(timeout=STOP_SECONDS)


@contextlib.contextmanager
def _one_start_at_a_time() -> Iterator[None]:
    """Hold back others of this Prefect home: two that migrate a fresh database would collide."""
    home = PREFECT_HOME.value()
    home.mkdir(parents=True, exist_ok=True)
    with (home / "molpipe-start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class _Server:
    """The process, in the hands of one thread; started again when somebody kills it.

    Linux ends it with the thread that started it, so that this thread lives as long.
    """

    def __init__(self, port: int, log: IO[str]) -> None:
        self._port = port
        self._log = log
        self._settings = get_current_settings().to_environment_variables(exclude_unset=True)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="prefect-server", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()

    @property
    def has_ended(self) -> bool:
        """Whether it ended, and is not started again."""
        return not self._thread.is_alive()

    def _keep(self) -> None:
        for left in reversed(range(STARTS)):
            process = self._started()
            while process.poll() is None:
                if self._stop.wait(WATCH_SECONDS):
                    _end(process)
                    return
            what_now = "it is started again" if left else "it stays so"
            said = "Prefect's embedded server ended with %s: %s"
            logger.warning(said, process.returncode, what_now)

    def _started(self) -> subprocess.Popen[str]:
        words = ("-m", "flows.server.embedded", "127.0.0.1", str(self._port), str(os.getpid()))
        return subprocess.Popen(
            [sys.executable, *words],
            env={
                **os.environ,
                **self._settings,
                "PREFECT_UI_ENABLED": "0",
                "PREFECT__SERVER_EPHEMERAL": "1",
                "PREFECT__SERVER_FINAL": "1",
            },
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            text=True,
        )


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait_until_healthy(address: str, server: _Server, log: IO[str]) -> None:
    if wait_until_healthy(address, seconds=START_SECONDS, has_ended=lambda: server.has_ended):
        return
    log.seek(0)
    last = (log.read().strip().splitlines() or ["it printed nothing"])[-1]
    raise BackendUnavailable(
        f"Prefect's embedded server did not start: {last}",
        hint="molpipe doctor looks at Prefect and its database; PREFECT_HOME moves both elsewhere",
        stage="prefect",
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

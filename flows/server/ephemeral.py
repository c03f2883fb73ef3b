"""The embedded Prefect server of a run on one machine.

Prefect can start one by itself, but gives up after 20 seconds, which the first migration of
a fresh database takes on a slow machine, and leaves it in the terminal's process group, where
Ctrl-C ends the server before the flow could report its own end.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from typing import IO

from prefect.settings import (
    PREFECT_API_URL,
    PREFECT_HOME,
    get_current_settings,
    temporary_settings,
)

from flows.server.health import wait_until_healthy
from molpipe.errors import BackendUnavailable

START_SECONDS = 300.0
STOP_SECONDS = 10.0


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
            process = running.enter_context(_server(port, log))
            _wait_until_healthy(address, process, log)
        with temporary_settings({PREFECT_API_URL: address}):
            yield address


@contextlib.contextmanager
def _one_start_at_a_time() -> Iterator[None]:
    """Hold back others of this Prefect home: two that migrate a fresh database would collide."""
    home = PREFECT_HOME.value()
    home.mkdir(parents=True, exist_ok=True)
    with (home / "molpipe-start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def _server(port: int, log: IO[str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "flows.server.embedded", "127.0.0.1", str(port), str(os.getpid())],
        env={
            **os.environ,
            **get_current_settings().to_environment_variables(exclude_unset=True),
            "PREFECT_UI_ENABLED": "0",
            "PREFECT__SERVER_EPHEMERAL": "1",
            "PREFECT__SERVER_FINAL": "1",
        },
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        text=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_healthy(address: str, process: subprocess.Popen[str], log: IO[str]) -> None:
    def has_ended() -> bool:
        return process.poll() is not None

    if wait_until_healthy(address, seconds=START_SECONDS, has_ended=has_ended):
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

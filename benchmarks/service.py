"""molpipe's commands as a user starts them: the service, its workers, batches of waters."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from benchmarks.processes import ROOT, THREAD_VARIABLES, DriverFailed

SECONDS = 3600.0
"""The longest that anything here may take."""


@contextmanager
def molpipe(
    log: Path, *arguments: object, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A command that runs as long as this block; what it prints goes to ``log``."""
    with (
        log.open("ab") as output,
        subprocess.Popen(
            _command(*arguments),
            env=_environment() | dict(environment or {}),
            cwd=ROOT,
            stdout=output,
            stderr=output,
        ) as process,
    ):
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)


def done(*arguments: object) -> str:
    """What a command prints that ends by itself.

    Raises:
        DriverFailed: its exit code is not 0.
    """
    ended = subprocess.run(
        _command(*arguments),
        env=_environment(),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    if ended.returncode:
        said = ended.stdout + ended.stderr
        raise DriverFailed(f"{arguments[0]} ended with {ended.returncode}: {said}")
    return ended.stdout


def wait_for_workers(server: str, number: int) -> None:
    """Wait until so many workers serve the pool; one that ended counts for up to two minutes.

    Raises:
        DriverFailed: that never happens.
    """
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        try:
            answer = httpx.post(f"{server}/api/work_pools/cpu/workers/filter", json={}, timeout=30)
            found = answer.json() if answer.is_success else []
        except httpx.HTTPError:
            found = []
        if sum(worker["status"] == "ONLINE" for worker in found) == number:
            return
        time.sleep(1)
    raise DriverFailed(f"the service never had {number} workers")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def water(length: float) -> str:
    """A water molecule whose two bonds are ``length`` [angstrom] long, as an XYZ frame."""
    x, z = 0.7907 * length, 0.6122 * length
    return f"3\n\nO 0 0 0\nH {x:.6f} 0 {z:.6f}\nH {-x:.6f} 0 {z:.6f}\n"


def chosen(settings: tuple[str, ...]) -> list[str]:
    """Settings as words of the command line."""
    return [word for setting in settings for word in ("--set", setting)]


def _command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "molpipe", *map(str, arguments)]


def _environment() -> dict[str, str]:
    given = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "MOLPIPE_"))}
    return given | dict.fromkeys(THREAD_VARIABLES, "1")

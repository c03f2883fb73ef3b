"""``molpipe up`` as somebody starts it, in a folder of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from molpipe.limits.child import NAME

COMMAND = Path(sys.executable).with_name("molpipe")
START_SECONDS = 180.0
STOP_SECONDS = 90.0
ANSWER_SECONDS = 120.0
"""For one answer of the server: a shared machine may stand still for a while."""


@dataclass(frozen=True, kw_only=True)
class Up:
    """A service that runs.

    Args:
        home: its folder.
        url: its pages.
        process: the command; its children are the server and the workers.
        log: what the command prints.
    """

    home: Path
    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def molpipe(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Another command beside it, for the same home."""
        return subprocess.run(
            [COMMAND, *arguments, "--home", self.home],
            env=clean_environment(),
            capture_output=True,
            text=True,
            check=False,
        )

    def family(self) -> list[psutil.Process]:
        """Every process that it started, at any remove, and that still lives."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.environ().get("PREFECT_HOME", "").startswith(str(self.home)):
                    found.append(process)
        return found

    def calculating(self, seconds: float) -> list[psutil.Process]:
        """Its child processes for calculations that have used so much processor time [s]."""
        found = []
        for process in self.family():
            with suppress(psutil.NoSuchProcess):
                if process.name() == NAME and process.cpu_times().user > seconds:
                    found.append(process)
        return found


@contextmanager
def molpipe_up(home: Path, *options: str) -> Iterator[Up]:
    """A service that is stopped with Ctrl-C at the end of the block.

    Raises:
        AssertionError: it does not start, does not end well, or leaves processes behind.
    """
    service = start(home, *options)
    try:
        wait_until_up(service)
        yield service
    finally:
        service.process.send_signal(signal.SIGINT)
        code = _wait(service.process)
        left = end_family(service)
    assert code == 0, service.log.read_text("utf-8")
    assert left == []


def start(home: Path, *options: str) -> Up:
    """A service that begins to start."""
    home.mkdir(parents=True, exist_ok=True)
    log, port = home / "up.log", free_port()
    command = [COMMAND, "up", "--home", home, "--port", str(port), *options]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=clean_environment(), stdout=output, stderr=subprocess.STDOUT
        )
    return Up(home=home, url=f"http://127.0.0.1:{port}", process=process, log=log)


def end_family(service: Up) -> list[psutil.Process]:
    """Wait for the end of all its processes; those that are left after some seconds are killed."""
    _, left = psutil.wait_procs(service.family(), timeout=5)
    for orphan in left:
        orphan.kill()
    return list(left)


def clean_environment() -> dict[str, str]:
    """Ours, without what other tests have told Prefect and molpipe."""
    ours = ("PREFECT_", "MOLPIPE_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_up(service: Up) -> None:
    """Wait until it says where it is."""
    end = time.monotonic() + START_SECONDS
    while f"molpipe is up: {service.url}" not in service.log.read_text("utf-8"):
        assert service.process.poll() is None, service.log.read_text("utf-8")
        assert time.monotonic() < end, service.log.read_text("utf-8")
        time.sleep(0.2)


def _wait(process: subprocess.Popen[bytes]) -> int | None:
    try:
        return process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return None

"""A Dask cluster on loopback, its processes started as a user starts them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from molpipe.limits.child import NAME

DASK = Path(sys.executable).with_name("dask")
START_SECONDS = 120.0
STOP_SECONDS = 30.0
BUSY_PERCENT = 5.0
"""Of a processor that others use as well."""


@dataclass
class Cluster:
    """A scheduler and workers of one thread, each of them a nanny and the process it keeps."""

    folder: Path
    environment: Mapping[str, str]
    address: str = ""
    scheduler: subprocess.Popen[bytes] | None = None
    nannies: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start_scheduler(self) -> None:
        self.scheduler, log = self._start("scheduler", "--port", "0")
        self.address = _found(r"Scheduler at:\s+(\S+)", log, self.scheduler)

    def start_worker(self, *options: str, environment: Mapping[str, str] | None = None) -> None:
        """Return when it is registered."""
        arguments = self.address, "--nthreads", "1", *options
        nanny, log = self._start("worker", *arguments, environment=environment or {})
        self.nannies.append(nanny)
        _found("(Registered) to", log, nanny)

    def stop_worker(self) -> None:
        """End the worker that was started last, and return when its scheduler knows of it."""
        _end(self.nannies.pop())

    def workers(self) -> list[psutil.Process]:
        """The processes that calculations are sent to."""
        return [child for nanny in self.nannies for child in _spawned_by(nanny.pid)]

    def calculating(self) -> list[psutil.Process]:
        """The child processes of the workers."""
        found = []
        for worker in self.workers():
            with suppress(psutil.NoSuchProcess):
                found += [one for one in worker.children(recursive=True) if one.name() == NAME]
        return found

    def busy(self) -> list[psutil.Process]:
        """Those of them that use the processor now."""
        found = []
        for child in self.calculating():
            with suppress(psutil.NoSuchProcess):
                if child.cpu_percent(0.2) > BUSY_PERCENT:
                    found.append(child)
        return found

    def stop(self) -> None:
        while self.nannies:
            self.stop_worker()
        if self.scheduler is not None:
            _end(self.scheduler)

    def _start(
        self, kind: str, *arguments: str, environment: Mapping[str, str] | None = None
    ) -> tuple[subprocess.Popen[bytes], Path]:
        log = self.folder / f"{kind}-{len(list(self.folder.glob('*.log')))}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [DASK, kind, *arguments, "--host", "127.0.0.1", "--no-dashboard"],
                env={**self.environment, **(environment or {})},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        return process, log


@contextmanager
def dask_cluster(
    folder: Path, *, workers: int, environment: Mapping[str, str] | None = None
) -> Iterator[Cluster]:
    """A cluster that ends with the block."""
    folder.mkdir(parents=True, exist_ok=True)
    scratch = {"DASK_TEMPORARY_DIRECTORY": str(folder)}
    cluster = Cluster(folder, {**os.environ, **scratch, **(environment or {})})
    try:
        cluster.start_scheduler()
        for _ in range(workers):
            cluster.start_worker()
        yield cluster
    finally:
        cluster.stop()


def wait_for(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Look again until it is so."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def _spawned_by(parent: int) -> list[psutil.Process]:
    """Child processes that multiprocessing started, without its own bookkeeper."""
    found = []
    with suppress(psutil.NoSuchProcess):
        for child in psutil.Process(parent).children():
            with suppress(psutil.Error):
                if "spawn_main" in " ".join(child.cmdline()):
                    found.append(child)
    return found


def _found(pattern: str, log: Path, process: subprocess.Popen[bytes]) -> str:
    end = time.monotonic() + START_SECONDS
    while (found := re.search(pattern, log.read_text("utf-8"))) is None:
        assert process.poll() is None, log.read_text("utf-8")
        assert time.monotonic() < end, log.read_text("utf-8")
        time.sleep(0.05)
    return found[1]


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

"""One batch three ways: a bare loop, `molpipe run`, a run of the service with its artifacts.

``python -m benchmarks.drivers.overhead ROWS PROCESSES TURN`` prints wall times [s].
Prefect's settings stand in the environment (:mod:`benchmarks.overhead`).
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, TypeVar

from prefect.settings import (
    PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
    PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED,
    PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED,
    temporary_settings,
)

from flows.deployments import HEARTBEAT_SECONDS
from flows.molecule_batch import molecule_batch
from flows.place import Place, running_at
from flows.request import BatchRequest
from flows.server.ephemeral import prefect_server
from molpipe.chem.intake import read_batch
from molpipe.limits import Workers
from molpipe.model.settings import LimitSettings, Settings
from molpipe.pipeline import run_row
from molpipe.stages import timed
from molpipe.store import Staged

T = TypeVar("T")

SETTINGS = Settings(basis="sto-3g", active_space="4,4")


def main(rows: int, processes: int, turn: int) -> dict[str, float]:
    """Wall time [s] of each way; ``turn`` rotates their order."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "waters.xyz"
        path.write_text("".join(_water(0.9 + 0.002 * k) for k in range(rows)))
        ways: dict[str, Callable[[], int]] = {
            "bare": lambda: _bare(path, processes),
            "run": lambda: _flow(path, processes, Path(folder) / "run", has_ui=False),
            "service": lambda: _flow(path, processes, Path(folder) / "service", has_ui=True),
        }
        names = list(ways)[turn % 3 :] + list(ways)[: turn % 3]
        return {name: _timed(name, ways[name], rows) for name in names}


def _timed(name: str, way: Callable[[], int], rows: int) -> float:
    """Wall time [s] of one way, whose Prefect server runs before."""
    with nullcontext() if name == "bare" else _server(has_ui=name == "service"):
        began = time.perf_counter()
        answered = way()
        seconds = time.perf_counter() - began
    assert answered == rows, f"{answered} of {rows} rows are ok"
    return seconds


@contextmanager
def _server(*, has_ui: bool) -> Iterator[None]:
    """The embedded server, which does without what only its pages show, or that of the service."""
    services = {
        PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED: has_ui,
        PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED: has_ui,
    }
    beats = {PREFECT_FLOWS_HEARTBEAT_FREQUENCY: HEARTBEAT_SECONDS} if has_ui else {}
    with temporary_settings(services), prefect_server(), temporary_settings(beats):
        yield


def _bare(path: Path, processes: int) -> int:
    """The stages of every row, in warm child processes, and nothing else."""
    batch = read_batch(path, SETTINGS)
    with Workers(processes=processes, threads=1) as workers:

        def perform(
            stage: str,
            key: str,
            kind: type[T],
            function: Callable[..., T],
            *arguments: Any,
            limits: LimitSettings,
            seconds: float,
        ) -> Staged[T]:
            return workers.run(
                timed, function, *arguments, seconds=seconds, memory_gb=limits.memory_gb
            )

        with ThreadPoolExecutor(processes) as pool:
            rows = list(pool.map(lambda row: run_row(row, SETTINGS, perform), batch.rows))
    return sum(row.status == "ok" for row in rows)


def _flow(path: Path, processes: int, folder: Path, *, has_ui: bool) -> int:
    place = Place(
        batch=path,
        out=folder,
        database=str(folder / "results.db"),
        workers=processes,
        has_ui=has_ui,
    )
    with running_at(place):
        request = BatchRequest(name=folder.name, settings=SETTINGS)
        results = molecule_batch(request).results
    return sum(row.status == "ok" for row in results.rows)


def _water(length: float) -> str:
    """A water molecule whose two bonds are ``length`` [angstrom] long, as an XYZ frame."""
    x, z = 0.7907 * length, 0.6122 * length
    return f"3\n\nO 0 0 0\nH {x:.6f} 0 {z:.6f}\nH {-x:.6f} 0 {z:.6f}\n"


if __name__ == "__main__":
    print(json.dumps(main(*map(int, sys.argv[1:4]))))

"""One batch of waters in a bare loop with warm processes, or as `molpipe run` computes it.

``python -m benchmarks.drivers.overhead bare|run BATCH PROCESSES`` prints the wall time [s].
Prefect's settings stand in the environment (:mod:`benchmarks.overhead`).
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from flows.molecule_batch import molecule_batch
from flows.place import Place, running_at
from flows.request import BatchRequest
from flows.server.ephemeral import prefect_server
from molpipe.chem.intake import read_batch, read_smiles
from molpipe.limits import Workers
from molpipe.model.document import Row
from molpipe.model.molecule import BatchRow
from molpipe.model.settings import LimitSettings, Settings
from molpipe.pipeline import run_row
from molpipe.stages import load_engines, timed
from molpipe.store import Staged, open_store

T = TypeVar("T")

SETTINGS = Settings(basis="sto-3g", active_space="4,4")


def bare(path: Path, processes: int) -> tuple[float, int]:
    """The stages of every row, in processes that have computed a molecule, and nothing else.

    Returns:
        Wall time [s], and how many rows are ok.
    """
    with Workers(processes=processes, threads=1) as workers:
        another = read_smiles("N", "ammonia", SETTINGS)
        _answered([another] * processes, workers, processes)
        began = time.perf_counter()
        rows = _answered(read_batch(path, SETTINGS).rows, workers, processes)
        return time.perf_counter() - began, _ok(rows)


def run(path: Path, processes: int) -> tuple[float, int]:
    """What `molpipe run` does while its server answers; before, it loads the engines as well."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        place = Place(batch=path, out=out, database=str(out / "results.db"), workers=processes)
        open_store(place.database, environment={}).close()
        place.load_early(threads=1)
        with prefect_server(), running_at(place):
            with Workers(processes=1, threads=1) as workers:
                workers.run(abs, 1, seconds=60.0, memory_gb=4.0, ready=load_engines)
            began = time.perf_counter()
            request = BatchRequest(name=path.stem, settings=SETTINGS)
            rows = molecule_batch(request).results.rows
            return time.perf_counter() - began, _ok(rows)


def _answered(rows: Iterable[BatchRow], workers: Workers, processes: int) -> list[Row]:
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
            timed,
            function,
            *arguments,
            seconds=seconds,
            memory_gb=limits.memory_gb,
            ready=load_engines,
        )

    with ThreadPoolExecutor(processes) as pool:
        return list(pool.map(lambda row: run_row(row, SETTINGS, perform), rows))


def _ok(rows: Iterable[Row]) -> int:
    return sum(row.status == "ok" for row in rows)


if __name__ == "__main__":
    way, path, processes = sys.argv[1:4]
    seconds, ok = {"bare": bare, "run": run}[way](Path(path), int(processes))
    print(json.dumps({"seconds": seconds, "ok": ok}))

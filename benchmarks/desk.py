"""``python -m benchmarks.desk``: 10,000 results as a frame, filtered, and one by one as JSON."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.markdown import digits, table
from benchmarks.options import options
from benchmarks.results import finish
from molpipe.api.stored import load_results
from molpipe.model.document import Row
from molpipe.store import RunStart, Store, open_store
from tests.sample_results import answered

RUNS, ROWS, REPEAT = 40, 250, 5
LOAD, FILTER = 2.0, 0.3
"""What loading all and a filter may take [s]."""

ANSATZE = ("uccsd", "upccgsd", "adapt", "lucj")
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def run(*, quick: bool, write: bool) -> None:
    """Measure, print, and keep where asked."""
    runs, repeat = (4, 2) if quick else (RUNS, REPEAT)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "synthetic.db"
        with open_store(path, environment=os.environ) as store:
            seconds = _fill(store, runs)
        size = path.stat().st_size
        asked = _questions(str(path))
        taken = {name: [] for name in asked}
        for _ in range(repeat):
            for name, ask in asked.items():
                taken[name].append(_seconds(ask))
    medians = {name: median(values) for name, values in taken.items()}
    finish("desk", _section(medians, runs * ROWS, seconds, size), write=write)


def _questions(path: str) -> dict[str, Callable[[], object]]:
    def documents() -> None:
        with open_store(path, environment=os.environ) as store:
            for summary in store.runs():
                store.load_run(summary.id)

    return {
        "one document after the other": documents,
        "load_results()": lambda: load_results(database=path),
        "load_results(molecule=...)": lambda: load_results(molecule="synthetic 7", database=path),
        "load_results(batch=...)": lambda: load_results(batch="batch 3", database=path),
        "load_results(verdict=...)": lambda: load_results(verdict="misses", database=path),
        "load_results(since=...)": lambda: load_results(since="2026-02-08", database=path),
        'load_results(latest="name")': lambda: load_results(latest="name", database=path),
    }


def _seconds(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return time.perf_counter() - began


def _fill(store: Store, runs: int) -> float:
    """Write the synthetic runs; wall time of a row [s]."""
    random, began = np.random.default_rng(7), time.perf_counter()
    for number in range(runs):
        start = RunStart(
            id=f"{number:032x}",
            name=f"batch {number}",
            source="synthetic.csv",
            source_sha256="0" * 64,
            columns={},
            n_rows=ROWS,
            started=BEGAN + timedelta(days=number),
            settings={},
            versions={},
        )
        store.begin_run(start)
        for row in synthetic_rows(random):
            store.keep_row(start.id, row)
        store.finish_run(start.id, finished=start.started, seconds=1.0)
    return (time.perf_counter() - began) / (runs * ROWS)


def synthetic_rows(random: np.random.Generator) -> Iterator[Row]:
    """Rows of the size of real ones, with made-up energies; 2 in 100 miss their judge."""
    for number in range(1, ROWS + 1):
        ansatz = ANSATZE[number % len(ANSATZE)]
        error = random.exponential(4e-4)
        row = answered(f"synthetic {number}", vqe_error=error, full=(-75.0122, -75.0123))
        assert row.vqe is not None
        vqe = replace(row.vqe, ansatz=ansatz)
        yield replace(row, row=number, vqe=vqe, key=random.bytes(32).hex())


def _section(medians: dict[str, float], results: int, row_seconds: float, size: int) -> str:
    base = medians["one document after the other"]
    lines = []
    for name, seconds in medians.items():
        limit = {"one document after the other": None, "load_results()": LOAD}.get(name, FILTER)
        held = "" if limit is None else "yes" if seconds < limit else "no"
        lines.append([name, digits(seconds), digits(base / seconds), digits(limit), held])
    head = ["", "seconds", "times faster", "limit", "held"]
    return (
        f"## The researcher's desk\n\n{results} synthetic results, all different, in "
        f"{results // ROWS} runs of one SQLite file of {size / 1e6:.0f} MB; opening it is "
        f"counted. Writing a row took {digits(1e3 * row_seconds)} ms. Medians.\n\n"
        f"{table(head, lines)}"
    )


if __name__ == "__main__":
    run(**options(__doc__))

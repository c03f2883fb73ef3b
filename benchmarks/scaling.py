"""``python -m benchmarks.scaling``: a batch on one worker, and on two."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.markdown import digits, table
from benchmarks.options import options
from benchmarks.results import finish
from benchmarks.service import chosen, done, free_port, molpipe, wait_for_workers, water
from molpipe.store import open_store

ROWS, REPEAT = 50, 1
GOAL = 1.7
SETTINGS = ("basis=cc-pvtz", "active_space=6,6")
LENGTHS = range(10_000)
"""The batches are waters whose bonds are 0.9 angstrom long and so many 1e-5 angstrom more."""


class Taken(NamedTuple):
    """Wall time of a batch [s], and how many calculations ran at a time, on the average."""

    seconds: float
    at_once: float


def run(*, quick: bool, write: bool) -> None:
    """Measure, print, and keep where asked."""
    rows = 20 if quick else ROWS
    with tempfile.TemporaryDirectory() as folder:
        turns = _turns(Path(folder), rows, 1 if quick else REPEAT)
    finish("scaling", _section(turns, rows), write=write)


def _turns(folder: Path, rows: int, repeat: int) -> list[tuple[Taken, Taken]]:
    """What a batch takes on one worker and on two, in turns."""
    home, port, lengths = folder / "home", free_port(), iter(LENGTHS)
    turns = []
    up = ("up", "--home", home, "--port", port, "--workers", 1, "--runs", 1)
    with molpipe(folder / "up.log", *up):
        server = f"http://127.0.0.1:{port}"
        wait_for_workers(server, 1)
        _batch(folder, home, "warm-up", 1, lengths)
        for turn in range(repeat):
            wait_for_workers(server, 1)
            one = _batch(folder, home, f"one-{turn}", rows, lengths)
            more = ("--server", server, "--database", home / "molpipe.db", "--workers", 1)
            with molpipe(folder / "worker.log", "worker", *more, "--home", folder / "second"):
                wait_for_workers(server, 2)
                turns.append((one, _batch(folder, home, f"two-{turn}", rows, lengths)))
    return turns


def _batch(folder: Path, home: Path, name: str, rows: int, lengths: Iterator[int]) -> Taken:
    """What a batch of waters takes that nobody has computed before."""
    path = folder / f"{name}.xyz"
    path.write_text("".join(water(0.9 + 1e-5 * next(lengths)) for _ in range(rows)))
    done("submit", path, *chosen(SETTINGS), "--home", home, "--watch")
    with open_store(home / "molpipe.db", environment={}) as store:
        run = next(run for run in store.runs() if run.name == name)
        results = store.load_run(run.id)
    assert run.seconds is not None
    assert results is not None
    computed = sum(row.seconds.total for row in results.rows)
    return Taken(seconds=run.seconds, at_once=computed / run.seconds)


def _section(turns: list[tuple[Taken, Taken]], rows: int) -> str:
    ratios = [one.seconds / two.seconds for one, two in turns]
    lines = [
        [str(number), *map(digits, (one.seconds, one.at_once, two.seconds, two.at_once, ratio))]
        for number, ((one, two), ratio) in enumerate(zip(turns, ratios, strict=True), 1)
    ]
    ratio = median(ratios)
    met = "reached" if ratio >= GOAL else "missed"
    head = ["turn", "one worker [s]", "at once", "two workers [s]", "at once", "ratio"]
    return (
        f"## Two workers against one\n\nWater with {rows} bond lengths, cc-pVTZ, (6e, 6o), sent to "
        "the service, all stages computed, one calculation at a time on each worker. The second "
        "worker has a home of its own, waits when the batch is sent, and gets its share while "
        "that runs; the time that this takes is in it. *At once*: calculations that ran at a time, "
        "on the average; where that doubles and the wall time does not halve, cores were missing. "
        "Median of the ratios "
        f"{digits(ratio)}; goal {GOAL} {met}.\n\n{table(head, lines)}"
    )


if __name__ == "__main__":
    run(**options(__doc__))

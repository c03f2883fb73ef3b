"""``python -m benchmarks.overhead``: what Prefect, the database and the report add to a batch."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

import httpx

from benchmarks.markdown import digits, table
from benchmarks.options import options
from benchmarks.processes import DriverFailed, ask
from benchmarks.results import finish
from benchmarks.service import (
    SECONDS,
    chosen,
    done,
    free_port,
    molpipe,
    wait_for_workers,
    water,
)
from flows.environment import prepare

ROWS, REPEAT = 100, 5
SETTINGS = ("basis=sto-3g", "active_space=4,4")
PROCESSES = (1, 2)
LOOK_SECONDS = 2.0
LIMIT = 0.30
"""The part of the bare loop's time that everything around it may add."""

WAYS = {
    "bare": "bare loop, warm processes",
    "run": "`molpipe run`",
    "service": "run of the service",
}


def run(*, quick: bool, write: bool) -> None:
    """Measure, print, and keep where asked."""
    rows, repeat = (10, 1) if quick else (ROWS, REPEAT)
    turns = {
        processes: [_turn(rows, processes, number) for number in range(repeat)]
        for processes in PROCESSES
    }
    finish("overhead", _section(turns, rows), write=write)


def _turn(rows: int, processes: int, number: int) -> dict[str, float]:
    """Wall time [s] of each way; ``number`` rotates their order."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        batch = Path(name) / "waters.xyz"
        batch.write_text("".join(water(0.9 + 0.002 * k) for k in range(rows)))
        ways: dict[str, Callable[[], float]] = {
            "bare": lambda: _driven("bare", batch, rows, processes),
            "run": lambda: _driven("run", batch, rows, processes),
            "service": lambda: _sent(batch, rows, processes),
        }
        first = number % len(ways)
        names = [*ways][first:] + [*ways][:first]
        return {way: ways[way]() for way in names}


def _driven(way: str, batch: Path, rows: int, processes: int) -> float:
    environment = {"PREFECT_HOME": str(batch.with_name("prefect"))}
    prepare(environment)
    arguments = [way, str(batch), str(processes)]
    said = ask("benchmarks.drivers.overhead", arguments, environment=environment)
    if said["ok"] != rows:
        raise DriverFailed(f"{way}: {said['ok']} of {rows} rows are ok")
    return float(said["seconds"])


def _sent(batch: Path, rows: int, processes: int) -> float:
    """A run of a service that has answered a batch before: what Prefect says it took [s]."""
    home, port = batch.with_name("home"), free_port()
    server, first = f"http://127.0.0.1:{port}", batch.with_name("ammonia.smi")
    first.write_text("N ammonia\n")
    up = ("up", "--home", home, "--port", port, "--workers", processes)
    with molpipe(batch.with_name("up.log"), *up):
        wait_for_workers(server, 1)
        done("submit", first, *chosen(SETTINGS), "--home", home, "--watch")
        done("submit", batch, *chosen(SETTINGS), "--home", home)
        found = _ended(f"{server}/api/flow_runs/filter", batch.stem)
    if not found["state"]["message"].startswith(f"{rows} rows: {rows} ok"):
        raise DriverFailed(f"service: {found['state']['message']}")
    began, ended = (datetime.fromisoformat(found[when]) for when in ("start_time", "end_time"))
    return (ended - began).total_seconds()


def _ended(runs: str, name: str) -> dict[str, Any]:
    """What Prefect knows of the run of this name when it is over; it is not asked often."""
    end = time.monotonic() + SECONDS
    body = {"flow_runs": {"name": {"any_": [name]}}}
    while time.monotonic() < end:
        (found,) = httpx.post(runs, json=body, timeout=60).raise_for_status().json()
        if found["end_time"] is not None:
            return dict(found)
        time.sleep(LOOK_SECONDS)
    raise DriverFailed(f"{name} never ended")


def _section(turns: dict[int, list[dict[str, float]]], rows: int) -> str:
    lines = [line for processes in turns for line in _lines(turns[processes], processes, rows)]
    head = ["", "processes", "wall [s]", "a molecule [ms]", "added", f"at most {LIMIT:.0%}"]
    number = len(next(iter(turns.values())))
    return (
        f"## What the service adds to a batch of {rows} molecules\n\nWater with {rows} bond "
        "lengths, STO-3G, (4e, 4o), all stages computed, with one child process, which leaves a "
        "core to everything else, and with one for each of two cores. The bare loop runs the same "
        "stages in the same kind of child processes, without Prefect, database and report; its "
        "processes have computed a molecule before. Those of the other two are forked within the "
        "time that is measured, from a process that has loaded the engines: in the service when "
        "it starts, in `molpipe run` beside the start of Prefect's server, which is not measured. "
        "The service is `molpipe up`, its run with artifacts and logs, from *Running* to "
        f"*Completed* by Prefect's clock. Medians of the ratios in {number} turns, in changing "
        f"order.\n\n{table(head, lines)}"
    )


def _lines(turns: list[dict[str, float]], processes: int, rows: int) -> Iterator[list[str]]:
    for way, title in WAYS.items():
        added = median(turn[way] / turn["bare"] - 1 for turn in turns)
        seconds = median(turn[way] for turn in turns)
        held = "" if way == "bare" else "yes" if added <= LIMIT else "no"
        share = "" if way == "bare" else f"{100 * added:+.1f} %"
        yield [title, str(processes), digits(seconds), digits(1e3 * seconds / rows), share, held]


if __name__ == "__main__":
    run(**options(__doc__))

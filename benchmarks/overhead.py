"""``python -m benchmarks.overhead``: what Prefect, the database and the report add to a batch."""

from __future__ import annotations

import tempfile
from statistics import median

from benchmarks.markdown import digits, table
from benchmarks.options import options
from benchmarks.processes import ask
from benchmarks.results import finish
from flows.environment import prepare

ROWS, PROCESSES, REPEAT = 100, 2, 5
LIMIT = 0.30
"""The part of the bare loop's time that everything around it may add."""

WAYS = {"bare": "bare loop", "run": "`molpipe run`", "service": "run of the service, artifacts"}


def run(*, quick: bool, write: bool) -> None:
    """Measure, print, and keep where asked."""
    rows = 10 if quick else ROWS
    turns = [_turn(rows, number) for number in range(1 if quick else REPEAT)]
    finish("overhead", _section(turns, rows), write=write)


def _turn(rows: int, number: int) -> dict[str, float]:
    """Wall time [s] of each way, on a fresh Prefect home."""
    with tempfile.TemporaryDirectory() as home:
        environment = {"PREFECT_HOME": home}
        prepare(environment)
        arguments = [str(rows), str(PROCESSES), str(number)]
        return ask("benchmarks.drivers.overhead", arguments, environment=environment)


def _section(turns: list[dict[str, float]], rows: int) -> str:
    lines = []
    for way, title in WAYS.items():
        added = median(turn[way] / turn["bare"] - 1 for turn in turns)
        seconds = median(turn[way] for turn in turns)
        held = "" if way == "bare" else "yes" if added <= LIMIT else "no"
        share = "" if way == "bare" else f"{100 * added:+.1f} %"
        lines.append([title, digits(seconds), digits(1e3 * seconds / rows), share, held])
    head = ["", "wall [s]", "a molecule [ms]", "added", f"at most {LIMIT:.0%}"]
    return (
        f"## What the service adds to a batch of {rows} molecules\n\nWater with {rows} bond "
        f"lengths, STO-3G, (4e, 4o), {PROCESSES} child processes, all stages computed. The bare "
        "loop runs the same stages in the same kind of child processes, without Prefect, "
        "database and report. Each way starts its child processes afresh, so their imports are "
        "in all three; the Prefect server (SQLite) runs before. Medians of the ratios in "
        f"{len(turns)} turns, in changing order.\n\n{table(head, lines)}"
    )


if __name__ == "__main__":
    run(**options(__doc__))

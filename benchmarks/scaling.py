"""``python -m benchmarks.scaling``: a batch on one worker, and on two."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

import httpx

from benchmarks.markdown import digits, table
from benchmarks.options import options
from benchmarks.processes import ROOT, THREAD_VARIABLES, DriverFailed
from benchmarks.results import finish
from molpipe.store import open_store

ROWS, REPEAT = 50, 3
GOAL = 1.7
SETTINGS = ("basis=cc-pvdz", "active_space=6,6")
SECONDS = 1800.0
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
    home, port, lengths = folder / "home", _free_port(), iter(LENGTHS)
    turns = []
    with _molpipe(folder, "up", "--home", home, "--port", port, "--workers", 1, "--runs", 1):
        server = f"http://127.0.0.1:{port}"
        _wait_for_workers(server, 1)
        _batch(folder, home, "warm-up", 1, lengths)
        for turn in range(repeat):
            _wait_for_workers(server, 1)
            one = _batch(folder, home, f"one-{turn}", rows, lengths)
            more = ("--server", server, "--database", home / "molpipe.db", "--workers", 1)
            with _molpipe(folder, "worker", *more, "--home", folder / "second"):
                _wait_for_workers(server, 2)
                turns.append((one, _batch(folder, home, f"two-{turn}", rows, lengths)))
    return turns


def _batch(folder: Path, home: Path, name: str, rows: int, lengths: Iterator[int]) -> Taken:
    """What a batch of waters takes that nobody has computed before."""
    path = folder / f"{name}.xyz"
    path.write_text("".join(_water(0.9 + 1e-5 * next(lengths)) for _ in range(rows)))
    chosen = [word for setting in SETTINGS for word in ("--set", setting)]
    command = _command("submit", path, *chosen, "--home", home, "--watch")
    sent = subprocess.run(
        command,
        env=_environment(),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    if sent.returncode:
        raise DriverFailed(f"{name} ended with {sent.returncode}: {sent.stdout}{sent.stderr}")
    with open_store(home / "molpipe.db", environment={}) as store:
        run = next(run for run in store.runs() if run.name == name)
        results = store.load_run(run.id)
    assert run.seconds is not None
    assert results is not None
    computed = sum(row.seconds.total for row in results.rows)
    return Taken(seconds=run.seconds, at_once=computed / run.seconds)


@contextmanager
def _molpipe(folder: Path, *arguments: object) -> Iterator[None]:
    """A command that runs as long as this block."""
    with (
        (folder / f"{arguments[0]}.log").open("ab") as log,
        subprocess.Popen(
            _command(*arguments), env=_environment(), cwd=ROOT, stdout=log, stderr=log
        ) as process,
    ):
        try:
            yield
        finally:
            process.send_signal(signal.SIGINT)


def _command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "molpipe", *map(str, arguments)]


def _environment() -> dict[str, str]:
    given = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "MOLPIPE_"))}
    return given | dict.fromkeys(THREAD_VARIABLES, "1")


def _wait_for_workers(server: str, number: int) -> None:
    """Wait until so many workers serve the pool; one that ended counts for up to two minutes."""
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
        f"## Two workers against one\n\nWater with {rows} bond lengths, cc-pVDZ, (6e, 6o), sent to "
        "the service, all stages computed, one calculation at a time on each worker. The second "
        "worker has a home of its own, waits when the batch is sent, and gets its share while "
        "that runs; the time that this takes is in it. *At once*: calculations that ran at a time, "
        "on the average; where that doubles and the wall time does not halve, cores were missing. "
        "Median of the ratios "
        f"{digits(ratio)}; goal {GOAL} {met}.\n\n{table(head, lines)}"
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _water(length: float) -> str:
    """A water molecule whose two bonds are ``length`` [angstrom] long, as an XYZ frame."""
    x, z = 0.7907 * length, 0.6122 * length
    return f"3\n\nO 0 0 0\nH {x:.6f} 0 {z:.6f}\nH {-x:.6f} 0 {z:.6f}\n"


if __name__ == "__main__":
    run(**options(__doc__))

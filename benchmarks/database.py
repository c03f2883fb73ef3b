"""``python -m benchmarks.database``: the result database under one client and under four."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.markdown import digits, table
from benchmarks.options import options
from benchmarks.processes import DriverFailed, ask
from benchmarks.results import finish

if TYPE_CHECKING:
    from tests.postgresql import Server

RESULTS, REPEAT = 400, 5
WAYS = (("SQLite", 1), ("PostgreSQL", 1), ("SQLite", 4), ("PostgreSQL", 4))
BASE, JUDGED = ("SQLite", 1), ("PostgreSQL", 4)

Turn = dict[tuple[str, int], dict[str, Any]]


def run(*, quick: bool, write: bool) -> None:
    """Measure, print, and keep where asked.

    Raises:
        DriverFailed: there is no PostgreSQL here.
    """
    try:
        from tests.postgresql import binaries, running  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise DriverFailed("no PostgreSQL driver here: make peers") from error
    found = binaries()
    if found is None:
        raise DriverFailed("no PostgreSQL server here: apt-get install postgresql")
    results = 40 if quick else RESULTS
    with running(found, fsync=True) as server:
        turns = [_turn(server, results, number) for number in range(1 if quick else REPEAT)]
    finish("database", _section(turns, results), write=write)


def _turn(server: Server, results: int, number: int) -> Turn:
    """Each way on a fresh database; ``number`` rotates their order."""
    first = number % len(WAYS)
    return {way: _measure(server, *way, results) for way in WAYS[first:] + WAYS[:first]}


def _measure(server: Server, kind: str, clients: int, results: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        url = server.create_database() if kind == "PostgreSQL" else str(Path(folder) / "r.db")
        return ask("benchmarks.drivers.database", [url, str(clients), str(results)])


def _section(turns: list[Turn], results: int) -> str:
    lines = []
    for kind, clients in WAYS:
        measured = [turn[kind, clients] for turn in turns]
        rates = [digits(median(one[phase] for one in measured)) for phase in ("write", "read")]
        failures = sum(one["failures"] for one in measured)
        lines.append([f"{kind}, {clients} client{'s' * (clients > 1)}", *rates, str(failures)])
    ratios = {
        phase: median(turn[JUDGED][phase] / turn[BASE][phase] for turn in turns)
        for phase in ("write", "read")
    }
    return (
        f"## The result database\n\nStage results of 25 kB, {results} for each client, a process "
        "each, written and then read; results a second of all clients together. Both databases "
        "commit to the disk before they answer; PostgreSQL is Debian's, with its own settings, on "
        f"the same machine. Medians of {len(turns)} turns, in changing order.\n\n"
        f"{table(['', 'written/s', 'read/s', 'failures'], lines)}\n\n"
        f"PostgreSQL with four clients against SQLite with one: {digits(ratios['write'])} times as "
        f"many written, {digits(ratios['read'])} times as many read (wanted: at least 1, and no "
        "failure)."
    )


if __name__ == "__main__":
    run(**options(__doc__))

"""``python -m benchmarks.soak``: a long batch on PostgreSQL and two workers, watched."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.markdown import digits, table
from benchmarks.memory import Watch
from benchmarks.options import options
from benchmarks.processes import DriverFailed
from benchmarks.results import finish
from benchmarks.service import chosen, done, free_port, molpipe, wait_for_workers, water
from molpipe.exports import results_json
from molpipe.model.document import EnergiesBlock, Results, Row
from molpipe.store import open_store

if TYPE_CHECKING:
    from tests.postgresql import Server

ROWS, REPEATED = 1000, 200
EARLY, WIDTH = 100, 50
"""The memory after so many rows, up to so many more, is what that at the end is compared with."""

GROWTH, EQUAL = 0.10, 1e-9
SETTINGS = ("basis=sto-3g", "active_space=4,4")


class Soaked(NamedTuple):
    """The long batch, and its memory [MB] by role: early, before its last row, in the end."""

    results: Results
    early: Mapping[str, float]
    late: Mapping[str, float]
    end: Mapping[str, float]


def run(*, quick: bool, write: bool) -> None:
    """Measure, print, and keep where asked.

    Raises:
        DriverFailed: PostgreSQL or Dask is not here, or a batch does not end well.
    """
    try:
        from tests.dask_cluster import dask_cluster  # noqa: PLC0415
        from tests.postgresql import binaries, running  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise DriverFailed(f"{error.name} is not here: make peers") from error
    found = binaries()
    if found is None:
        raise DriverFailed("no PostgreSQL server here: apt-get install postgresql")
    rows, repeated = (200, 20) if quick else (ROWS, REPEATED)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with running(found, fsync=True) as server:
            soaked = _soaked(folder, server, rows)
        again = {"`molpipe run`": _again(folder, "run", repeated)}
        with dask_cluster(folder / "dask", workers=2) as cluster:
            runner = ("--runner", f"dask:{cluster.address}")
            again["`molpipe run` on Dask, two workers"] = _again(folder, "dask", repeated, *runner)
    finish("soak", _section(soaked, again), write=write)


def _soaked(folder: Path, server: Server, rows: int) -> Soaked:
    """The long batch in the service; Prefect's database and ours in PostgreSQL."""
    database, port, home = server.create_database(), free_port(), folder / "home"
    prefect = server.create_database().replace("postgresql:", "postgresql+asyncpg:")
    address, ours = f"http://127.0.0.1:{port}", ("--database", database)
    up = ("up", "--home", home, "--port", port, "--runs", 1)
    worker = ("worker", "--server", address, "--home", folder / "second")
    send = ("submit", _batch(folder, rows), *chosen(SETTINGS), "--home", home, "--watch")
    variables = {"PREFECT_API_DATABASE_CONNECTION_URL": prefect}
    with (
        molpipe(folder / "up.log", *up, *ours, "--workers", 1, environment=variables) as service,
        open_store(database, environment={}) as store,
    ):
        wait_for_workers(address, 1)
        with molpipe(folder / "worker.log", *worker, *ours, "--workers", 1) as second:
            wait_for_workers(address, 2)
            watch = Watch((service.pid, second.pid), store)
            with molpipe(folder / "submit.log", *send, *ours) as sent:
                watch.follow(sent)
        if sent.returncode:
            raise DriverFailed((folder / "submit.log").read_text())
        done("db", "check", *ours)
        results = store.load_run(store.runs()[0].id)
    assert results is not None
    return Soaked(
        results=results,
        early=watch.between(EARLY, EARLY + WIDTH),
        late=watch.between(rows - WIDTH, rows - 1),
        end=watch.peak(rows, rows),
    )


def _again(folder: Path, name: str, rows: int, *more: str) -> Results:
    """The first rows of the batch on a database of their own."""
    out, database = folder / f"out-{name}", folder / f"{name}.db"
    where = ("--out", out, "--database", database, "--workers", 2, "--quiet")
    done("run", _batch(folder, rows), *chosen(SETTINGS), *where, *more)
    return results_json.read(out / "results.json")


def _batch(folder: Path, rows: int) -> Path:
    path = folder / f"waters-{rows}.xyz"
    path.write_text("".join(water(0.9 + 1e-4 * row) for row in range(rows)))
    return path


def _section(soaked: Soaked, again: Mapping[str, Results]) -> str:
    rows, batch = soaked.results.rows, soaked.results.batch
    ok = sum(row.status == "ok" for row in rows)
    grown = {role: soaked.late[role] / early - 1 for role, early in soaked.early.items()}
    most = max(grown.values())
    memory = [
        [
            *(role, digits(early), digits(soaked.late[role]), f"{100 * grown[role]:+.1f} %"),
            digits(soaked.end.get(role)),
        ]
        for role, early in soaked.early.items()
    ]
    held = "held" if most <= GROWTH else "not held"
    ways = [[way, *_compared(rows, results.rows)] for way, results in again.items()]
    return (
        f"## A batch of {len(rows)} rows on PostgreSQL and two workers\n\n"
        f"Water with {len(rows)} bond lengths, STO-3G, (4e, 4o), all stages computed; Prefect's "
        "database and ours in PostgreSQL, a second worker with a home of its own, one calculation "
        f"at a time on each. {ok} of {len(rows)} rows ok, {len({row.key for row in rows})} "
        f"different keys, {batch.seconds:.0f} s; `molpipe db check` finds nothing.\n\n"
        f"Resident memory [MB] of the largest process of each kind after {EARLY} rows and before "
        f"the last, at most {100 * most:+.1f} % (wanted: {GROWTH:.0%}, {held}); and its peak "
        "after that, when the run holds all rows once, to write its files:\n\n"
        f"{table(['', 'early', 'late', 'grown', 'writing files'], memory)}\n\n"
        "The first rows again, each way on a database of its own, against those of the service "
        f"(wanted: equal keys, energies equal to {EQUAL:g} Ha):\n\n"
        f"{table(['', 'rows', 'equal keys', 'largest difference [Ha]'], ways)}"
    )


def _compared(rows: Sequence[Row], others: Sequence[Row]) -> list[str]:
    pairs = list(zip(rows, others, strict=False))
    equal = sum(one.key == other.key for one, other in pairs)
    apart = max(
        abs(a - b)
        for one, other in pairs
        for a, b in zip(_energies(one), _energies(other), strict=True)
    )
    return [str(len(pairs)), str(equal), f"{apart:.1e}"]


def _energies(row: Row) -> Iterator[float]:
    """Every energy of a row [Ha]."""
    assert row.energies is not None
    for block in fields(EnergiesBlock):
        energies = getattr(row.energies, block.name)
        for method in fields(energies):
            value = getattr(energies, method.name).value
            if value is not None:
                yield value


if __name__ == "__main__":
    run(**options(__doc__))

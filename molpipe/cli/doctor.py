"""molpipe doctor: what works on this machine, what does not, and why."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import NamedTuple

import typer

from molpipe.cli.options import Database
from molpipe.errors import MolpipeError, StoreError

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


class Finding(NamedTuple):
    """One line of the doctor's answer."""

    works: bool
    what: str
    detail: str


def doctor(database: Database = None) -> None:
    """Look at versions, result database, Prefect and threads; exit code 1 if something fails."""
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table("", "what", "found", box=None)
    findings = list(examine(database))
    for finding in findings:
        mark = "[green]ok[/green]" if finding.works else "[red]no[/red]"
        table.add_row(mark, finding.what, Text(finding.detail))
    Console().print(table)
    raise typer.Exit(0 if all(finding.works for finding in findings) else 1)


def examine(database: str | None) -> Iterator[Finding]:
    """Every check, one after the other; none of them raises."""
    from molpipe.provenance import versions  # noqa: PLC0415

    for name, version in versions().items():
        yield Finding(version != "not installed", name, version)
    yield _try("result database", lambda: _database(database))
    yield _try("Prefect", _prefect)
    yield _try("sector simulator", _simulator)
    yield Finding(True, "cores", str(os.cpu_count()))
    asked = {name: os.environ[name] for name in THREADS if name in os.environ}
    yield Finding(True, "threads", f"limits.threads rules; environment: {asked or 'nothing set'}")


def _try(what: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(True, what, check())
    except MolpipeError as error:
        return Finding(False, what, f"{error.message} {error.hint}".strip())
    except ImportError as error:
        return Finding(False, what, str(error))


def _database(database: str | None) -> str:
    from molpipe.store import open_existing  # noqa: PLC0415

    try:
        with open_existing(database, environment=os.environ) as store:
            return f"{len(store.runs())} runs"
    except StoreError as error:
        if error.code != "NO_DATABASE":
            raise
        return f"none yet: {error.message}; the first run makes one"


def _prefect() -> str:
    from flows.environment import prepare  # noqa: PLC0415

    prepare(os.environ)
    from flows.server.ephemeral import prefect_server  # noqa: PLC0415

    with prefect_server() as address:
        return f"a server answers at {address}"


def _simulator() -> str:
    from molpipe.quantum.sector import kernels  # noqa: PLC0415

    return f"compiled, cached: {len(kernels.apply_gates.signatures)} kernel signature"

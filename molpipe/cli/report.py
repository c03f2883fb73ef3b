"""molpipe report: the comparison report again, from the result database."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from molpipe.cli.options import Database
from molpipe.errors import InputError

if TYPE_CHECKING:
    from molpipe.model.document import Results
    from molpipe.store import Store


def report(
    runs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="RUN...", help="Ids of runs, or how they begin; the latest without any."
        ),
    ] = None,
    out: Annotated[Path, typer.Option(help="The file to write.")] = Path("report.html"),
    database: Database = None,
) -> None:
    """Write the report of one or several runs, side by side, as one HTML file."""
    from molpipe.report import html  # noqa: PLC0415
    from molpipe.store import open_existing  # noqa: PLC0415

    with open_existing(database, environment=os.environ) as store:
        html.write([_load(store, run) for run in runs or [""]], out)
    typer.echo(f"report: {out}")


def _load(store: Store, prefix: str) -> Results:
    """The run whose id begins with ``prefix``; the latest for an empty one."""
    from molpipe.analysis.batch import with_relative_energies  # noqa: PLC0415

    known = [summary.id for summary in store.runs()]
    found = known[:1] if not prefix else [run for run in known if run.startswith(prefix)]
    if len(found) != 1:
        what = "no run" if not found else f"{len(found)} runs"
        raise InputError(
            f"{what} in the result database: the id must begin with {prefix!r}"
            if prefix
            else "no run is stored yet",
            hint="latest runs: " + (", ".join(run[:8] for run in known[:5]) or "none"),
        )
    results = store.load_run(found[0])
    assert results is not None
    return with_relative_energies(results)

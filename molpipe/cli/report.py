"""molpipe report: the comparison report again, from the result database."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from molpipe.cli.options import Database
from molpipe.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from molpipe.model.document import Results


def report(
    runs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="RUN...",
            help="Names of batches, ids of runs or how they begin; the latest run without any.",
        ),
    ] = None,
    out: Annotated[
        Path,
        typer.Option(
            help="The file to write; or a folder, for everything that one run leaves behind."
        ),
    ] = Path("report.html"),
    database: Database = None,
) -> None:
    """Write the report of one or several runs, one after another, as one HTML file."""
    from molpipe.desk.runs import latest_run, load_run  # noqa: PLC0415
    from molpipe.store import open_existing  # noqa: PLC0415

    open_store = partial(open_existing, database, environment=os.environ)
    found = [load_run(run, open_store) for run in runs or ()] or [latest_run(open_store)]
    written = _write_file(found, out) if out.suffix == ".html" else _write_folder(found, out)
    typer.echo(f"report: {written}")


def _write_file(found: Sequence[Results], path: Path) -> Path:
    from molpipe.report import html  # noqa: PLC0415

    try:
        html.write(found, path)
    except OSError as error:
        raise InputError(
            f"{path} cannot be written: {error.strerror or error}",
            hint="name another file with --out",
            code="BAD_OUT",
        ) from None
    return path


def _write_folder(found: Sequence[Results], folder: Path) -> Path:
    """report.html, results.json and results.csv, as the run wrote them."""
    from flows.batch.outputs import open_folder, write_outputs  # noqa: PLC0415

    if len(found) > 1:
        raise InputError(
            f"{folder} can hold one run, not {len(found)}",
            hint="name a file that ends in .html, or one run",
            code="BAD_OUT",
        )
    open_folder(folder)
    write_outputs(found[0], folder)
    return folder / "report.html"

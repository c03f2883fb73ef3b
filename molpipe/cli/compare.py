"""molpipe compare: runs, or rows with different settings, side by side."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from molpipe.cli.options import Database
from molpipe.cli.outputs import STDOUT, put


def compare(
    runs: Annotated[
        list[str],
        typer.Argument(
            metavar="RUN...",
            help="Ids of runs, or how they begin; names of batches (pilot~1: the run before); "
            "results.json files.",
        ),
    ],
    by: Annotated[
        str | None,
        typer.Option(
            metavar="SETTING",
            help="Compare rows of these runs by a setting (ansatz, basis, backend ...) or by "
            "method.",
        ),
    ] = None,
    tolerance: Annotated[
        float | None,
        typer.Option(
            metavar="MHA",
            help="Tolerance of every energy [mHa].",
            show_default="0.001, for a VQE what its optimiser left besides; by method 1 kcal/mol",
        ),
    ] = None,
    json_: Annotated[
        Path | None,
        typer.Option("--json", metavar="FILE", help="Write it all as JSON; - for the terminal."),
    ] = None,
    csv: Annotated[
        Path | None,
        typer.Option("--csv", metavar="FILE", help="Write it all as CSV; - for the terminal."),
    ] = None,
    database: Database = None,
) -> None:
    """Compare runs with the first one: what changed, by how much, and why.

    Exit codes: 0 nothing is beyond its tolerance; 1 something is, or a molecule is on one side
    only; 2 they cannot be compared.
    """
    from rich.console import Console  # noqa: PLC0415

    from molpipe.cli.results import wide_enough  # noqa: PLC0415
    from molpipe.desk.comparing import compare_named  # noqa: PLC0415
    from molpipe.exports import changes as exported  # noqa: PLC0415
    from molpipe.report.terminal_changes import changes_table  # noqa: PLC0415
    from molpipe.store import open_existing  # noqa: PLC0415

    changes = compare_named(
        runs,
        partial(open_existing, database, environment=os.environ),
        by=by,
        tolerance_mha=tolerance,
    )
    if json_ is not None:
        put(exported.to_json(changes), json_)
    if csv is not None:
        put(exported.to_csv(changes), csv)
    if STDOUT not in (json_, csv):
        wide_enough(Console()).print(changes_table(changes))
    raise typer.Exit(1 if changes.any else 0)

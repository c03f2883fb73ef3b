"""molpipe curves: the series of a run as curves."""

from __future__ import annotations

import os
from functools import partial
from typing import Annotated

import typer

from molpipe.cli.options import Database
from molpipe.errors import InputError


def curves(
    run: Annotated[
        str,
        typer.Argument(
            metavar="RUN",
            help="Id of a run, or how it begins; the name of a batch; a results.json.",
        ),
    ],
    database: Database = None,
) -> None:
    """Show the curves of a run: every method against the one judge, and what happens along them.

    Where Hartree-Fock changes to another solution, where CCSD breaks, and by how much the error
    of each method varies.
    """
    from rich.console import Console  # noqa: PLC0415

    from molpipe.analysis.curves import curves_of  # noqa: PLC0415
    from molpipe.cli.results import wide_enough  # noqa: PLC0415
    from molpipe.desk.runs import load_run  # noqa: PLC0415
    from molpipe.report.terminal_curves import curves_table  # noqa: PLC0415
    from molpipe.store import open_existing  # noqa: PLC0415

    results = load_run(run, partial(open_existing, database, environment=os.environ))
    found = curves_of(results)
    if not found:
        raise InputError(
            f"no row of {run!r} has a series and a coordinate",
            hint="molpipe scan makes a batch that has",
            code="NO_SERIES",
        )
    wide_enough(Console()).print(curves_table(found))

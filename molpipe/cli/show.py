"""molpipe show: one result in full."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from molpipe.cli.options import Database
from molpipe.errors import InputError


def show(
    name_or_key: Annotated[
        str, typer.Argument(help="The name of a row, or its key (8 characters of it or more).")
    ],
    database: Database = None,
) -> None:
    """Show one result in full; of several with that name the latest, and list the others."""
    from rich.console import Console  # noqa: PLC0415

    from molpipe.report.terminal import result_details  # noqa: PLC0415
    from molpipe.store import open_existing  # noqa: PLC0415

    with open_existing(database, environment=os.environ) as store:
        found = store.find_rows(name_or_key)
    if not found:
        raise InputError(
            f"no result is named {name_or_key!r} or has a key that begins so",
            hint="results.csv of a run lists names and keys",
        )
    console = Console()
    (_, latest), *others = found
    console.print(result_details(latest))
    for run, row in others:
        key = row.key[:8] if row.key else "no key"
        console.print(
            f"also in run {run.id[:8]} of {run.started:%Y-%m-%d %H:%M} ({row.status}, {key})",
            highlight=False,
        )

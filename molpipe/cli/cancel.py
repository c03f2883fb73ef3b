"""molpipe cancel: stop runs of the service."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from molpipe.cli.service import DEFAULT_HOME, Home, connect


def cancel(
    runs: Annotated[list[str], typer.Argument(help="Names of runs, or beginnings of their ids.")],
    home: Home = DEFAULT_HOME,
) -> None:
    """Stop runs; what they have finished is kept, and a new run of the batch goes on there.

    Exit codes: 0 all have stopped; 1 one has not yet; 2 there is no such run.
    """
    connect(home, None, needs_database=False)
    from flows import client  # noqa: PLC0415
    from flows.short_ids import shortened  # noqa: PLC0415

    began = time.monotonic()
    stopped, left = client.cancel(runs)
    ids = shortened([run.id for run in (*stopped, *left)])
    for run in stopped:
        typer.echo(f"{run.name} ({ids[run.id]}): {run.state}, {time.monotonic() - began:.0f} s")
    for run in left:
        typer.echo(f"{run.name} ({ids[run.id]}) has not stopped yet: {run.state}", err=True)
    raise typer.Exit(1 if left else 0)

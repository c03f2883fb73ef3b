"""molpipe db: backup, pruning, inspection and copies of the result database."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from molpipe.cli.options import Database

if TYPE_CHECKING:
    from rich.table import Table

    from molpipe.store import RunSummary
    from molpipe.store.inspection import Inspection
    from molpipe.store.pruning import Prunable

db = typer.Typer(no_args_is_help=True, help="Back up, prune, check or copy the result database.")


@db.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The SQLite file to write; a new one.")],
    database: Database = None,
) -> None:
    """Write the whole result database into one file, while others use it.

    From PostgreSQL too; `molpipe db copy FILE URL` brings it back.
    """
    from molpipe.store.backup import backup  # noqa: PLC0415
    from molpipe.store.migrate import check_ours  # noqa: PLC0415
    from molpipe.store.transactions import open_unchanged  # noqa: PLC0415

    with open_unchanged(database, environment=os.environ) as source:
        check_ours(source.engine)
        backup(source, file)
    typer.echo(f"backup: {file}, {_size(file.stat().st_size)}")


@db.command()
def copy(
    source: Annotated[str, typer.Argument(metavar="FROM", help="A path or a URL.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="A path or a URL.")],
) -> None:
    """Copy every run and result into another database, from SQLite to PostgreSQL or back.

    What is there already stays and is not copied again, so a copy that was interrupted goes on.
    In the end every line of both is compared.
    """
    from molpipe.store.copying import copy_database  # noqa: PLC0415
    from molpipe.store.migrate import check_newest  # noqa: PLC0415
    from molpipe.store.transactions import open_database, open_unchanged  # noqa: PLC0415

    with open_unchanged(source, environment={}) as ours:
        check_newest(ours.engine)  # before the target is made
        with open_database(target, environment={}) as theirs:
            copied = copy_database(ours, theirs)
    for table in copied:
        there = table.lines - table.written
        typer.echo(f"{table.table}: {table.lines}, of which {there} were there already")
    typer.echo("every line was compared")


@db.command()
def prune(
    older_than: Annotated[
        int, typer.Option(metavar="DAYS", min=1, help="Keep all that is younger.")
    ] = 90,
    keep_runs: Annotated[
        list[str] | None,
        typer.Option(metavar="RUN", help="Keep this run too: its id, or the name of its batch."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Delete it; else only say what.")] = False,
    database: Database = None,
) -> None:
    """Delete old runs, and the stage results and batches that no other run came from.

    Without --yes it says what would go.
    """
    from molpipe.store import pruning, utc_now  # noqa: PLC0415
    from molpipe.store.transactions import open_existing  # noqa: PLC0415

    now = utc_now()
    before = now - timedelta(days=older_than)
    with open_existing(database, environment=os.environ) as opened:
        found = pruning.find_prunable(opened, before=before, now=now, keep_runs=keep_runs or ())
        _say_prunable(found)
        if not yes:
            typer.echo("nothing was deleted: --yes does it")
            return
        pruning.prune(opened, found)
        if not pruning.compact(opened):
            typer.echo("deleted; the file keeps its size while others use it")
            return
    typer.echo("deleted")


@db.command()
def check(
    repair: Annotated[
        bool, typer.Option("--repair", help="Remove stage results that cannot be read.")
    ] = False,
    database: Database = None,
) -> None:
    """Read every result, row and batch, and say what is there.

    Exit codes: 0 all can be read; 1 something is corrupt, and what to do; 2 there is no such
    database.
    """
    from rich.console import Console  # noqa: PLC0415

    from molpipe.store import inspection  # noqa: PLC0415
    from molpipe.store.failures import shown  # noqa: PLC0415
    from molpipe.store.migrate import REVISIONS  # noqa: PLC0415
    from molpipe.store.transactions import open_existing  # noqa: PLC0415

    with open_existing(database, environment=os.environ) as opened:
        found = inspection.inspect(opened)
        typer.echo(f"{shown(opened.engine.url)}: schema {REVISIONS[-1]}")
        if found.sizes:
            Console().print(_sizes(found))
        for run in found.runs:
            _say_incomplete(run)
        for damage in found.damages:
            typer.echo(f"{damage.what} is corrupt: {damage.why} ({damage.hint})")
        if found.too_new:
            typer.echo(f"{found.too_new} stage results of a newer molpipe were left alone")
        left = len(found.damages)
        if repair:
            removed = inspection.repair(opened, found)
            left -= removed
            typer.echo(f"{removed} stage results were removed and will be computed again")
    typer.echo(f"{left} corrupt" if left else "all of it can be read")
    raise typer.Exit(1 if left else 0)


def _say_prunable(found: Prunable) -> None:
    for run in found.runs:
        typer.echo(f"run {run.id[:8]} {run.name}, {run.started:%Y-%m-%d}: {run.n_rows} rows")
    typer.echo(
        f"{len(found.runs)} runs, {len(found.stage_results)} stage results and "
        f"{len(found.batches)} batches, {_size(found.n_bytes)}"
    )


def _say_incomplete(run: RunSummary) -> None:
    answered = sum(run.statuses.values())
    if run.finished is None or answered < run.n_rows:
        ending = "" if run.finished else ", not ended"
        typer.echo(f"run {run.id[:8]} {run.name}: {answered} of {run.n_rows} rows{ending}")


def _sizes(found: Inspection) -> Table:
    from rich import box  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table("table", "lines", "size", box=box.SIMPLE_HEAD)
    for size in found.sizes:
        table.add_row(size.table, str(size.lines), _size(size.n_bytes))
    return table


def _size(n_bytes: int) -> str:
    return f"{n_bytes / 1e6:.1f} MB" if n_bytes >= 1e5 else f"{n_bytes / 1e3:.1f} kB"

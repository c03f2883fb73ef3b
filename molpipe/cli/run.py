"""molpipe run: a batch on this machine."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from molpipe.cli.options import (
    BatchPath,
    Changes,
    Database,
    RunnerName,
    SettingsFile,
    WorkerCount,
    load_pool,
    load_reactions,
    load_settings,
)
from molpipe.cli.progress import progress
from molpipe.cli.results import exit_code, say_columns, say_results, wide_enough
from molpipe.errors import InvalidSettings

if TYPE_CHECKING:
    from rich.console import Console

    from flows.place import Place
    from flows.request import BatchRequest
    from molpipe.model.document import Results


def run(
    batch: BatchPath,
    settings: SettingsFile = None,
    set_: Changes = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder of the results.", show_default="runs/<batch>-<time>"),
    ] = None,
    database: Database = None,
    runner: RunnerName = "local",
    workers: WorkerCount = None,
    force: Annotated[bool, typer.Option("--force", help="Compute again what is known.")] = False,
    retry_failed: Annotated[
        bool,
        typer.Option(
            "--retry-failed",
            help="Try refused calculations again as well; failed and partial ones always are.",
        ),
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")] = False,
) -> None:
    """Run a batch and write results.json, results.csv and report.html.

    Exit codes: 0 every row is ok; 1 at least one is not; 2 nothing could be run;
    3 an invariant was broken; 130 interrupted.
    """
    from rich.console import Console  # noqa: PLC0415

    from flows.batch.outputs import open_folder  # noqa: PLC0415
    from flows.place import Place  # noqa: PLC0415
    from flows.request import MAX_TITLE, BatchRequest  # noqa: PLC0415
    from molpipe.chem.intake import list_batch  # noqa: PLC0415
    from molpipe.cluster import check_runner, default_workers  # noqa: PLC0415

    console = wide_enough(Console(quiet=quiet))
    chosen, reactions = load_settings(settings, set_ or []), load_reactions(settings)
    _check_pool(settings)
    listing = list_batch(batch)
    _check_database(database)
    check_runner(runner)
    folder = out or Path("runs") / f"{listing.name}-{datetime.now():%Y%m%d-%H%M%S}"
    open_folder(folder)
    say_columns(console, listing)
    request = BatchRequest(
        name=listing.name[:MAX_TITLE], settings=chosen, force=force, retry_refused=retry_failed
    )
    place = Place(
        batch=batch,
        reactions=reactions,
        out=folder,
        database=database,
        runner=runner,
        workers=workers or default_workers(runner),
    )
    results = _run_flow(request, place, console, len(listing.entries))
    say_results(console, results, folder)
    raise typer.Exit(exit_code(results))


def _check_pool(settings: Path | None) -> None:
    pool = load_pool(settings, None)
    if pool != "cpu":
        raise InvalidSettings(
            f"pool = {pool!r} needs the service",
            hint="send the batch with `molpipe submit`, or take the line out of the file",
        )


def _check_database(database: str | None) -> None:
    """Open the result database once before anything is computed: a bad one ends here."""
    from molpipe.store import open_store  # noqa: PLC0415

    open_store(database, environment=os.environ).close()


def _run_flow(request: BatchRequest, place: Place, console: Console, n_rows: int) -> Results:
    from flows.environment import prepare  # noqa: PLC0415

    with progress(console, n_rows) as listener:
        prepare(os.environ)
        from flows.local import run_here  # noqa: PLC0415

        return run_here(request, replace(place, listener=listener))

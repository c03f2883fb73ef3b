"""molpipe submit: a batch to the service."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from molpipe.cli.options import (
    BatchPath,
    Changes,
    Database,
    SettingsFile,
    load_pool,
    load_reactions,
    load_settings,
)
from molpipe.cli.results import INTERRUPTED, exit_code, say_columns, say_results, wide_enough
from molpipe.cli.service import DEFAULT_HOME, Home, connect
from molpipe.errors import BackendUnavailable

if TYPE_CHECKING:
    from rich.console import Console

    from flows.client import Run
    from molpipe.model.packed import PackedBatch
    from molpipe.store import Store

POLL_SECONDS = 1.0


def submit(
    batch: BatchPath,
    settings: SettingsFile = None,
    set_: Changes = None,
    name: Annotated[
        str | None,
        typer.Option(help="What to call the run.", show_default="the batch"),
    ] = None,
    pool: Annotated[
        str | None, typer.Option(help="Where circuits run: cpu or quantum.", show_default=False)
    ] = None,
    no_run: Annotated[
        bool, typer.Option("--no-run", help="Only store it, for the form in the browser.")
    ] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Follow it to its end.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Compute again what is known.")] = False,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Try refused calculations again as well.")
    ] = False,
    home: Home = DEFAULT_HOME,
    database: Database = None,
) -> None:
    """Store a batch where the workers of the service read it, and start its run.

    Exit codes: 0 it is submitted, and with --watch every row is ok; with --watch also 1 at
    least one row is not, 3 an invariant was broken, 130 it was cancelled; 2 nothing could be run.
    """
    from rich.console import Console  # noqa: PLC0415

    from flows.request import MAX_TITLE, BatchRequest  # noqa: PLC0415
    from molpipe.chem.intake import list_batch  # noqa: PLC0415
    from molpipe.chem.intake.packing import pack_batch  # noqa: PLC0415
    from molpipe.store import open_store  # noqa: PLC0415

    if no_run and watch:
        raise typer.BadParameter("there is nothing to --watch with --no-run")
    console = wide_enough(Console())
    chosen, reactions = load_settings(settings, set_ or []), load_reactions(settings)
    listing = list_batch(batch)
    packed = pack_batch(batch, reactions)
    request = BatchRequest(
        stored_batch=packed.key,
        name=(name or listing.name)[:MAX_TITLE],
        settings=chosen,
        pool=load_pool(settings, pool),
        force=force,
        retry_refused=retry_failed,
    )
    address = connect(home, database)
    say_columns(console, listing)
    with open_store(address.database, environment=os.environ) as store:
        from flows import client  # noqa: PLC0415

        store.keep_batch(packed)
        if no_run:
            _say_form(console, address.ui, packed)
            return
        run = client.submit(request)
        console.print(f"stored as {packed.key[:12]}, run {run.id[:8]}", highlight=False)
        link = f"{address.ui}/runs/flow-run/{_dashed(run.id)}"
        console.print(link, highlight=False, soft_wrap=True)
        _say_unserved(console, request.pool)
        if watch:
            raise typer.Exit(_watch(console, store, run, len(listing.entries), home))


def _dashed(run_id: str) -> str:
    from uuid import UUID  # noqa: PLC0415

    return str(UUID(run_id))


def _say_form(console: Console, ui: str, packed: PackedBatch) -> None:
    said = f"stored; call it {packed.name} or {packed.key[:12]} in the form:"
    where = f"{ui}/deployments, molecule-batch, Run, Custom run"
    console.print(f"{said}\n{where}", highlight=False, markup=False, soft_wrap=True)


def _say_unserved(console: Console, pool: str) -> None:
    from flows import client  # noqa: PLC0415

    for needed in dict.fromkeys(("cpu", pool)):
        if not client.workers_online(needed):
            console.print(
                f"no worker serves the pool {needed} now: the run waits for one", style="yellow"
            )


def _watch(console: Console, store: Store, run: Run, n_rows: int, home: Path) -> int:
    """Follow a run; the exit code that it deserves."""
    try:
        run = _follow(console, store, run, n_rows)
    except KeyboardInterrupt:
        console.print(f"the run goes on; molpipe cancel {run.id[:8]} stops it", highlight=False)
        return INTERRUPTED
    return _say_end(console, store, run, home)


def _follow(console: Console, store: Store, run: Run, n_rows: int) -> Run:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415

    from flows import client  # noqa: PLC0415

    text = TextColumn("{task.description}", markup=False)
    with Progress(
        text, BarColumn(), MofNCompleteColumn(), console=console, transient=True
    ) as shown:
        bar = shown.add_task(run.state, total=n_rows)
        while not run.is_over:
            time.sleep(POLL_SECONDS)
            run = client.read_run(run.id)
            summary = store.find_run(run.id)
            done = sum(summary.statuses.values()) if summary else 0
            shown.update(bar, completed=done, description=run.state)
    return run


def _say_end(console: Console, store: Store, run: Run, home: Path) -> int:
    from molpipe.analysis.batch import with_relative_energies  # noqa: PLC0415

    kept = store.load_run(run.id)
    ending = f"the run ended as {run.state}: {run.message}"
    if kept is None or not kept.rows:
        raise BackendUnavailable(ending, hint="the page of the run has its log")
    if run.state != "completed":
        console.print(ending, style="red", markup=False)
    results = with_relative_energies(kept)
    say_results(console, results, _folder(run, home))
    return (
        INTERRUPTED if run.state == "cancelled" else exit_code(results) or run.state != "completed"
    )


def _folder(run: Run, home: Path) -> Path:
    from flows.place import report_folder  # noqa: PLC0415

    return report_folder(home, run.name, run.id)

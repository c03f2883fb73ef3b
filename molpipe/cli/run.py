"""molpipe run: a batch on this machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from molpipe.cli.options import Database, load_reactions, load_settings

if TYPE_CHECKING:
    from rich.console import Console

    from flows.request import BatchRequest
    from molpipe.chem.intake.listing import Listing
    from molpipe.model.document import Results, Row

INTERRUPTED, INVARIANT, NOT_ALL_OK = 130, 3, 1
PATH_WIDTH = 400
"""Characters of a path, or of a list of files, that are shown."""

TABLE_WIDTH = 100
"""Columns of the summary where the output goes to a file or a pipe."""

INVARIANT_CODES = ("INVARIANT_BROKEN", "UNEXPECTED")


def run(
    batch: Annotated[
        Path, typer.Argument(help="A CSV, .smi, .sdf or .xyz file, or a folder of these.")
    ],
    settings: Annotated[Path | None, typer.Option(help="Settings in a YAML file.")] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change one setting; may be repeated."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder of the results.  [default: runs/<batch>-<time>]", show_default=False
        ),
    ] = None,
    database: Database = None,
    workers: Annotated[
        int | None,
        typer.Option(
            min=1, help="Calculations at once.  [default: one a core]", show_default=False
        ),
    ] = None,
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
    """Run a batch on this machine and write results.json, results.csv and report.html.

    Exit codes: 0 every row is ok; 1 at least one is not; 2 nothing could be run;
    3 an invariant was broken; 130 interrupted.
    """
    from rich.console import Console  # noqa: PLC0415

    from flows.outputs import open_folder  # noqa: PLC0415
    from flows.request import BatchRequest  # noqa: PLC0415
    from molpipe.chem.intake import list_batch  # noqa: PLC0415

    console = Console(quiet=quiet)
    if not console.is_terminal:
        console.width = TABLE_WIDTH
    chosen, reactions = load_settings(settings, set_ or []), load_reactions(settings)
    listing = list_batch(batch)
    _check_database(database)
    folder = out or Path("runs") / f"{listing.name}-{datetime.now():%Y%m%d-%H%M%S}"
    open_folder(folder)
    _say_columns(console, listing)
    request = BatchRequest(
        batch=str(batch),
        settings=chosen,
        reactions=reactions,
        out=str(folder),
        database=database,
        workers=workers or os.cpu_count() or 1,
        force=force,
        retry_refused=retry_failed,
    )
    results = _run_flow(request, console, len(listing.entries))
    _say_results(console, results, folder)
    raise typer.Exit(exit_code(results))


def exit_code(results: Results) -> int:
    """The exit code that a finished batch deserves."""
    if any(row.status == "cancelled" for row in results.rows):
        return INTERRUPTED
    if any(row.failure and row.failure.code in INVARIANT_CODES for row in results.rows):
        return INVARIANT
    return 0 if all(row.status == "ok" for row in results.rows) else NOT_ALL_OK


def _check_database(database: str | None) -> None:
    """Open the result database once before anything is computed: a bad one ends here."""
    from molpipe.store import open_store  # noqa: PLC0415

    open_store(database, environment=os.environ).close()


def _run_flow(request: BatchRequest, console: Console, n_rows: int) -> Results:
    from flows.environment import prepare  # noqa: PLC0415

    with _progress(console, n_rows) as listener:
        prepare(os.environ)
        from flows.molecule_batch import molecule_batch, on_row  # noqa: PLC0415
        from flows.server import prefect_server  # noqa: PLC0415

        with prefect_server():
            token = on_row.set(listener)
            try:
                results: Results = molecule_batch(request)
            finally:
                on_row.reset(token)
    return results


@contextmanager
def _progress(console: Console, n_rows: int) -> Iterator[Callable[[Row], None]]:
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    from molpipe.report.numbers import label  # noqa: PLC0415

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=console.quiet) as progress:
        bar = progress.add_task("starting Prefect", total=n_rows)

        def advance(row: Row) -> None:
            said = "known already" if row.reused else row.status
            progress.update(bar, advance=1, description=f"{label(row.name)}: {said}")

        yield advance


def _say_columns(console: Console, listing: Listing) -> None:
    from molpipe.report.numbers import label  # noqa: PLC0415

    heading = f"{label(listing.source, PATH_WIDTH)}: {len(listing.entries)} rows"
    console.print(heading, style="bold", highlight=False, markup=False)
    for column, reading in listing.columns.items():
        line = f"  {label(column)}: {label(reading, PATH_WIDTH)}"
        console.print(line, highlight=False, markup=False)


def _say_results(console: Console, results: Results, folder: Path) -> None:
    from molpipe.report.terminal import summary_table  # noqa: PLC0415

    console.print(summary_table(results))
    reused = sum(row.reused for row in results.rows)
    computed = sum(row.key is not None and not row.reused for row in results.rows)
    console.print(
        f"{computed} computed, {reused} recalled from the result database, "
        f"{results.batch.seconds:.1f} s{_vqe_share(results)}",
        highlight=False,
    )
    console.print(
        f"report: {folder / 'report.html'}", highlight=False, markup=False, soft_wrap=True
    )


def _vqe_share(results: Results) -> str:
    """How much of the computing time of all rows went into the VQE itself."""
    spent = [row.seconds for row in results.rows if row.seconds.total]
    total = sum(seconds.total or 0.0 for seconds in spent)
    vqe = sum(seconds.vqe or 0.0 for seconds in spent)
    return f"; VQE took {100 * vqe / total:.1f} % of the computing time" if total else ""

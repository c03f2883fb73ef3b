"""The progress of a batch at the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from molpipe.model.document import Row


@contextmanager
def progress(console: Console, n_rows: int) -> Iterator[Callable[[Row], None]]:
    """A bar over ``n_rows`` rows; call what it gives with every row that is answered."""
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
    with Progress(*columns, console=console, transient=True, disable=console.quiet) as shown:
        bar = shown.add_task("starting Prefect", total=n_rows)

        def advance(row: Row) -> None:
            said = "known already" if row.reused else row.status
            shown.update(bar, advance=1, description=f"{label(row.name)}: {said}")

        yield advance

"""What a batch says at the terminal, before and after, and the exit code that it deserves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from molpipe.chem.intake.listing import Listing
    from molpipe.model.document import Results

INTERRUPTED, INVARIANT, NOT_ALL_OK = 130, 3, 1
PATH_WIDTH = 400
"""Characters of a path, or of a list of files, that are shown."""

TABLE_WIDTH = 100
"""Columns of the summary where the output goes to a file or a pipe."""

INVARIANT_CODES = ("INVARIANT_BROKEN", "UNEXPECTED")


def wide_enough(console: Console) -> Console:
    """The same console, as wide as a table needs where nobody looks at it."""
    if not console.is_terminal:
        console.width = TABLE_WIDTH
    return console


def exit_code(results: Results) -> int:
    """The exit code that a finished batch deserves."""
    if any(row.status == "cancelled" for row in results.rows):
        return INTERRUPTED
    if any(row.failure and row.failure.code in INVARIANT_CODES for row in results.rows):
        return INVARIANT
    return 0 if all(row.status == "ok" for row in results.rows) else NOT_ALL_OK


def say_columns(console: Console, listing: Listing) -> None:
    """How each file and column was read."""
    from molpipe.report.numbers import label  # noqa: PLC0415

    heading = f"{label(listing.source, PATH_WIDTH)}: {len(listing.entries)} rows"
    console.print(heading, style="bold", highlight=False, markup=False)
    for column, reading in listing.columns.items():
        line = f"  {label(column)}: {label(reading, PATH_WIDTH)}"
        console.print(line, highlight=False, markup=False)


def say_results(console: Console, results: Results, folder: Path) -> None:
    """The table of the rows, what was computed, and where the report lies."""
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

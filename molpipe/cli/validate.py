"""molpipe validate: published energies, computed again on this machine."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from molpipe.errors import InputError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from molpipe.validation import Outcome, Study

INTERRUPTED: Final = 130
TABLE_WIDTH: Final = 110
"""Columns of the tables where the output goes to a file or a pipe."""


def validate(
    slow: Annotated[bool, typer.Option("--slow", help="The slow ones too: minutes more.")] = False,
    json_: Annotated[
        Path | None,
        typer.Option("--json", metavar="FILE", help="Write every comparison into this file too."),
    ] = None,
    references: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Reference files of your own, instead of those of molpipe."
        ),
    ] = None,
) -> None:
    """Compute published energies again on this machine, and compare.

    Nothing is recalled from the result database. Exit codes: 0 every value is within its
    tolerance; 1 at least one is not, or could not be computed; 2 nothing could be run;
    130 interrupted, with what was done so far.
    """
    from rich.console import Console  # noqa: PLC0415

    from molpipe.validation import load_studies, words  # noqa: PLC0415

    studies = load_studies(references)
    _write(json_, [])  # a file that cannot be written is known now, not minutes later
    console = Console()
    if not console.is_terminal:
        console.width = TABLE_WIDTH
    found: list[Outcome] = []
    interrupted = False
    try:
        _compare(console, studies, found, slow=slow)
    except KeyboardInterrupt:
        interrupted = True
    _write(json_, found)
    ending = "; interrupted before the others were computed" if interrupted else ""
    console.print(f"{words.tally(found)}{ending}")
    if interrupted:
        raise typer.Exit(INTERRUPTED)
    raise typer.Exit(0 if all(outcome.passed for outcome in found) else 1)


def _compare(
    console: Console, studies: Sequence[Study], found: list[Outcome], *, slow: bool
) -> None:
    """Fill ``found``, and print each study when it is done; all in one child process."""
    from molpipe.limits import Workers  # noqa: PLC0415
    from molpipe.validation import compare, measure_in  # noqa: PLC0415

    # What a crash raised stands under its table; the traceback would only tear that.
    logging.getLogger("molpipe.limits").addHandler(logging.NullHandler())
    with Workers(processes=1, threads=1) as workers, console.status("") as status:
        for study in studies:
            status.update(study.title)
            first = len(found)
            try:
                for outcome in compare(study, measure_in(workers), slow=slow):
                    found.append(outcome)
                    status.update(f"{study.title}: after {outcome.check.what}")
            finally:
                if done := found[first:]:
                    console.print(_table(study.title, done))


def _table(title: str, outcomes: Sequence[Outcome]) -> Table:
    from rich import box  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    from molpipe.validation import words  # noqa: PLC0415

    table = Table(title=Text(title, "bold"), title_justify="left", box=box.SIMPLE_HEAD)
    table.expand, table.pad_edge, table.collapse_padding = True, False, True
    verdict, what, *numbers, source = words.HEADERS
    table.add_column(verdict, width=4)
    table.add_column(what, ratio=3, min_width=10)
    for name, width in zip(numbers, (14, 14, 10, 9), strict=True):
        table.add_column(name, justify="right", no_wrap=True, width=width)
    table.add_column(source, ratio=1, min_width=8)
    for outcome in outcomes:
        style = "green" if outcome.passed else "bold red"
        word, *others = words.cells(outcome)
        table.add_row(Text(word, style), *map(Text, others))
    if reasons := words.reasons(outcomes):
        table.caption, table.caption_justify = Text("\n".join(reasons), "red"), "left"
    return table


def _write(file: Path | None, found: Sequence[Outcome]) -> None:
    if file is None:
        return
    from molpipe.provenance import versions  # noqa: PLC0415

    document = {
        "versions": versions(),
        "outcomes": [
            asdict(outcome.check)
            | {"source": outcome.check.source.model_dump()}
            | {"ours": outcome.ours, "difference": outcome.difference}
            | {"passed": outcome.passed, "missing": outcome.missing}
            for outcome in found
        ],
    }
    try:
        file.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror}") from None

"""molpipe reproduce: a stored result computed again."""

from __future__ import annotations

import json
import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from molpipe.cli.options import Database
from molpipe.cli.outputs import STDOUT, put

if TYPE_CHECKING:
    from molpipe.model.reproduction import Reproduction


def reproduce(
    wanted: Annotated[
        str,
        typer.Argument(
            metavar="KEY",
            help="Name or key of a row (8 characters of it or more), or a run: its id, the name of "
            "its batch, or a results.json.",
        ),
    ],
    tolerance: Annotated[
        float | None,
        typer.Option(
            metavar="MHA",
            help="Tolerance of every energy [mHa].",
            show_default="0.001, for a VQE what its optimiser left besides",
        ),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Calculations at once.")] = 1,
    json_: Annotated[
        Path | None,
        typer.Option("--json", metavar="FILE", help="Write it all as JSON; - for the terminal."),
    ] = None,
    database: Database = None,
) -> None:
    """Compute a stored result again, and say whether its numbers came back.

    What goes in is stored with it: the geometry, the settings, and for a point of a series the
    points before it. Nothing is recalled from the result database and nothing is written there.
    Exit codes: 0 every number came back; 1 at least one did not; 2 nothing could be computed.
    """
    from rich.console import Console  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    from molpipe.cli.results import wide_enough  # noqa: PLC0415
    from molpipe.desk.finding import find_results  # noqa: PLC0415
    from molpipe.desk.reproducing import reproduce_in_children  # noqa: PLC0415
    from molpipe.provenance import versions  # noqa: PLC0415
    from molpipe.report.numbers import label  # noqa: PLC0415
    from molpipe.report.terminal_reproduction import reproduction_table  # noqa: PLC0415
    from molpipe.store import open_existing  # noqa: PLC0415

    console = wide_enough(Console(quiet=json_ == STDOUT))
    results = find_results(wanted, partial(open_existing, database, environment=os.environ))
    with console.status("") as status:
        done: list[Reproduction] = []

        def said(one: Reproduction) -> None:
            done.append(one)
            status.update(Text(f"{len(done)} of {len(results.rows)}: {label(one.stored.name)}"))

        found = reproduce_in_children(
            results,
            versions=versions(),
            workers=workers,
            tolerance_mha=tolerance,
            listener=said,
        )
    if json_ is not None:
        put(_as_json(found), json_)
    if results.left_out:
        listed = ", ".join(label(name, 24) for name in results.left_out)
        console.print(Text(f"no energies to reproduce: {listed}", "yellow"))
    console.print(reproduction_table(found))
    raise typer.Exit(0 if all(one.came_back for one in found) else 1)


def _as_json(found: tuple[Reproduction, ...]) -> str:
    from dataclasses import asdict  # noqa: PLC0415

    document = [
        {
            "run": one.run_id,
            "row": one.stored.row,
            "name": one.stored.name,
            "key": one.stored.key,
            "came_back": one.came_back,
            "bit_equal": one.is_bit_equal,
            "quantities": [asdict(quantity) for quantity in one.changes.quantities],
            "why": [cause.sentence for cause in one.changes.causes if not one.came_back],
            "versions": [asdict(cause) for cause in one.versions],
        }
        for one in found
    ]
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"

"""molpipe export: what is stored, as a file in a format of other programs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from molpipe.cli.options import Database


def export(
    wanted: Annotated[
        str,
        typer.Argument(
            metavar="KEY|NAME|RUN",
            help="The name of a row or its key; for a table also a run or the name of a batch.",
        ),
    ],
    out: Annotated[Path, typer.Option(help="The file to write.")],
    format: Annotated[
        str | None,
        typer.Option(
            help="csv, parquet, latex, fcidump, qcschema, openqasm2, openqasm3 or cirq; "
            "else the name of the file tells."
        ),
    ] = None,
    database: Database = None,
) -> None:
    """Write a stored result or run as a table, a Hamiltonian or a circuit."""
    from molpipe.desk.exporting import export_result  # noqa: PLC0415
    from molpipe.store import open_existing  # noqa: PLC0415

    with open_existing(database, environment=os.environ) as store:
        kind = export_result(wanted, out, format=format, store=store)
    typer.echo(f"{kind}: {out}")

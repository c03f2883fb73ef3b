"""The command line. Commands import what they need when they run, so that --help is quick."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from molpipe.cli.cancel import cancel
from molpipe.cli.compare import compare
from molpipe.cli.curves import curves
from molpipe.cli.db import db
from molpipe.cli.doctor import doctor
from molpipe.cli.export import export
from molpipe.cli.report import report
from molpipe.cli.reproduce import reproduce
from molpipe.cli.run import run
from molpipe.cli.scan import scan
from molpipe.cli.schema import schema
from molpipe.cli.show import show
from molpipe.cli.status import status
from molpipe.cli.submit import submit
from molpipe.cli.up import up
from molpipe.cli.validate import validate
from molpipe.cli.worker import worker
from molpipe.errors import MolpipeError

UNUSABLE = 2
"""Exit code where nothing could be run."""

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Batches of molecules in, an honest quantum-classical comparison out.",
)
for command in (
    run,
    scan,
    report,
    show,
    compare,
    curves,
    reproduce,
    export,
    up,
    worker,
    submit,
    status,
    cancel,
    validate,
    doctor,
    schema,
):
    app.command()(command)
app.add_typer(db, name="db")


def _print_version(wanted: bool) -> None:
    if wanted:
        from molpipe.provenance import versions  # noqa: PLC0415

        typer.echo(f"molpipe {versions()['molpipe']}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Say which.")
    ] = False,
) -> None:
    del version


def main() -> None:
    """Run the command line; what cannot be run ends with one line and exit code 2."""
    try:
        app()
    except MolpipeError as error:
        typer.echo(f"molpipe: {error.line}", err=True)
        sys.exit(UNUSABLE)

"""molpipe scan: a batch along a bond, an angle, a torsion or a uniform stretch."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from molpipe.cli.options import Changes, Database, SettingsFile, WorkerCount, load_settings

if TYPE_CHECKING:
    from molpipe.chem.scan import Kind


def scan(
    molecule: Annotated[
        str, typer.Argument(help="A SMILES, or a .xyz or .sdf file with one molecule.")
    ],
    bond: Annotated[
        str | None,
        typer.Option(metavar="I-J", help="Change this bond; J moves, and what hangs on it."),
    ] = None,
    angle: Annotated[
        str | None, typer.Option(metavar="I-J-K", help="Change this angle; K moves.")
    ] = None,
    torsion: Annotated[
        str | None, typer.Option(metavar="I-J-K-L", help="Turn about the bond J-K; K's side moves.")
    ] = None,
    stretch: Annotated[
        bool,
        typer.Option(
            "--stretch", help="Move all atoms apart alike; values are the shortest distance."
        ),
    ] = False,
    values: Annotated[
        str | None,
        typer.Option(
            metavar="VALUES",
            help="start:stop:number, both ends included, or a list 0.9,1.0,1.2 [angstrom or "
            "degree].",
        ),
    ] = None,
    basis: Annotated[
        list[str] | None, typer.Option(metavar="BASIS", help="Basis set; may be repeated.")
    ] = None,
    ansatz: Annotated[
        list[str] | None, typer.Option(metavar="ANSATZ", help="Circuit; may be repeated.")
    ] = None,
    active_space: Annotated[
        list[str] | None, typer.Option(metavar="SPACE", help="Active space; may be repeated.")
    ] = None,
    name: Annotated[str, typer.Option(help="What to call the molecule.")] = "",
    out: Annotated[
        Path | None,
        typer.Option(help="Folder to write.", show_default="scans/<name>"),
    ] = None,
    run: Annotated[
        bool, typer.Option("--run", help="Run the batch too; its results go into DIR/results.")
    ] = False,
    settings: SettingsFile = None,
    set_: Changes = None,
    workers: WorkerCount = None,
    database: Database = None,
) -> None:
    """Make a batch from one molecule: every point of a coordinate in every basis, ansatz and space.

    Atoms are counted from 1. The move is rigid: the two parts of the molecule keep their shapes,
    and nothing is relaxed.
    """
    from molpipe.desk.scanning import scan_molecule  # noqa: PLC0415

    given: dict[Kind, str | None] = {"bond": bond, "angle": angle, "torsion": torsion}
    given["stretch"] = "" if stretch else None
    variants = {"basis": basis, "ansatz": ansatz, "active_space": active_space}
    batch = scan_molecule(
        molecule,
        {kind: atoms for kind, atoms in given.items() if atoms is not None},
        values,
        variants={key: found for key, found in variants.items() if found},
        settings=load_settings(settings, set_ or []),
        folder=out,
        name=name,
    )
    typer.echo(f"batch: {batch}")
    if not run:
        typer.echo(_command(batch, settings, set_ or []))
        return
    from molpipe.cli.run import run as run_batch  # noqa: PLC0415

    run_batch(batch, settings, set_, batch.parent / "results", database, "local", workers)


def _command(batch: Path, settings: Path | None, changes: list[str]) -> str:
    words = ["molpipe", "run", str(batch)]
    words += [] if settings is None else ["--settings", str(settings)]
    words += [word for change in changes for word in ("--set", change)]
    return shlex.join(words)

"""Run a batch, or one molecule."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from molpipe.model.document import Results, Row
from molpipe.model.reactions import parse_reactions
from molpipe.model.settings import Settings


def run(
    batch: str | Path,
    *,
    settings: Settings | Mapping[str, Any] | None = None,
    reactions: Sequence[Mapping[str, Any]] = (),
    out: str | Path = "runs/latest",
    database: str | None = None,
    runner: str = "local",
    workers: int = 1,
    force: bool = False,
) -> Results:
    """Run a batch file through the Prefect flow and write its results into ``out``.

    Args:
        batch: a CSV, .smi, .sdf or .xyz file, or a folder of these.
        settings: settings of every row; a mapping may hold some of them.
        reactions: differences between named rows, as a settings file holds them.
        out: folder for results.json, results.csv and report.html.
        database: result database, a path or a URL; None for the default one.
        runner: where calculations run, ``local`` or ``dask:tcp://HOST:PORT``.
        workers: calculations at once.
        force: compute again what the database already holds.

    Returns:
        The results: one row for each row of the batch, in its order; energies in Ha.

    Raises:
        InputError: the batch or the settings cannot be used at all.
        BackendUnavailable: the cluster cannot be used.
    """
    from flows.environment import prepare  # noqa: PLC0415

    prepare(os.environ)
    from flows.local import run_here  # noqa: PLC0415
    from flows.place import Place  # noqa: PLC0415
    from flows.request import BatchRequest  # noqa: PLC0415

    place = Place(
        batch=Path(batch),
        reactions=parse_reactions(reactions),
        out=Path(out),
        database=database,
        runner=runner,
        workers=workers,
    )
    name = Path(batch).stem[:120]
    return run_here(BatchRequest(name=name, settings=settings_of(settings), force=force), place)


def run_molecule(smiles: str, *, name: str = "", **changes: Any) -> Row:
    """Compute one molecule here and now: no Prefect, no database, no child process.

    Args:
        smiles: the molecule.
        name: what to call it; the SMILES without a name.
        changes: settings, such as ``basis="sto-3g"``.

    Returns:
        The answered row; its ``status`` and ``failure`` say if something went wrong.

    Raises:
        InvalidSettings: a setting is unknown or out of range.
    """
    from molpipe.chem.intake import read_smiles  # noqa: PLC0415
    from molpipe.pipeline import run_row  # noqa: PLC0415

    settings = settings_of(changes)
    return run_row(read_smiles(smiles, name or smiles, settings), settings)


def settings_of(given: Settings | Mapping[str, Any] | None) -> Settings:
    """Settings as they are, or a mapping with some of them."""
    return given if isinstance(given, Settings) else Settings().with_overrides(given or {})

"""The Python entry points."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from molpipe.model.changes import Changes
from molpipe.model.document import Results, Row
from molpipe.model.reactions import parse_reactions
from molpipe.model.reproduction import Reproduction
from molpipe.model.settings import Settings

if TYPE_CHECKING:
    from datetime import date, datetime

    import pandas as pd

    from molpipe.chem.scan import Kind
    from molpipe.desk.reopening import Reopened
    from molpipe.store.query import Latest


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
    return run_here(BatchRequest(name=name, settings=_settings(settings), force=force), place)


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

    settings = _settings(changes)
    return run_row(read_smiles(smiles, name or smiles, settings), settings)


def compare(
    *runs: str | Path | Results,
    by: str | None = None,
    tolerance: float | None = None,
    database: str | None = None,
) -> Changes:
    """What changed from the first run to each of the others, or between rows by a setting.

    Args:
        runs: results, results.json files, ids of runs or how they begin, or names of batches.
        by: a setting (``ansatz``, ``basis``, ``backend`` ...) or ``method``; None for whole runs.
        tolerance: of every energy [mHa]; None for what each has of its own.
        database: result database, a path or a URL; None for the default one.

    Returns:
        Every quantity before and after, with the causes; ``any`` says whether something changed.

    Raises:
        InputError: a run is not there, or they cannot be compared.
    """
    from molpipe.desk.comparing import compare_named  # noqa: PLC0415
    from molpipe.store import open_existing  # noqa: PLC0415

    return compare_named(
        runs,
        partial(open_existing, database, environment=os.environ),
        by=by,
        tolerance_mha=tolerance,
    )


def reproduce(
    key: str, *, tolerance: float | None = None, database: str | None = None, workers: int = 1
) -> tuple[Reproduction, ...]:
    """Compute stored results again from what is stored with them, past the result database.

    Args:
        key: the name or the key of a row, or a run as :func:`compare` takes it: all of its rows.
        tolerance: of every energy [mHa]; None for what each has of its own.
        database: result database, a path or a URL; None for the default one.
        workers: calculations at once, each in a child process with the limits of its row.

    Returns:
        For each row what was stored, what came out, and whether it ``came_back``.

    Raises:
        InputError: there is no such result, or it has no energies.
    """
    from molpipe.desk.finding import find_results  # noqa: PLC0415
    from molpipe.desk.reproducing import reproduce_in_children  # noqa: PLC0415
    from molpipe.provenance import versions  # noqa: PLC0415
    from molpipe.store import open_existing  # noqa: PLC0415

    found = find_results(key, partial(open_existing, database, environment=os.environ))
    return reproduce_in_children(
        found, versions=versions(), workers=workers, tolerance_mha=tolerance
    )


def scan(
    molecule: str | Path,
    *,
    out: str | Path,
    bond: str | None = None,
    angle: str | None = None,
    torsion: str | None = None,
    stretch: bool = False,
    values: str | Sequence[float] | None = None,
    name: str = "",
    settings: Settings | Mapping[str, Any] | None = None,
    **variants: Sequence[str],
) -> Path:
    """Write a batch from one molecule, along a coordinate and in several settings.

    Args:
        molecule: a SMILES, which is embedded, or a geometry file with one molecule.
        out: folder for the batch file and its geometries.
        bond: two atoms, counted from 1, such as ``1-2``; the second one moves.
        angle: three atoms.
        torsion: four atoms.
        stretch: all atoms apart alike; the coordinate is the shortest distance.
        values: of the coordinate [angstrom or degree], ``start:stop:number`` or a list.
        name: what to call the molecule.
        settings: for its embedding, and to check the variants with.
        variants: lists of settings, such as ``ansatz=["uccsd", "adapt"]``; every combination is
            computed at every point.

    Returns:
        The batch file, for :func:`run`.

    Raises:
        InputError: a value, an atom, a setting or a basis set that cannot be.
    """
    from molpipe.desk.scanning import scan_molecule  # noqa: PLC0415

    asked: dict[Kind, str | None] = {"bond": bond, "angle": angle, "torsion": torsion}
    asked["stretch"] = "" if stretch else None
    listed = values if values is None or isinstance(values, str) else ",".join(map(repr, values))
    return scan_molecule(
        str(molecule),
        {kind: atoms for kind, atoms in asked.items() if atoms is not None},
        listed,
        variants=variants,
        settings=_settings(settings),
        folder=Path(out),
        name=name,
    )


def load_results(
    *,
    batch: str | None = None,
    molecule: str | None = None,
    key: str | None = None,
    series: str | None = None,
    method: str | None = None,
    ansatz: str | None = None,
    basis: str | None = None,
    backend: str | None = None,
    since: str | date | datetime | None = None,
    until: str | date | datetime | None = None,
    verdict: str | None = None,
    status: str | None = None,
    latest: Latest | None = None,
    unconverged: bool = False,
    database: str | None = None,
) -> pd.DataFrame:
    """Stored results as a tidy frame: one line a row of a run, the newest run first.

    Args:
        batch: the name of a batch, or how the id of a run begins.
        molecule: a name, an InChIKey, a formula, or a SMILES as results.csv has it.
        key: how a content key begins.
        series: rows of this curve.
        method: rows with an energy of this method, such as ``ccsd_t``.
        ansatz: rows with this ansatz; ``basis`` and ``backend`` likewise.
        basis: see ``ansatz``.
        backend: see ``ansatz``.
        since: runs that began then or later; a date, a moment, or one in ISO 8601. Without a
            time zone it is in UTC.
        until: runs that began before.
        verdict: rows with this verdict on the solver (``misses`` ...) or the model.
        status: rows with this status (``ok``, ``failed`` ...).
        latest: of what matches only the newest row for each ``name`` with its settings, or for
            each ``key``; None for all.
        unconverged: show energies of calculations that did not converge, too.
        database: result database, a path or a URL; None for the default one.

    Returns:
        Energies [Ha] as ``active_vqe [Ha]``, differences [mHa], times [s]; columns and types
        are the same where nothing matches.

    Raises:
        InputError: a date cannot be read.
        StoreError: there is no such database, or it cannot be read.
    """
    from molpipe.exports.frame import frame  # noqa: PLC0415
    from molpipe.store import open_existing  # noqa: PLC0415
    from molpipe.store.query import Question, moment  # noqa: PLC0415

    question = Question(
        batch=batch,
        molecule=molecule,
        key=key,
        series=series,
        method=method,
        ansatz=ansatz,
        basis=basis,
        backend=backend,
        since=moment(since),
        until=moment(until),
        verdict=verdict,
        status=status,
        latest=latest,
    )
    with open_existing(database, environment=os.environ) as store:
        return frame(*store.find_lines(question), unconverged=unconverged)


def reopen(name_or_key: str, *, database: str | None = None) -> Reopened:
    """A stored result in full: ``problem``, ``references``, ``vqe``, ``circuit`` and so on.

    Args:
        name_or_key: the name of a row, or 8 characters of its key or more.
        database: result database, a path or a URL; None for the default one.

    Returns:
        What is stored; its circuit and qubit Hamiltonian are built when they are asked for.

    Raises:
        InputError: there is no such result, there are several, or it has no Hamiltonian.
        StoreError: it is no longer in the database.
    """
    from molpipe.desk.reopening import reopen_result  # noqa: PLC0415
    from molpipe.store import open_existing  # noqa: PLC0415

    with open_existing(database, environment=os.environ) as store:
        return reopen_result(name_or_key, store)


def export(
    wanted: str, out: str | Path, *, format: str | None = None, database: str | None = None
) -> Path:
    """Write a stored result or run to a file, as ``molpipe export`` does.

    Args:
        wanted: the name or the key of a row; for a table also a run or the name of a batch.
        out: the file.
        format: csv, parquet, latex, fcidump, qcschema, openqasm2, openqasm3 or cirq; None to
            tell it from the name of the file.
        database: result database, a path or a URL; None for the default one.

    Returns:
        The file.

    Raises:
        InputError: there is no such result or format, or the row did not get so far.
        StoreError: the result is no longer in the database.
    """
    from molpipe.desk.exporting import export_result  # noqa: PLC0415
    from molpipe.store import open_existing  # noqa: PLC0415

    with open_existing(database, environment=os.environ) as store:
        export_result(wanted, Path(out), format=format, store=store)
    return Path(out)


def _settings(given: Settings | Mapping[str, Any] | None) -> Settings:
    return given if isinstance(given, Settings) else Settings().with_overrides(given or {})

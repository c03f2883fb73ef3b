"""Load, reopen and export what is stored."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    import pandas as pd

    from molpipe.desk.reopening import Reopened
    from molpipe.store.query import Latest


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
        batch: the name of a batch, or 8 characters of the id of a run or more.
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
        are the same where nothing matches. What batches brought along follows as ``extra.NAME``.

    Raises:
        InputError: a date cannot be read; there is no such method, verdict, status or latest.
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

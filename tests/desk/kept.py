"""Results that were really computed, kept in a database as a run keeps them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from molpipe.chem.intake import read_smiles
from molpipe.model.settings import Settings
from molpipe.pipeline import run_row, run_series
from molpipe.stages import perform_here
from molpipe.store import RunStart, open_store

STARTED = datetime(2026, 3, 1, 12, tzinfo=UTC)
SETTINGS = Settings(basis="sto-3g").with_overrides({"conformer.refine": "none"})


def keep_run(path, rows, *, name="pilot"):
    """Compute rows, each (name, SMILES, settings), and keep them as a run of ``path``.

    What cannot be read as a molecule becomes a refused row.
    """
    with open_store(path, environment={}) as store:
        store.begin_run(start_of(name, len(rows)))
        for number, (called, smiles, changes) in enumerate(rows, start=1):
            settings = SETTINGS.with_overrides(changes)
            row = run_row(read_smiles(smiles, called, settings), settings, keeping(store))
            store.keep_row(f"{name}-1", replace(row, row=number, name=called))
        store.finish_run(f"{name}-1", finished=STARTED, seconds=1.0)


def keep_series(path, rows, settings, *, name="series"):
    """Compute the rows of one series, and keep them as a run of ``path``."""
    with open_store(path, environment={}) as store:
        store.begin_run(start_of(name, len(rows)))
        for row in run_series(rows, settings, lambda _: keeping(store)):
            store.keep_row(f"{name}-1", row)
        store.finish_run(f"{name}-1", finished=STARTED, seconds=1.0)


def keeping(store):
    """Performs a stage here, and keeps what it made."""

    def perform(stage, key, kind, function, *arguments, limits, seconds):
        staged = perform_here(
            stage, key, kind, function, *arguments, limits=limits, seconds=seconds
        )
        store.keep(key, stage, staged.value, seconds=staged.seconds, versions={})
        return staged

    return perform


def start_of(name, n_rows):
    return RunStart(
        id=f"{name}-1",
        name=name,
        source=f"{name}.smi",
        source_sha256="ab" * 32,
        columns={},
        n_rows=n_rows,
        started=STARTED,
        settings=SETTINGS.model_dump(mode="json"),
        versions={},
    )

"""Stored rows through the pipeline again: from the stored geometry, with the stored settings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from molpipe.errors import InputError
from molpipe.model.document import Row
from molpipe.model.molecule import BatchRow, Geometry, MoleculeRecord
from molpipe.model.settings import Settings
from molpipe.pipeline import run_series
from molpipe.stages import Perform

Unit = tuple[Row, ...]
"""A row, or the points of a series up to the last one that is wanted."""


def check(row: Row) -> Settings:
    """The settings of a row that can be computed again.

    Raises:
        InputError: it has no energies, or a setting that this version does not know.
    """
    if row.energies is None or not _has_geometry(row):
        why = row.failure.message if row.failure else "it was not finished"
        raise InputError(
            f"{row.name} has no energies to reproduce: {why}",
            hint="run its batch again",
            code="NO_ENERGIES",
        )
    return Settings.parse(row.settings)


def units_of(wanted: Sequence[Row], rows: Sequence[Row]) -> list[Unit]:
    """What is computed together, so that a point of a series follows the points before it."""
    found: dict[object, list[Row]] = {}
    for row in wanted:
        unit = [row] if row.series is None else _points_up_to(row, rows)
        key = row.row if row.series is None else _along(row)
        if len(unit) > len(found.get(key, ())):
            found[key] = unit
    return [tuple(unit) for unit in found.values()]


def recompute(unit: Unit, perform: Perform) -> list[tuple[Row, Row]]:
    """Every row of a unit, and what comes out for it now."""
    stored = {row.row: row for row in unit}
    again = run_series([_as_read(row) for row in unit], check(unit[-1]), lambda row: perform)
    return [(stored[row.row], row) for row in again]


def _points_up_to(row: Row, rows: Sequence[Row]) -> list[Row]:
    series = [other for other in rows if _along(other) == _along(row) and _has_geometry(other)]
    ordered = sorted(series, key=lambda point: (point.coordinate is None, point.coordinate or 0.0))
    last = next(number for number, point in enumerate(ordered) if point.row == row.row)
    return ordered[: last + 1]


def _along(row: Row) -> tuple[str, ...]:
    """The series and the settings: the points that follow each other have both in common."""
    return (str(row.series), *(f"{key}={value}" for key, value in sorted(row.settings.items())))


def _has_geometry(row: Row) -> bool:
    return row.molecule is not None and row.molecule.geometry is not None


def _as_read(row: Row) -> BatchRow:
    """The row as if its geometry had stood in the batch."""
    molecule = row.molecule
    assert molecule is not None
    assert molecule.geometry is not None
    geometry = Geometry(
        symbols=tuple(symbol for symbol, *_ in molecule.geometry),
        coordinates=np.array([place for _, *place in molecule.geometry]),
        charge=molecule.charge,
        multiplicity=molecule.multiplicity,
        origin=molecule.geometry_source or "stored",
    )
    record = MoleculeRecord(
        smiles=molecule.smiles,
        inchikey=molecule.inchikey,
        formula=molecule.formula,
        charge=molecule.charge,
        multiplicity=molecule.multiplicity,
        n_electrons=molecule.n_electrons,
        geometry=geometry,
    )
    return BatchRow(
        row=row.row,
        name=row.name,
        input=row.input,
        source=row.source,
        molecule=record,
        series=row.series,
        coordinate=row.coordinate,
        extra=row.extra,
    )

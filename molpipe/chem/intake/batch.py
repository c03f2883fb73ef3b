"""A batch: every record answered once, in order, with a molecule or the reason why not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from molpipe.chem.intake.entry import Entry, refusal, unread_warnings
from molpipe.chem.intake.listing import list_batch, with_unique_names
from molpipe.chem.intake.numbers import decimal
from molpipe.chem.intake.rdkit_log import rdkit_refusals
from molpipe.chem.intake.record import anion_warnings, make_record
from molpipe.chem.intake.smiles_file import smiles_entry, split_smiles
from molpipe.errors import CalculationError, InputError, InvariantError, ResourceError
from molpipe.model.molecule import Batch, BatchRow, Failure, MoleculeRecord, Source
from molpipe.model.settings import Settings

T = TypeVar("T")

DEFAULTS: Final = Settings()


class Perform(Protocol):
    """Calls a function: here and now, or in a process that can be killed."""

    def __call__(self, function: Callable[..., T], *arguments: Any) -> T:
        """The value of ``function(*arguments)``."""


def call_here(function: Callable[..., T], *arguments: Any) -> T:
    """The plainest way to perform: call it, in this process, without a limit."""
    return function(*arguments)


def read_batch(path: Path, settings: Settings = DEFAULTS, *, perform: Perform = call_here) -> Batch:
    """Read a batch file, or a folder of them by name.

    Args:
        path: a .csv, .smi, .sdf or .xyz file, or a folder.
        settings: ``fragments`` and ``basis`` are used, and the rows' own settings are
            checked against all of them.
        perform: how the molecule of a row is read. RDKit has inputs on which it does not come
            back, so a service reads them in a process with a time limit.

    Returns:
        Every row of the input in its order, each with a molecule or the reason why not.

    Raises:
        InputError: BAD_FILE or EMPTY, only where the batch as a whole cannot be read.
    """
    listing = list_batch(path)
    return Batch(
        name=listing.name,
        source=listing.source,
        source_sha256=listing.source_sha256,
        columns=listing.columns,
        rows=tuple(
            _answered(number, entry, settings, perform)
            for number, entry in enumerate(listing.entries, start=1)
        ),
    )


def read_smiles(smiles: str, name: str = "", settings: Settings = DEFAULTS) -> BatchRow:
    """The only row of a batch that is one SMILES, with a molecule or the reason why not."""
    text, behind = split_smiles(smiles)
    entry = smiles_entry(text, name or behind, Source(file="", frame=1))
    return read_row(1, with_unique_names([entry])[0], settings)


def read_row(number: int, entry: Entry, settings: Settings) -> BatchRow:
    """The row of an entry whose name is settled."""
    fields = entry.fields
    molecule: MoleculeRecord | None = None
    coordinate: float | None = None
    failure: Failure | None = None
    warnings = (*entry.warnings, *unread_warnings(fields.extra))
    try:
        settings = settings.with_overrides(fields.overrides)
        coordinate = decimal(fields.coordinate, "coordinate") if fields.coordinate else None
        with rdkit_refusals():
            structure = entry.read(settings.fragments)
        molecule, found = make_record(structure, fields, f"given in {entry.text}")
        anion = anion_warnings(structure.symbols, molecule.charge, settings.basis)
        warnings = (*warnings, *found, *anion)
    except InputError as error:
        failure = Failure.of(error.at("intake"))
    return BatchRow(
        row=number,
        name=fields.name,
        input=entry.text,
        source=entry.source,
        molecule=molecule,
        failure=failure,
        warnings=warnings,
        series=fields.series or None,
        coordinate=coordinate,
        overrides=fields.overrides,
        extra=fields.extra,
    )


def _answered(number: int, entry: Entry, settings: Settings, perform: Perform) -> BatchRow:
    try:
        return perform(read_row, number, entry, settings)
    except (ResourceError, CalculationError, InvariantError) as error:
        refused = InputError(
            f"the structure could not be read: {error.message}",
            hint="look at it for mistakes, or give its geometry as .xyz",
            code=error.code,
        )
        return read_row(number, replace(entry, read=refusal(refused)), settings)

"""A batch: a file or a folder of files, every record answered once, in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from molpipe.chem.intake.csv_file import read_csv_file
from molpipe.chem.intake.entry import Entry, Fields, Reading, refusal
from molpipe.chem.intake.files import BatchFiles, bad_file
from molpipe.chem.intake.numbers import decimal
from molpipe.chem.intake.record import make_record
from molpipe.chem.intake.sdf_file import read_sdf_file
from molpipe.chem.intake.smiles_file import read_smiles_file, smiles_entry, split_smiles
from molpipe.chem.intake.xyz_file import read_xyz_file
from molpipe.errors import InputError
from molpipe.model.molecule import Batch, BatchRow, Failure, MoleculeRecord, RowWarning, Source
from molpipe.model.settings import Settings

READERS: Final[Mapping[str, Callable[[BatchFiles, Path], Reading]]] = {
    ".csv": read_csv_file,
    ".smi": read_smiles_file,
    ".sdf": read_sdf_file,
    ".xyz": read_xyz_file,
}
"""A format is its suffix; a new one is a line here."""

DEFAULTS: Final = Settings()

MAX_NAME: Final = 120
"""Characters of a row's name that are kept."""


def read_batch(path: Path, settings: Settings = DEFAULTS) -> Batch:
    """Read a batch file, or a folder of them by name.

    Args:
        path: a .csv, .smi, .sdf or .xyz file, or a folder.
        settings: what the rows' own settings are checked against.

    Returns:
        Every row of the input in its order, each with a molecule or the reason why not.

    Raises:
        InputError: BAD_FILE or EMPTY, only where the batch as a whole cannot be read.
    """
    is_folder = path.is_dir()
    files = BatchFiles(path if is_folder else path.parent)
    reading = _read_folder(files, path) if is_folder else _reader(path)(files, path)
    if not reading.entries:
        raise InputError(
            f"{path.name!r} holds no rows",
            hint="a batch needs at least one molecule; a CSV also a header line",
            code="EMPTY",
        )
    rows = tuple(
        _row(number, entry, settings)
        for number, entry in enumerate(_unique_names(reading.entries), start=1)
    )
    return Batch(
        name=path.resolve().stem,
        source=str(path),
        source_sha256=files.sha256,
        columns=reading.columns,
        rows=rows,
    )


def read_smiles(smiles: str, name: str = "") -> BatchRow:
    """The only row of a batch that is one SMILES, with a molecule or the reason why not."""
    text, behind = split_smiles(smiles)
    entry = smiles_entry(text, name or behind, Source(file="", frame=1))
    return _row(1, _unique_names([entry])[0], DEFAULTS)


def _reader(path: Path) -> Callable[[BatchFiles, Path], Reading]:
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(READERS)
        raise bad_file(f"{path.name!r} has no known suffix", f"a batch is one of {known}")
    return reader


def _read_folder(files: BatchFiles, folder: Path) -> Reading:
    """All batch files of a folder; one that cannot be read is one refused row."""
    try:
        paths = sorted(p for p in folder.iterdir() if p.suffix.lower() in READERS)
    except OSError as error:
        raise bad_file(f"{str(folder)!r} cannot be listed: {error.strerror}", "check it") from error
    readings = [_read_or_refuse(files, path) for path in paths if not path.name.startswith(".")]
    columns: dict[str, str] = {}
    for reading in readings:
        columns |= reading.columns
    return Reading(entries=tuple(e for r in readings for e in r.entries), columns=columns)


def _read_or_refuse(files: BatchFiles, path: Path) -> Reading:
    try:
        files.inside(path.name)
        return _reader(path)(files, path)
    except InputError as error:
        source = Source(file=path.name, frame=1)
        entry = Entry(text=path.name, source=source, read=refusal(error))
        return Reading(entries=(replace(entry, fields=Fields(name=path.stem)),))


def _unique_names(entries: Iterable[Entry]) -> list[Entry]:
    """Every entry with a printable name that no other entry has."""
    taken: Counter[str] = Counter()
    named = []
    for number, entry in enumerate(entries, start=1):
        name = wanted = _printable(entry.fields.name) or f"row-{number}"
        while name in taken:
            taken[wanted] += 1
            name = f"{wanted}-{taken[wanted]}"
        taken[name] += 1
        warnings = entry.warnings
        if name != wanted:
            message = f"the name {wanted!r} was taken already: this row is called {name!r}"
            warnings = (*warnings, RowWarning(code="NAME_REPEATED", message=message))
        named.append(replace(entry, fields=replace(entry.fields, name=name), warnings=warnings))
    return named


def _printable(name: str) -> str:
    text = "".join(letter if letter.isprintable() else " " for letter in name)
    return " ".join(text.split())[:MAX_NAME].strip()


def _row(number: int, entry: Entry, settings: Settings) -> BatchRow:
    fields = entry.fields
    molecule: MoleculeRecord | None = None
    coordinate: float | None = None
    failure: Failure | None = None
    warnings: tuple[RowWarning, ...] = ()
    try:
        settings.with_overrides(fields.overrides)
        coordinate = decimal(fields.coordinate, "coordinate") if fields.coordinate else None
        molecule, warnings = make_record(entry.read(), fields, f"given in {entry.text}")
    except InputError as error:
        failure = Failure.of(error.at("intake"))
    return BatchRow(
        row=number,
        name=fields.name,
        input=entry.text,
        source=entry.source,
        molecule=molecule,
        failure=failure,
        warnings=(*entry.warnings, *warnings),
        series=fields.series or None,
        coordinate=coordinate,
        overrides=fields.overrides,
        extra=fields.extra,
    )

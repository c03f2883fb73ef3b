"""What a batch holds: a file or a folder of files cut into records, each with a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from molpipe.chem.intake.csv_file import read_csv_file
from molpipe.chem.intake.entry import Entry, Fields, Reading, refusal
from molpipe.chem.intake.files import BatchFiles, bad_file, check_records
from molpipe.chem.intake.sdf_file import read_sdf_file
from molpipe.chem.intake.smiles_file import read_smiles_file
from molpipe.chem.intake.xyz_file import read_xyz_file
from molpipe.errors import InputError
from molpipe.model.molecule import RowWarning, Source

READERS: Final[Mapping[str, Callable[[BatchFiles, Path], Reading]]] = {
    ".csv": read_csv_file,
    ".smi": read_smiles_file,
    ".sdf": read_sdf_file,
    ".xyz": read_xyz_file,
}
"""A format is its suffix; a new one is a line here."""

MAX_NAME: Final = 120
"""Characters of a row's name that are kept."""

_NAMED_FILES: Final = 10


@dataclass(frozen=True, kw_only=True, eq=False)
class Listing:
    """A batch whose records are found and named, but not looked at closer.

    ``columns`` says how each file was read, and each column. ``files`` holds the bytes of all
    that were read, by their paths relative to the batch's folder.
    """

    name: str
    source: str
    source_sha256: str
    columns: Mapping[str, str]
    entries: tuple[Entry, ...]
    files: Mapping[str, bytes]


def list_batch(path: Path) -> Listing:
    """Find the records of a batch file, or of a folder of them by name.

    Args:
        path: a .csv, .smi, .sdf or .xyz file, or a folder.

    Raises:
        InputError: BAD_FILE or EMPTY, only where the batch as a whole cannot be read.
    """
    is_folder = path.is_dir()
    files = BatchFiles(path if is_folder else path.parent)
    reading = _read_folder(files, path) if is_folder else _read_file(files, path)
    check_records(len(reading.entries), path.name)
    if not reading.entries:
        raise InputError(
            f"{path.name!r} holds no rows",
            hint="a batch needs at least one molecule; a CSV also a header line",
            code="EMPTY",
        )
    return Listing(
        name=path.resolve().stem,
        source=str(path),
        source_sha256=files.sha256,
        columns=reading.columns,
        entries=with_unique_names(reading.entries),
        files=files.contents,
    )


def _read_file(files: BatchFiles, path: Path) -> Reading:
    """The records of one file, with the file itself as the first of the columns."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(READERS)
        raise bad_file(f"{path.name!r} has no known suffix", f"a batch is one of {known}")
    reading = reader(files, path)
    return replace(reading, columns={path.name: reading.how, **reading.columns})


def _read_folder(files: BatchFiles, folder: Path) -> Reading:
    """All batch files of a folder; one that cannot be read is one refused row."""
    try:
        paths = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as error:
        raise bad_file(f"{str(folder)!r} cannot be listed: {error.strerror}", "check it") from error
    batch = [path for path in paths if path.suffix.lower() in READERS]
    readings = [_read_or_refuse(files, path) for path in batch]
    columns: dict[str, str] = {}
    for reading in readings:
        columns |= reading.columns
    others = [path.name + "/" * path.is_dir() for path in paths if path not in batch]
    if others:
        columns["not read"] = _listed(others)
    return Reading(entries=tuple(e for r in readings for e in r.entries), columns=columns)


def _read_or_refuse(files: BatchFiles, path: Path) -> Reading:
    try:
        files.inside(path.name)
        return _read_file(files, path)
    except InputError as error:
        source = Source(file=path.name, frame=1)
        entry = Entry(text=path.name, source=source, read=refusal(error))
        return Reading(entries=(replace(entry, fields=Fields(name=path.stem)),))


def _listed(names: list[str]) -> str:
    more = len(names) - _NAMED_FILES
    return ", ".join(names[:_NAMED_FILES]) + (f" and {more} more" if more > 0 else "")


def with_unique_names(entries: Iterable[Entry]) -> tuple[Entry, ...]:
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
        if entry.fields.name and " ".join(entry.fields.name.split()) != wanted:
            message = f"the name is too long or cannot be printed: this row is called {wanted!r}"
            warnings = (*warnings, RowWarning(code="NAME_CHANGED", message=message))
        if name != wanted:
            message = f"the name {wanted!r} was taken already: this row is called {name!r}"
            warnings = (*warnings, RowWarning(code="NAME_REPEATED", message=message))
        named.append(replace(entry, fields=replace(entry.fields, name=name), warnings=warnings))
    return tuple(named)


def _printable(name: str) -> str:
    text = "".join(letter if letter.isprintable() else " " for letter in name)
    return " ".join(text.split())[:MAX_NAME].strip()

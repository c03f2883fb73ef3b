"""CSV: one row a molecule, as spreadsheets really write it."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from molpipe.chem.intake.entry import (
    CARRIED,
    STRUCTURE_COLUMNS,
    Entry,
    Fields,
    Reading,
    describe_column,
    refusal,
)
from molpipe.chem.intake.files import BatchFiles, bad_file, check_records, split_lines
from molpipe.chem.intake.sdf_file import read_sdf_file
from molpipe.chem.intake.smiles_file import smiles_structure, split_smiles
from molpipe.chem.intake.xyz_file import read_xyz_file
from molpipe.errors import InputError
from molpipe.model.molecule import RowWarning, Source

SEPARATORS: Final = {",": "commas", ";": "semicolons", "\t": "tabs"}
MAX_COLUMNS: Final = 1000

GEOMETRY_READERS: Final = {".xyz": read_xyz_file, ".sdf": read_sdf_file}


@dataclass(frozen=True, kw_only=True)
class _Record:
    """Cells of one line of the table, or the reason why it could not be cut into cells."""

    cells: Sequence[str]
    error: str = ""


def read_csv_file(files: BatchFiles, path: Path) -> Reading:
    """One entry a row under the header line.

    Raises:
        InputError: BAD_FILE where no header with a structure column is found.
    """
    text, encoding = files.text(path)
    first = next((line for line in split_lines(text) if line.strip()), "")
    separator = max(SEPARATORS, key=first.count)
    how = f"{encoding}, cells separated by {SEPARATORS[separator]}"
    if first.count(separator) >= MAX_COLUMNS:
        raise bad_file(f"{path.name!r} has over {MAX_COLUMNS} columns", "leave some out")
    table = _records(text, separator)
    check_records(len(table), path.name)
    if not table:
        return Reading(entries=(), how=how)
    header = _header(table[0], path)
    geometries = _Geometries(files)
    entries = tuple(
        _entry(record, header, Source(file=path.name, frame=frame), geometries)
        for frame, record in enumerate(table[1:], start=1)
    )
    columns = {title: describe_column(title) for title in header}
    return Reading(entries=entries, how=how, columns=columns)


def _records(text: str, separator: str) -> list[_Record]:
    """The table without blank lines; line by line where a stray quote breaks it."""
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
        table = [_Record(cells=row) for row in rows]
    except csv.Error:
        table = [_record(line, separator) for line in split_lines(text)]
    return [record for record in table if record.error or not _is_blank(record.cells)]


def _is_blank(cells: Sequence[str]) -> bool:
    """A blank line; empty cells between separators are a row without a structure."""
    return not cells or (len(cells) == 1 and cells[0].isspace())


def _record(line: str, separator: str) -> _Record:
    try:
        return _Record(cells=next(csv.reader([line], delimiter=separator, strict=True), []))
    except csv.Error as error:
        return _Record(cells=[line], error=str(error))


def _header(record: _Record, path: Path) -> list[str]:
    """Titles of the columns, every one different."""
    titles = [cell.strip() or f"column {n}" for n, cell in enumerate(record.cells, start=1)]
    keys = [title.lower() for title in titles]
    if record.error or not set(STRUCTURE_COLUMNS) & set(keys):
        found = ", ".join(repr(title[:30]) for title in titles[:12])
        raise bad_file(
            f"{path.name!r} has no column called smiles or file (found {found})",
            "the first line must name the columns, for example: name,smiles,charge",
        )
    twice = sorted(key for key, count in Counter(keys).items() if count > 1)
    if twice:
        raise bad_file(f"two columns are called {twice[0]!r}", "give every column its own name")
    return titles


def _entry(record: _Record, header: list[str], source: Source, geometries: _Geometries) -> Entry:
    cells = [*record.cells, *[""] * (len(header) - len(record.cells))]
    pairs = list(zip(header, cells, strict=False))
    by_key = {title.lower(): text.strip(" \t\r\n") for title, text in pairs}
    smiles, file = by_key.get("smiles", ""), by_key.get("file", "")
    fields = Fields.of((t, cell) for t, cell in pairs if t.lower() not in STRUCTURE_COLUMNS)
    try:
        _check_cells(record, header)
        if smiles and file:
            raise bad_file("the row has both a SMILES and a file", "leave one of them empty")
        if file:
            found = geometries.sole(file)
            merged = replace(fields.over(found.fields), name=fields.name)
            return replace(found, text=file, source=source, fields=merged)
    except InputError as error:
        return Entry(text=smiles or file, source=source, read=refusal(error), fields=fields)
    smiles, behind = split_smiles(smiles)
    read = partial(smiles_structure, smiles)
    return Entry(text=smiles, source=source, read=read, fields=fields, warnings=_trailing(behind))


class _Geometries:
    """The geometry files that rows name; many rows may name one file, which is read once."""

    def __init__(self, files: BatchFiles) -> None:
        self._files = files
        self._known: dict[Path, Entry | InputError] = {}

    def sole(self, cell: str) -> Entry:
        """The only structure of the file that a cell names.

        Raises:
            InputError: BAD_FILE.
        """
        path = self._files.geometry(cell)
        if path not in self._known:
            try:
                self._known[path] = self._read(path)
            except InputError as error:
                self._known[path] = error
        known = self._known[path]
        if isinstance(known, InputError):
            raise known
        return known

    def _read(self, path: Path) -> Entry:
        reader = GEOMETRY_READERS.get(path.suffix.lower())
        if reader is None:
            raise bad_file(
                f"file {path.name!r} is neither .xyz nor .sdf", "give the geometry as .xyz"
            )
        entries = reader(self._files, path).entries
        if len(entries) != 1:
            raise bad_file(
                f"file {path.name!r} holds {len(entries)} structures",
                "give each one a file of its own",
            )
        return entries[0]


def _check_cells(record: _Record, header: list[str]) -> None:
    hint = 'put quotes around a cell that holds a separator, such as "6,6"'
    if record.error:
        raise bad_file(f"the quotes of this line do not match: {record.error}", hint)
    if any(cell.strip() for cell in record.cells[len(header) :]):
        raise bad_file(f"{len(record.cells)} cells under {len(header)} columns", hint)
    for title, cell in zip(header, record.cells, strict=False):
        if "\n" in cell.strip() and not describe_column(title).startswith(CARRIED):
            raise bad_file(
                f"the cell under {title!r} runs over several lines", "remove the line break"
            )


def _trailing(text: str) -> tuple[RowWarning, ...]:
    if not text:
        return ()
    message = f"{text[:60]!r} behind the SMILES was not read"
    return (RowWarning(code="TRAILING_TEXT", message=message),)

"""SDF: records between ``$$$$`` lines, each one parsed alone.

RDKit's own reader lets a truncated record swallow the good one behind it.
"""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
from rdkit import Chem

from molpipe.chem.intake.drawing import drawn_structure
from molpipe.chem.intake.elements import check_plain
from molpipe.chem.intake.entry import Entry, Fields, Reading, describe_column
from molpipe.chem.intake.files import BatchFiles, bad_file, check_records, split_lines
from molpipe.chem.intake.fragments import check_drawn_parts
from molpipe.chem.intake.numbers import MAX_COORDINATE, no_length
from molpipe.chem.intake.placed import placed_structure
from molpipe.chem.intake.rdkit_log import rdkit_messages
from molpipe.chem.intake.structure import Structure, check_atoms, check_bonds, too_large
from molpipe.errors import InputError
from molpipe.model.molecule import Source
from molpipe.model.settings import Fragments

FLAT: Final = 1e-3
"""Out-of-plane coordinates [angstrom] below this are a drawing's."""

MAX_BLOCK_LINES: Final = 2000
"""Lines of one MOL block; 100 atoms with all their bonds and properties need far fewer."""

MAX_LINE: Final = 1000
"""Characters of a line in a MOL block."""

_HEADER_LINES: Final = 3

MAX_FIELDS: Final = 1000
"""Different property fields in one file."""

_PROPERTY: Final = re.compile(r">[^<]*<([^>]*)>")


def read_sdf_file(files: BatchFiles, path: Path) -> Reading:
    """One entry a record; property fields are read as columns of a CSV are.

    Raises:
        InputError: BAD_FILE.
    """
    text, encoding = files.text(path)
    entries = []
    columns: dict[str, str] = {}
    records = _split_records(split_lines(text))
    check_records(len(records), path.name)
    for frame, lines in enumerate(records, start=1):
        end = next((i for i, line in enumerate(lines) if line.startswith("M  END")), None)
        block = lines if end is None else lines[: end + 1]
        cells = _properties(lines[len(block) :])
        columns |= {header: describe_column(header) for header, _ in cells}
        if len(columns) > MAX_FIELDS:
            raise bad_file(
                f"{path.name!r} has over {MAX_FIELDS} fields", "leave out what is not needed"
            )
        title = "".join(lines[:1]).strip() or (path.stem if len(records) == 1 else "")
        entries.append(
            Entry(
                text=path.name if len(records) == 1 else f"{path.name}, record {frame}",
                source=Source(file=path.name, frame=frame),
                read=partial(block_structure, block, complete=end is not None),
                fields=Fields.of(cells).over(Fields(name=title)),
            )
        )
    return Reading(entries=tuple(entries), how=encoding, columns=columns)


def block_structure(
    lines: list[str], fragments: Fragments = "refuse", *, complete: bool = True
) -> Structure:
    """The molecule of a MOL block: with coordinates if it is 3D, with bonds only if it is 2D.

    Args:
        lines: the block up to and with its ``M  END``.
        fragments: what to do with a salt, hydrate or mixture.
        complete: whether that last line was found.

    Raises:
        InputError: BAD_FILE, EMPTY, NON_ASCII, TOO_LARGE, DUMMY_ATOM, BAD_NUMBER, VALENCE,
            KEKULIZE, and for a drawing NEEDS_3D or MULTI_FRAGMENT.
    """
    if not any(line.strip() for line in lines):
        raise InputError("the record is empty", hint="leave it out", code="EMPTY")
    if not complete or len(lines) < _HEADER_LINES + 2:
        raise bad_file("the record has no 'M  END' line, or little else", "export it again")
    if len(lines) > MAX_BLOCK_LINES:
        raise too_large(f"a record of {len(lines)} lines")
    if any(len(line) > MAX_LINE for line in lines):
        raise bad_file(f"a line is longer than {MAX_LINE} characters", "export it again")
    for line in lines[_HEADER_LINES:]:
        check_plain(line, f"line {line[:40]!r}")
    # Headers may hold anything, and RDKit counts the columns of the second one in bytes.
    text = "\n".join(["", lines[1].encode("ascii", "replace").decode(), "", *lines[_HEADER_LINES:]])
    molecule = _parse(text, sanitize=False, remove_hydrogens=False)
    check_atoms(molecule)
    _check_positions(molecule)
    if _is_3d(molecule, lines[1]):
        return placed_structure(molecule, fragments)
    check_drawn_parts(molecule, fragments)
    check_bonds(molecule, "BAD_FILE")
    return drawn_structure(_parse(text, sanitize=True, remove_hydrogens=True))


def _split_records(lines: list[str]) -> list[list[str]]:
    records: list[list[str]] = [[]]
    for line in lines:
        if line.rstrip() == "$$$$":
            records.append([])
        else:
            records[-1].append(line)
    if not any(line.strip() for line in records[-1]):  # what stands behind the last separator
        records.pop()
    return records


def _properties(lines: list[str]) -> list[tuple[str, str]]:
    """(name, value) of the ``> <NAME>`` fields behind a MOL block."""
    cells: list[tuple[str, list[str]]] = []
    for line in lines:
        match = _PROPERTY.match(line)
        if match:
            cells.append((match[1], []))
        elif cells:
            cells[-1][1].append(line)
    return [(header, "\n".join(value).strip()) for header, value in cells]


def _parse(text: str, *, sanitize: bool, remove_hydrogens: bool) -> Chem.Mol:
    with rdkit_messages() as messages:
        try:
            molecule = Chem.MolFromMolBlock(text, sanitize=sanitize, removeHs=remove_hydrogens)
        except (RuntimeError, ValueError) as error:  # RDKit's invariants, on absurd counts
            messages.append(str(error).split("\n", 1)[0])
            molecule = None
    if molecule is None:
        reason = " ".join(messages) or "no MOL block"
        raise bad_file(f"RDKit cannot read the record: {reason[:200]}", "export it again")
    return molecule


def _check_positions(molecule: Chem.Mol) -> None:
    for value in molecule.GetConformer().GetPositions().ravel():
        if not abs(value) <= MAX_COORDINATE:
            raise no_length(str(value))


def _is_3d(molecule: Chem.Mol, header: str) -> bool:
    """3D if any atom leaves the plane, or if the header says so for a planar molecule."""
    positions = molecule.GetConformer().GetPositions()
    marked = header[20:22].upper() == "3D" and bool(np.abs(positions).max() > 0)
    return marked or bool(np.ptp(positions[:, 2]) > FLAT)

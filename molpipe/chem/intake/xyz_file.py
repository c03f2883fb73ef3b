"""XYZ: one or many frames, coordinates in angstrom, charge and spin in the comment line."""

from __future__ import annotations

import math
import re
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from molpipe.chem.intake.drawing import isotope_warning
from molpipe.chem.intake.elements import HYDROGEN_ISOTOPES, element
from molpipe.chem.intake.entry import Entry, Fields, Reading, not_read, refusal
from molpipe.chem.intake.files import BatchFiles, bad_file, check_records, split_lines
from molpipe.chem.intake.numbers import MAX_COORDINATE, integer, no_length
from molpipe.chem.intake.structure import Structure, check_size
from molpipe.errors import InputError
from molpipe.model.molecule import RowWarning, Source
from molpipe.model.settings import Fragments

MAX_LINE: Final = 1000
"""Characters of a comment line or of the line of an atom."""

_COUNT: Final = re.compile(r"\s*(\d{1,9})\s*", re.ASCII)
_COORDINATE: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][+-]?\d{1,3})?", re.ASCII)
_PAIR: Final = re.compile(r"\b(\w+)=(\"[^\"]*\"|'[^']*'|\S*)")
_TWO_NUMBERS: Final = re.compile(r"[+-]?\d+\s+\d+", re.ASCII)
_STATED: Final = ("charge", "multiplicity")
_LAYOUT: Final = "a frame is: number of atoms, comment line, then symbol x y z for each atom"


def read_xyz_file(files: BatchFiles, path: Path) -> Reading:
    """One entry a frame.

    Raises:
        InputError: BAD_FILE.
    """
    text, encoding = files.text(path)
    blocks = _split_frames(split_lines(text))
    check_records(len(blocks), path.name)
    entries = [
        _entry(block, path, frame, fallback=path.stem if len(blocks) == 1 else "")
        for frame, block in enumerate(blocks, start=1)
    ]
    columns = {"comment line": "name, charge=, multiplicity=; other pairs carried through as extra"}
    return Reading(entries=tuple(entries), how=encoding, columns=columns)


def _split_frames(lines: list[str]) -> list[list[str]]:
    """Cut at every line that is a bare number where a frame may start.

    Where a frame is broken, everything up to the next bare number belongs to it.
    """
    blocks: list[list[str]] = []
    wanted = 0
    for line in lines:
        block = blocks[-1] if blocks else []
        is_comment = wanted > 0 and len(block) == 1
        if _COUNT.fullmatch(line) and not is_comment:
            blocks.append([line])
            wanted = int(line) + 2
        elif not line.strip() and len(block) >= wanted:
            continue
        elif not blocks:
            blocks.append([line])
        else:
            block.append(line)
    return [_trimmed(block) for block in blocks]


def _trimmed(block: list[str]) -> list[str]:
    last = max((n for n, line in enumerate(block, start=1) if line.strip()), default=0)
    return block[: max(last, 2)]


def _entry(block: list[str], path: Path, frame: int, *, fallback: str) -> Entry:
    source = Source(file=path.name, frame=frame)
    text = path.name if fallback else f"{path.name}, frame {frame}"
    fields = Fields(name=fallback)
    try:
        if any(len(line) > MAX_LINE for line in block):
            raise bad_file(f"a line is longer than {MAX_LINE} characters", _LAYOUT)
        pairs, rest = _comment_fields(block[1] if len(block) > 1 else "")
        fields = Fields(
            name=pairs.pop("name", "") or rest or fallback,
            extra={key: value for key, value in pairs.items() if key not in _STATED},
        )
        charge, multiplicity = (_stated(pairs, key) for key in _STATED)
    except InputError as error:
        return Entry(text=text, source=source, read=refusal(error), fields=fields)
    read = partial(_structure, block, charge=charge, multiplicity=multiplicity)
    warnings = _comment_warnings(pairs, rest)
    return Entry(text=text, source=source, read=read, fields=fields, warnings=warnings)


def _comment_fields(comment: str) -> tuple[dict[str, str], str]:
    """``key=value`` pairs of a comment line, and its other words."""
    pairs = {key.lower(): value.strip("\"'") for key, value in _PAIR.findall(comment)}
    return pairs, " ".join(_PAIR.sub(" ", comment).split())


def _comment_warnings(pairs: dict[str, str], rest: str) -> tuple[RowWarning, ...]:
    warnings = []
    if _TWO_NUMBERS.fullmatch(rest):
        warnings.append(not_read(f"the comment line {rest!r}", "write charge=0 multiplicity=1"))
    if "lattice" in pairs:
        warnings.append(not_read("the lattice", "the atoms are computed as a molecule"))
    return tuple(warnings)


def _stated(known: dict[str, str], key: str) -> int | None:
    return integer(known[key], f"{key} in the comment line") if key in known else None


def _structure(
    block: list[str], fragments: Fragments, *, charge: int | None, multiplicity: int | None
) -> Structure:
    del fragments  # a frame has no bonds, so that nobody knows its parts
    match = _COUNT.fullmatch(block[0])
    if match is None:
        raise bad_file(f"{block[0][:40]!r} stands where the number of atoms should", _LAYOUT)
    n_atoms = int(match[1])
    if n_atoms == 0:
        raise InputError("there are no atoms", hint="delete the frame", code="EMPTY")
    check_size(n_atoms)
    lines = block[2:]
    if len(lines) != n_atoms:
        raise bad_file(f"{n_atoms} atoms are announced, {len(lines)} lines follow", _LAYOUT)
    atoms = [line.split() for line in lines]
    for line, words in zip(lines, atoms, strict=True):
        if len(words) < 4:
            raise bad_file(f"{line[:40]!r} is no atom", _LAYOUT)
    isotopes = sorted({words[0].capitalize() for words in atoms} & HYDROGEN_ISOTOPES)
    return Structure(
        symbols=tuple(element(words[0]) for words in atoms),
        coordinates=np.array([[_coordinate(word) for word in words[1:4]] for words in atoms]),
        charge=charge,
        multiplicity=multiplicity,
        warnings=(isotope_warning(", ".join(isotopes)),) if isotopes else (),
    )


def _coordinate(word: str) -> float:
    """A coordinate [angstrom], also with Fortran's D exponent."""
    value = float(re.sub("[dD]", "e", word)) if _COORDINATE.fullmatch(word) else math.nan
    if not abs(value) <= MAX_COORDINATE:
        raise no_length(word)
    return value

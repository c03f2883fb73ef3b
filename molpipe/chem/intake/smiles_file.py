"""SMILES: one structure, and the .smi file that has one a line."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import Final

from rdkit import Chem

from molpipe.chem.intake.drawing import check_parts, drawn_structure
from molpipe.chem.intake.elements import non_ascii
from molpipe.chem.intake.entry import Entry, Fields, Reading
from molpipe.chem.intake.files import BatchFiles, decode, split_lines
from molpipe.chem.intake.rdkit_log import rdkit_messages
from molpipe.chem.intake.structure import Structure, check_atoms, check_bonds, too_large
from molpipe.errors import InputError, InvalidMolecule
from molpipe.model.molecule import Source

MAX_SMILES: Final = 2000
"""Characters; far more than the largest molecule needs."""

_BLANK: Final = " \t\r\n"


def read_smiles_file(files: BatchFiles, path: Path) -> Reading:
    """One entry a line: SMILES, white space, name. ``#`` starts a comment line.

    Raises:
        InputError: BAD_FILE.
    """
    text, _ = decode(files.read(path), path.name)
    lines = [line.strip(_BLANK) for line in split_lines(text)]
    lines = [line for line in lines if line and not line.startswith("#")]
    if lines and split_smiles(lines[0])[0].lower() == "smiles":  # a header line
        lines = lines[1:]
    entries = [
        smiles_entry(*split_smiles(line), Source(file=path.name, frame=frame))
        for frame, line in enumerate(lines, start=1)
    ]
    columns = {"first word": "structure, as SMILES", "rest of the line": "name of the row"}
    return Reading(entries=tuple(entries), columns=columns)


def smiles_entry(smiles: str, name: str, source: Source) -> Entry:
    """The entry of a row that is a SMILES and a name."""
    read = partial(smiles_structure, smiles)
    return Entry(text=smiles, source=source, read=read, fields=Fields(name=name))


def split_smiles(text: str) -> tuple[str, str]:
    """A SMILES (with its ``|...|`` extension, if it has one) and the text behind it."""
    match = re.match(r"([^ \t\r\n]*(?:[ \t]+\|[^|]*\|)?)(.*)", text.strip(_BLANK), re.DOTALL)
    return (match[1], match[2].strip(_BLANK)) if match else (text, "")


def smiles_structure(text: str) -> Structure:
    """The molecule that a SMILES stands for, without coordinates.

    Raises:
        InputError: EMPTY, NON_ASCII, TOO_LARGE, SMILES_SYNTAX, DUMMY_ATOM, NEEDS_3D,
            MULTI_FRAGMENT, VALENCE or KEKULIZE.
    """
    if not text:
        raise InputError(
            "there is no structure", hint="give a SMILES or a geometry file", code="EMPTY"
        )
    if not text.isascii():
        raise non_ascii(text, "SMILES")
    if len(text) > MAX_SMILES:
        raise too_large(f"a SMILES of {len(text)} characters")
    drawn = _parse(text, sanitize=False)
    check_atoms(drawn)
    check_parts(drawn)
    check_bonds(drawn, "SMILES_SYNTAX")
    return drawn_structure(_parse(text, sanitize=True))


def _parse(text: str, *, sanitize: bool) -> Chem.Mol:
    with rdkit_messages() as messages:
        molecule = Chem.MolFromSmiles(text, sanitize=sanitize)
    if molecule is None:
        raise _syntax_error(text, messages)
    return molecule


def _syntax_error(text: str, messages: list[str]) -> InvalidMolecule:
    position = re.search(r"around position (\d+)", " ".join(messages))
    where = f" near character {position[1]}" if position else ""
    reason = messages[0].removeprefix("SMILES Parse Error: ") if messages else "not understood"
    reason = re.split(r" for input| while parsing", reason)[0]
    hint = "check it; a name or a SMARTS pattern is no structure"
    if text.lower().startswith("inchi="):
        hint = "this is an InChI: convert it to SMILES"
    elif text.count(">") > 1:
        hint = "this is a reaction: give each molecule a row of its own"
    return InvalidMolecule(
        f"{text[:60]!r} is no SMILES: {reason}{where}", hint=hint, code="SMILES_SYNTAX"
    )

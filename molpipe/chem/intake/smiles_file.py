"""SMILES: one structure, and the .smi file that has one a line."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import Final

from rdkit import Chem

from molpipe.chem.intake.drawing import drawn_structure
from molpipe.chem.intake.elements import check_plain
from molpipe.chem.intake.entry import Entry, Fields, Reading
from molpipe.chem.intake.files import BatchFiles, check_records, split_lines
from molpipe.chem.intake.fragments import check_drawn_parts
from molpipe.chem.intake.rdkit_log import rdkit_messages
from molpipe.chem.intake.structure import Structure, check_atoms, check_bonds, too_large
from molpipe.chem.intake.syntax import syntax_error
from molpipe.errors import InputError
from molpipe.model.molecule import Source
from molpipe.model.settings import Fragments

MAX_SMILES: Final = 2000
"""Characters; far more than the largest molecule needs."""

_BLANK: Final = " \t\r\n"


def read_smiles_file(files: BatchFiles, path: Path) -> Reading:
    """One entry a line: SMILES, white space, name. ``#`` starts a comment line.

    Raises:
        InputError: BAD_FILE.
    """
    text, encoding = files.text(path)
    lines = [line.strip(_BLANK) for line in split_lines(text)]
    lines = [line for line in lines if line and not line.startswith("#")]
    if lines and split_smiles(lines[0])[0].lower() == "smiles":  # a header line
        lines = lines[1:]
    check_records(len(lines), path.name)
    entries = [
        smiles_entry(*split_smiles(line), Source(file=path.name, frame=frame))
        for frame, line in enumerate(lines, start=1)
    ]
    columns = {"first word": "structure, as SMILES", "rest of the line": "name of the row"}
    return Reading(entries=tuple(entries), how=encoding, columns=columns)


def smiles_entry(smiles: str, name: str, source: Source) -> Entry:
    """The entry of a row that is a SMILES and a name."""
    read = partial(smiles_structure, smiles)
    return Entry(text=smiles, source=source, read=read, fields=Fields(name=name))


def split_smiles(text: str) -> tuple[str, str]:
    """A SMILES (with its ``|...|`` extension, if it has one) and the text behind it."""
    match = re.match(r"([^ \t\r\n]*(?:[ \t]+\|[^|]*\|)?)(.*)", text.strip(_BLANK), re.DOTALL)
    return (match[1], match[2].strip(_BLANK)) if match else (text, "")


def smiles_structure(text: str, fragments: Fragments = "refuse") -> Structure:
    """The molecule that a SMILES stands for, without coordinates.

    Args:
        text: the SMILES, with its ``|...|`` extension if it has one.
        fragments: what to do with a salt, hydrate or mixture.

    Raises:
        InputError: EMPTY, NON_ASCII, TOO_LARGE, SMILES_SYNTAX, DUMMY_ATOM, NEEDS_3D,
            MULTI_FRAGMENT, VALENCE or KEKULIZE.
    """
    if not text:
        raise InputError(
            "there is no structure", hint="give a SMILES or a geometry file", code="EMPTY"
        )
    if len(text) > MAX_SMILES:
        raise too_large(f"a SMILES of {len(text)} characters")
    check_plain(text, "SMILES")
    if "[#" in text:  # RDKit takes a SMARTS atom for one without hydrogens
        raise syntax_error(text, ["[# begins a SMARTS atom"])
    drawn = _parse(text, sanitize=False)
    check_atoms(drawn)
    check_drawn_parts(drawn, fragments)
    check_bonds(drawn, "SMILES_SYNTAX")
    return drawn_structure(_parse(text, sanitize=True))


def _parse(text: str, *, sanitize: bool) -> Chem.Mol:
    with rdkit_messages() as messages:
        molecule = Chem.MolFromSmiles(text, sanitize=sanitize)
    if molecule is None:
        raise syntax_error(text, messages)
    return molecule

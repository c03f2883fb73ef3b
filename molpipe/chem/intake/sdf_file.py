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

from molpipe.chem.intake.drawing import bond_warnings, check_parts, drawn_structure
from molpipe.chem.intake.elements import forms_complexes, non_ascii
from molpipe.chem.intake.entry import Entry, Fields, Reading, describe_column
from molpipe.chem.intake.files import BatchFiles, bad_file, decode, split_lines
from molpipe.chem.intake.rdkit_log import rdkit_messages
from molpipe.chem.intake.structure import Structure, check_atoms, check_bonds, identifiers
from molpipe.model.molecule import RowWarning, Source

FLAT: Final = 1e-3
"""Out-of-plane coordinates [angstrom] below this are a drawing's."""

_PROPERTY: Final = re.compile(r">.*?<([^>]*)>")


def read_sdf_file(files: BatchFiles, path: Path) -> Reading:
    """One entry a record; property fields are read as columns of a CSV are.

    Raises:
        InputError: BAD_FILE.
    """
    text, _ = decode(files.read(path), path.name)
    entries = []
    columns: dict[str, str] = {}
    records = _split_records(split_lines(text))
    for frame, lines in enumerate(records, start=1):
        end = next((i for i, line in enumerate(lines) if line.startswith("M  END")), None)
        block = lines if end is None else lines[: end + 1]
        cells = _properties(lines[len(block) :])
        columns |= {header: describe_column(header) for header, _ in cells}
        title = lines[0].strip() or (path.stem if len(records) == 1 else "")
        entries.append(
            Entry(
                text=path.name if len(records) == 1 else f"{path.name}, record {frame}",
                source=Source(file=path.name, frame=frame),
                read=partial(block_structure, block, complete=end is not None),
                fields=Fields.of(cells).over(Fields(name=title)),
            )
        )
    return Reading(entries=tuple(entries), columns=columns)


def block_structure(lines: list[str], *, complete: bool) -> Structure:
    """The molecule of a MOL block: with coordinates if it is 3D, with bonds only if it is 2D.

    Raises:
        InputError: BAD_FILE, EMPTY, NON_ASCII, TOO_LARGE, DUMMY_ATOM, VALENCE, KEKULIZE, and
            for a drawing NEEDS_3D or MULTI_FRAGMENT.
    """
    if not complete:
        raise bad_file("the record has no 'M  END' line: it is cut off", "export it again")
    for line in lines[3:]:
        if not line.isascii():
            raise non_ascii(line, f"line {line[:40]!r}")
    # Headers may hold anything, and RDKit counts the columns of the second one in bytes.
    text = "\n".join(["", lines[1].encode("ascii", "replace").decode(), "", *lines[3:]])
    molecule = _parse(text, sanitize=False, remove_hydrogens=False)
    check_atoms(molecule)
    if _is_3d(molecule, lines[1]):
        return _given(molecule)
    check_parts(molecule)
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


def _is_3d(molecule: Chem.Mol, header: str) -> bool:
    """3D if any atom leaves the plane, or if the header says so for a planar molecule."""
    positions = molecule.GetConformer().GetPositions()
    marked = header[20:22].upper() == "3D" and bool(np.abs(positions).max() > 0)
    return marked or bool(np.ptp(positions[:, 2]) > FLAT)


def _given(molecule: Chem.Mol) -> Structure:
    """The structure of a block with coordinates, which are kept as they are."""
    atoms = list(molecule.GetAtoms())
    metals = any(forms_complexes(atom.GetAtomicNum()) for atom in atoms)
    if metals or any(atom.GetDegree() == 0 for atom in atoms):
        # Bonds of a complex break the rules of valence, and lone atoms have none to follow.
        return Structure(
            symbols=tuple(atom.GetSymbol() for atom in atoms),
            coordinates=molecule.GetConformer().GetPositions(),
            charge=Chem.GetFormalCharge(molecule),
        )
    check_bonds(molecule, "BAD_FILE")
    with rdkit_messages():
        Chem.SanitizeMol(molecule)
        Chem.AssignStereochemistryFrom3D(molecule)
        full = Chem.AddHs(molecule, addCoords=True)
        bare = Chem.RemoveHs(full)
    added = full.GetNumAtoms() - molecule.GetNumAtoms()
    check_atoms(full)
    warnings = bond_warnings(bare)
    if added:
        message = f"{added} missing hydrogens were placed by the rules of bonding"
        warnings = (RowWarning(code="HYDROGENS_ADDED", message=message), *warnings)
    return Structure(
        symbols=tuple(atom.GetSymbol() for atom in full.GetAtoms()),
        coordinates=full.GetConformer().GetPositions(),
        warnings=warnings,
        **identifiers(bare),
    )

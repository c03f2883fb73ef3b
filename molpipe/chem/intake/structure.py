"""What a record says about its molecule, and the checks that every drawing has to pass."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from rdkit import Chem
from rdkit.Chem import rdinchi

from molpipe.chem.intake.elements import dummy_atom
from molpipe.chem.intake.rdkit_log import rdkit_messages
from molpipe.errors import InputError, InvalidMolecule, UnsupportedMolecule
from molpipe.model.arrays import FloatArray
from molpipe.model.molecule import RowWarning

MAX_ATOMS: Final = 100
"""Hydrogens included; a larger molecule is refused before it is embedded."""

_POLYMERS: Final = frozenset({"SRU", "MON", "MER", "COP", "CRO", "MOD", "GRA"})
_VAGUE_BONDS: Final = (Chem.BondType.UNSPECIFIED, Chem.BondType.ZERO, Chem.BondType.OTHER)


@dataclass(frozen=True, kw_only=True, eq=False)
class Structure:
    """What a record itself says about its molecule, before any column has its say.

    ``symbols`` are those of all atoms, hydrogens included; ``coordinates`` is (natom, 3)
    in angstrom, None where only bonds are known. ``unpaired`` counts the radical electrons
    that are drawn, None where no bonds are known. ``charge`` and ``multiplicity`` are None
    where the record does not state them.
    """

    symbols: tuple[str, ...]
    coordinates: FloatArray | None = None
    smiles: str | None = None
    inchikey: str | None = None
    charge: int | None = None
    multiplicity: int | None = None
    unpaired: int | None = None
    warnings: tuple[RowWarning, ...] = ()


def check_size(n_atoms: int) -> None:
    """Raise TOO_LARGE for more than MAX_ATOMS atoms."""
    if n_atoms > MAX_ATOMS:
        raise too_large(f"{n_atoms} atoms")


def too_large(what: str) -> UnsupportedMolecule:
    """The error for a molecule beyond MAX_ATOMS."""
    return UnsupportedMolecule(
        f"{what}: the limit is {MAX_ATOMS} atoms, hydrogens included",
        hint="cut out the fragment that matters",
        code="TOO_LARGE",
    )


def check_atoms(molecule: Chem.Mol) -> None:
    """Refuse what cannot be a molecule, before RDKit looks closer.

    Raises:
        InputError: EMPTY, TOO_LARGE, or DUMMY_ATOM for placeholders, lists of atoms and the
            brackets of a polymer.
    """
    atoms = list(molecule.GetAtoms())
    if not atoms:
        raise InputError("there are no atoms", hint="draw it, or delete the row", code="EMPTY")
    check_size(len(atoms))
    for atom in atoms:
        if atom.GetAtomicNum() == 0 or atom.HasQuery():
            raise dummy_atom(f"atom {atom.GetIdx() + 1} is a placeholder, no element")
    if any(group.GetProp("TYPE") in _POLYMERS for group in Chem.GetMolSubstanceGroups(molecule)):
        raise dummy_atom("brackets mark a unit that repeats any number of times")


def check_bonds(molecule: Chem.Mol, code: str) -> None:
    """Refuse bonds that RDKit cannot work with.

    Raises:
        InvalidMolecule: ``code`` for a bond without a definite order, and for more bonds than
            any molecule has (RDKit's ring perception of such a graph does not come back);
            VALENCE or KEKULIZE, with the atom, where sanitising would fail.
    """
    bonds, n_atoms = list(molecule.GetBonds()), molecule.GetNumAtoms()
    if any(bond.HasQuery() or bond.GetBondType() in _VAGUE_BONDS for bond in bonds):
        raise InvalidMolecule(
            "a bond has no definite order", hint="write it as single, double or triple", code=code
        )
    if len(bonds) > 2 * n_atoms + 2:
        raise InvalidMolecule(
            f"{len(bonds)} bonds between {n_atoms} atoms", hint="check the bonds", code=code
        )
    with rdkit_messages():
        problems = Chem.DetectChemistryProblems(molecule)
    if problems:
        raise _chemistry_error(problems[0], molecule)


def identifiers(molecule: Chem.Mol) -> dict[str, Any]:
    """Names and counts that follow from the bonds: fields of :class:`Structure`."""
    with rdkit_messages():
        return {
            "smiles": Chem.MolToSmiles(molecule),
            "inchikey": rdinchi.MolToInchiKey(molecule) or None,
            "charge": Chem.GetFormalCharge(molecule),
            "unpaired": sum(atom.GetNumRadicalElectrons() for atom in molecule.GetAtoms()),
        }


def _chemistry_error(problem: Any, molecule: Chem.Mol) -> InvalidMolecule:
    """RDKit's complaint with atoms counted from 1, as chemists do."""
    reason, kind = " ".join(problem.Message().split()), problem.GetType()
    if kind == "KekulizeException":
        atoms = ", ".join(str(index + 1) for index in problem.GetAtomIndices())
        return InvalidMolecule(
            f"the aromatic bonds between atoms {atoms} cannot be placed",
            hint="an aromatic nitrogen may lack its hydrogen: write [nH] instead of n",
            code="KEKULIZE",
        )
    at = ""
    if hasattr(problem, "GetAtomIdx"):
        atom = molecule.GetAtomWithIdx(problem.GetAtomIdx())
        at = f"atom {atom.GetIdx() + 1} ({atom.GetSymbol()}, charge {atom.GetFormalCharge()})"
    if kind == "AtomKekulizeException":
        return InvalidMolecule(
            f"{at} is aromatic outside a ring",
            hint="capital letters outside rings, square brackets around a metal: [Co]",
            code="KEKULIZE",
        )
    valence = re.search(r", (\d+), is greater", reason)
    if valence and at:
        reason = f"{at} has valence {valence[1]}, more than it can have"
    return InvalidMolecule(
        reason,
        hint="remove a bond or a hydrogen, or give the atom its charge",
        code="VALENCE",
    )

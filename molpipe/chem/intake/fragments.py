"""Salts, hydrates and mixtures: which of several parts is computed, by the option ``fragments``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from rdkit import Chem

from molpipe.chem.intake.elements import forms_complexes
from molpipe.chem.intake.numbers import signed
from molpipe.chem.intake.rdkit_log import rdkit_messages
from molpipe.errors import UnsupportedMolecule
from molpipe.model.molecule import RowWarning
from molpipe.model.settings import Fragments

Part = tuple[Chem.Mol, tuple[RowWarning, ...]]


def check_drawn_parts(molecule: Chem.Mol, fragments: Fragments) -> None:
    """Refuse a drawing whose parts nothing places in space; sanitising is not needed before.

    Raises:
        UnsupportedMolecule: MULTI_FRAGMENT, or NEEDS_3D where the parts are to be kept and
            for complexes.
    """
    parts = separate_parts(molecule)
    if len(parts) > 1 and fragments == "parent":
        return  # what is left out may be anything
    check_complexes(molecule)
    if len(parts) == 1:
        return
    what = f"{len(parts)} separate parts, total charge {_charge(molecule)}"
    if fragments == "keep":
        raise UnsupportedMolecule(
            f"{what}, are kept together: embedded, they would lie on top of each other",
            hint="give the geometry of the whole as .xyz or 3D .sdf",
            code="NEEDS_3D",
        )
    parent = max(parts, key=_rank)
    raise UnsupportedMolecule(
        f"{what}: nothing says how they lie in space",
        hint=f"set fragments to parent to compute {Chem.MolToSmiles(parent)} (charge "
        f"{_charge(parent)}) alone, or give coordinates of the whole",
        code="MULTI_FRAGMENT",
    )


def check_complexes(molecule: Chem.Mol) -> None:
    """Refuse a metal with ligands that no force field here can place.

    Raises:
        UnsupportedMolecule: NEEDS_3D.
    """
    atoms = list(molecule.GetAtoms())
    alone = len(atoms) == 1 and atoms[0].GetNumExplicitHs() == 0
    complexes = [a for a in atoms if forms_complexes(a.GetAtomicNum())]
    if complexes and not alone:
        raise needs_3d(complexes[0].GetSymbol())


def needs_3d(symbol: str) -> UnsupportedMolecule:
    """The error for a metal whose ligands no force field here can place."""
    return UnsupportedMolecule(
        f"contains {symbol}: force fields do not place the ligands of a metal",
        hint="give the geometry as .xyz or 3D .sdf, from a crystal structure or an optimisation",
        code="NEEDS_3D",
    )


def separate_parts(molecule: Chem.Mol) -> tuple[Chem.Mol, ...]:
    """The parts that no bond holds together; nothing is sanitised."""
    with rdkit_messages():
        return tuple(Chem.GetMolFrags(molecule, asMols=True, sanitizeFrags=False))


def main_part(molecule: Chem.Mol) -> Part:
    """The parent as it is drawn, protonation and charge included, and what was left out."""
    parts = separate_parts(molecule)
    if len(parts) == 1:
        return molecule, ()
    parent = max(parts, key=_rank)
    message = (
        f"of {len(parts)} parts (total charge {_charge(molecule)}) only "
        f"{Chem.MolToSmiles(parent)} (charge {_charge(parent)}) is computed; left out: "
        f"{_names(part for part in parts if part is not parent)}"
    )
    return parent, (RowWarning(code="MULTI_FRAGMENT", message=message),)


def placed_parts(molecule: Chem.Mol, fragments: Fragments) -> Part:
    """What is computed of a molecule with coordinates: its parent, or the whole as it lies.

    Parts are known by bonds only: where there is no bond at all, nothing is left out.
    """
    if molecule.GetNumBonds() == 0:
        return molecule, ()
    if fragments == "parent":
        return main_part(molecule)
    parts = separate_parts(molecule)
    if len(parts) == 1:
        return molecule, ()
    message = (
        f"{len(parts)} separate parts, total charge {_charge(molecule)}, are computed together "
        "as they lie"
    )
    return molecule, (RowWarning(code="MULTI_FRAGMENT", message=message),)


def _rank(part: Chem.Mol) -> tuple[bool, int, int]:
    """Organic before inorganic, then heavy atoms, then weight."""
    numbers = [atom.GetAtomicNum() for atom in part.GetAtoms()]
    return 6 in numbers, sum(number > 1 for number in numbers), sum(numbers)


def _charge(molecule: Chem.Mol) -> str:
    return signed(Chem.GetFormalCharge(molecule))


def _names(parts: Iterable[Chem.Mol]) -> str:
    counts = Counter(Chem.MolToSmiles(part) for part in parts)
    return ", ".join(f"{n} {smiles}" if n > 1 else smiles for smiles, n in counts.items())

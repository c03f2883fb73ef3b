"""A molecule of which only the bonds are known: what has to be said before it is embedded."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import Any, Final

from rdkit import Chem
from rdkit.Chem import EnumerateStereoisomers

from molpipe.chem.intake.elements import forms_complexes, is_metal
from molpipe.chem.intake.numbers import signed
from molpipe.chem.intake.rdkit_log import rdkit_messages
from molpipe.chem.intake.structure import Structure, check_size, identifiers
from molpipe.errors import UnsupportedMolecule
from molpipe.model.molecule import RowWarning

# RDKit's Python modules carry no types.
_stereoisomers: Any = EnumerateStereoisomers.EnumerateStereoisomers
_stereo_options: Any = EnumerateStereoisomers.StereoEnumerationOptions

MAX_EMBEDDED_METAL: Final = 8
"""Atoms; a molecule of a main-group metal as small as this is optimised at Hartree-Fock."""


def drawn_structure(molecule: Chem.Mol) -> Structure:
    """The structure of a sanitised molecule without coordinates.

    Raises:
        UnsupportedMolecule: TOO_LARGE with its hydrogens, or NEEDS_3D.
    """
    full = Chem.AddHs(molecule)
    symbols = tuple(atom.GetSymbol() for atom in full.GetAtoms())
    check_size(len(symbols))
    metals = [symbol for symbol, a in zip(symbols, full.GetAtoms(), strict=True) if _metal(a)]
    if metals and len(symbols) > MAX_EMBEDDED_METAL:
        raise needs_3d(metals[0])
    return Structure(
        symbols=symbols,
        **identifiers(molecule),
        warnings=(*_stereo_warning(molecule), *bond_warnings(molecule)),
    )


def check_parts(molecule: Chem.Mol) -> None:
    """Refuse what cannot be embedded in space; sanitising is not needed before.

    Raises:
        UnsupportedMolecule: NEEDS_3D for complexes, MULTI_FRAGMENT for salts and hydrates.
    """
    atoms = list(molecule.GetAtoms())
    alone = len(atoms) == 1 and atoms[0].GetNumExplicitHs() == 0
    complexes = [a for a in atoms if forms_complexes(a.GetAtomicNum())]
    if complexes and not alone:
        raise needs_3d(complexes[0].GetSymbol())
    with rdkit_messages():
        parts = Chem.GetMolFrags(molecule, asMols=True, sanitizeFrags=False)
        if len(parts) > 1:
            raise _several(molecule, parts)


def needs_3d(symbol: str) -> UnsupportedMolecule:
    """The error for a metal whose ligands no force field here can place."""
    return UnsupportedMolecule(
        f"contains {symbol}: force fields do not place the ligands of a metal",
        hint="give the geometry as .xyz or 3D .sdf, from a crystal structure or an optimisation",
        code="NEEDS_3D",
    )


def bond_warnings(molecule: Chem.Mol) -> tuple[RowWarning, ...]:
    """ZWITTERION and ISOTOPE, where they apply to a molecule with bonds."""
    warnings = []
    if _charged_apart(molecule, +1) and _charged_apart(molecule, -1):
        message = "opposite charges apart from each other: in the gas phase this may not be stable"
        warnings.append(RowWarning(code="ZWITTERION", message=message))
    isotopes = sorted({a.GetSymbol() for a in molecule.GetAtoms() if a.GetIsotope()})
    if isotopes:
        warnings.append(isotope_warning(", ".join(isotopes)))
    return tuple(warnings)


def isotope_warning(symbols: str) -> RowWarning:
    """Labels are kept in the name of the molecule and change no number."""
    message = f"isotope labels on {symbols}: electronic energies do not depend on masses"
    return RowWarning(code="ISOTOPE", message=message)


def _metal(atom: Chem.Atom) -> bool:
    return is_metal(atom.GetAtomicNum())


def _several(molecule: Chem.Mol, parts: tuple[Chem.Mol, ...]) -> UnsupportedMolecule:
    def rank(part: Chem.Mol) -> tuple[bool, int]:
        return any(a.GetAtomicNum() == 6 for a in part.GetAtoms()), part.GetNumAtoms()

    parent = max(parts, key=rank)
    return UnsupportedMolecule(
        f"{len(parts)} separate parts, total charge {signed(Chem.GetFormalCharge(molecule))}: "
        "nothing says how they lie in space",
        hint=f"write the part you mean alone (the largest is {Chem.MolToSmiles(parent)}, charge "
        f"{signed(Chem.GetFormalCharge(parent))}), or give coordinates of the whole",
        code="MULTI_FRAGMENT",
    )


def _charged_apart(molecule: Chem.Mol, sign: int) -> bool:
    """Whether an atom has that charge with no opposite one beside it, as a nitro group has."""
    return any(
        atom.GetFormalCharge() * sign > 0
        and all(other.GetFormalCharge() * sign >= 0 for other in atom.GetNeighbors())
        for atom in molecule.GetAtoms()
    )


def _stereo_warning(molecule: Chem.Mol) -> tuple[RowWarning, ...]:
    sites = [
        site
        for site in Chem.FindPotentialStereo(molecule)
        if site.specified == Chem.StereoSpecified.Unspecified
    ]
    if not sites or not _isomers_differ(molecule):
        return ()
    kinds = Counter("double bond" if "Bond" in str(site.type) else "centre" for site in sites)
    what = " and ".join(f"{n} {kind}{'s' * (n > 1)}" for kind, n in sorted(kinds.items()))
    message = f"{what} without a stated configuration: one isomer is taken, arbitrarily"
    return (RowWarning(code="STEREO_UNDEFINED", message=message),)


def _isomers_differ(molecule: Chem.Mol) -> bool:
    """Whether the open sites make at least two isomers; in cubane eight of them make one."""
    options = _stereo_options(unique=True, maxIsomers=64, rand=7)
    with rdkit_messages():
        return len(list(islice(_stereoisomers(molecule, options=options), 2))) > 1

"""A molecule of which only the bonds are known: what has to be said before it is embedded."""

from __future__ import annotations

from itertools import islice
from typing import Any, Final

from rdkit import Chem
from rdkit.Chem import EnumerateStereoisomers

from molpipe.chem.intake.elements import is_metal
from molpipe.chem.intake.fragments import check_complexes, main_part, needs_3d, separate_parts
from molpipe.chem.intake.rdkit_log import rdkit_messages
from molpipe.chem.intake.structure import Structure, check_size, identifiers
from molpipe.model.molecule import RowWarning

# RDKit's Python modules carry no types.
_stereoisomers: Any = EnumerateStereoisomers.EnumerateStereoisomers
_stereo_options: Any = EnumerateStereoisomers.StereoEnumerationOptions

MAX_EMBEDDED_METAL: Final = 8
"""Atoms; a molecule of a main-group metal as small as this is optimised at Hartree-Fock."""

_TRIED_ISOMERS: Final = 64
_NAMED_SITES: Final = 6


def drawn_structure(molecule: Chem.Mol) -> Structure:
    """The structure of a sanitised molecule without coordinates; of several parts, the parent's.

    Raises:
        UnsupportedMolecule: TOO_LARGE with its hydrogens, or NEEDS_3D.
    """
    molecule, warnings = main_part(molecule)
    check_complexes(molecule)
    full = Chem.AddHs(molecule)
    symbols = tuple(atom.GetSymbol() for atom in full.GetAtoms())
    check_size(len(symbols))
    metals = [atom.GetSymbol() for atom in full.GetAtoms() if is_metal(atom.GetAtomicNum())]
    if metals and len(symbols) > MAX_EMBEDDED_METAL:
        raise needs_3d(metals[0])
    return Structure(
        symbols=symbols,
        **identifiers(molecule),
        warnings=(*warnings, *_stereo_warning(molecule), *bond_warnings(molecule)),
    )


def bond_warnings(molecule: Chem.Mol) -> tuple[RowWarning, ...]:
    """ZWITTERION and ISOTOPE, where they apply to a molecule with bonds."""
    warnings = []
    if any(_is_zwitterion(part) for part in separate_parts(molecule)):
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


def _is_zwitterion(part: Chem.Mol) -> bool:
    return _charged_apart(part, +1) and _charged_apart(part, -1)


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
    bonds = [_bond_name(molecule, s.centeredOn) for s in sites if "Bond" in str(s.type)]
    atoms = [_atom_name(molecule, s.centeredOn) for s in sites if "Bond" not in str(s.type)]
    what = " and ".join(
        f"{len(names)} {kind}{'s' * (len(names) > 1)} ({_listed(names)})"
        for kind, names in (("centre", atoms), ("double bond", bonds))
        if names
    )
    message = f"{what} without a stated configuration: one isomer is taken, arbitrarily"
    return (RowWarning(code="STEREO_UNDEFINED", message=message),)


def _atom_name(molecule: Chem.Mol, index: int) -> str:
    return f"{molecule.GetAtomWithIdx(index).GetSymbol()}{index + 1}"


def _bond_name(molecule: Chem.Mol, index: int) -> str:
    bond = molecule.GetBondWithIdx(index)
    ends = (bond.GetBeginAtomIdx(), bond.GetEndAtomIdx())
    return "=".join(_atom_name(molecule, end) for end in ends)


def _listed(names: list[str]) -> str:
    return ", ".join(names[:_NAMED_SITES]) + " ..." * (len(names) > _NAMED_SITES)


def _isomers_differ(molecule: Chem.Mol) -> bool:
    """Whether the open sites make at least two isomers; in cubane eight of them make one.

    RDKit's own search for different ones would go through all 2^20 of dodecahedrane.
    """
    options = _stereo_options(maxIsomers=_TRIED_ISOMERS, rand=7, unique=False)
    with rdkit_messages():
        tried = islice(_stereoisomers(molecule, options=options), _TRIED_ISOMERS)
        first = Chem.MolToSmiles(next(tried))
        return any(Chem.MolToSmiles(isomer) != first for isomer in tried)

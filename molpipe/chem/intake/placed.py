"""A molecule with bonds and coordinates: kept as it is, and completed where bonds say so."""

from __future__ import annotations

from rdkit import Chem

from molpipe.chem.distances import find_stretched_bond
from molpipe.chem.intake.drawing import bond_warnings
from molpipe.chem.intake.elements import forms_complexes
from molpipe.chem.intake.fragments import placed_parts
from molpipe.chem.intake.rdkit_log import rdkit_messages
from molpipe.chem.intake.structure import Structure, check_atoms, check_bonds, identifiers
from molpipe.model.molecule import RowWarning
from molpipe.model.settings import Fragments


def placed_structure(molecule: Chem.Mol, fragments: Fragments) -> Structure:
    """The structure of a molecule with coordinates, which are kept as they are.

    Hydrogens that the bonds ask for are added. A complex is not looked at closer, because its
    bonds break the rules of valence; an atom without bonds has no rules to follow.

    Args:
        molecule: as read, not sanitised; its first conformer holds positions [angstrom].
        fragments: what to do with a salt, hydrate or mixture.

    Raises:
        InputError: BAD_FILE, VALENCE, KEKULIZE, or TOO_LARGE with the added hydrogens.
    """
    molecule, warnings = placed_parts(molecule, fragments)
    atoms = list(molecule.GetAtoms())
    if any(forms_complexes(a.GetAtomicNum()) for a in atoms) or molecule.GetNumBonds() == 0:
        return _bare(molecule, warnings)
    check_bonds(molecule, "BAD_FILE")
    full = _with_hydrogens(molecule)
    check_atoms(full)
    warnings = (*warnings, *_added(full, molecule), *_stretched(full))
    if any(atom.GetDegree() == 0 for atom in atoms):
        return _bare(full, warnings)
    with rdkit_messages():
        plain = Chem.RemoveHs(full)
    return Structure(
        symbols=tuple(atom.GetSymbol() for atom in full.GetAtoms()),
        coordinates=full.GetConformer().GetPositions(),
        warnings=(*warnings, *bond_warnings(plain)),
        **identifiers(plain),
    )


def _bare(molecule: Chem.Mol, warnings: tuple[RowWarning, ...]) -> Structure:
    """Atoms in space with a total charge: no names and no spin follow from such bonds."""
    return Structure(
        symbols=tuple(atom.GetSymbol() for atom in molecule.GetAtoms()),
        coordinates=molecule.GetConformer().GetPositions(),
        charge=Chem.GetFormalCharge(molecule),
        warnings=warnings,
    )


def _with_hydrogens(molecule: Chem.Mol) -> Chem.Mol:
    molecule = Chem.Mol(molecule)
    for atom in molecule.GetAtoms():
        if atom.GetDegree() == 0:
            atom.SetNoImplicit(True)
    with rdkit_messages():
        Chem.SanitizeMol(molecule)
        Chem.AssignStereochemistryFrom3D(molecule)
        return Chem.AddHs(molecule, addCoords=True)


def _added(full: Chem.Mol, given: Chem.Mol) -> tuple[RowWarning, ...]:
    count = full.GetNumAtoms() - given.GetNumAtoms()
    if not count:
        return ()
    noun = "hydrogen was" if count == 1 else "hydrogens were"
    message = f"{count} missing {noun} placed by the rules of bonding"
    return (RowWarning(code="HYDROGENS_ADDED", message=message),)


def _stretched(molecule: Chem.Mol) -> tuple[RowWarning, ...]:
    symbols = [atom.GetSymbol() for atom in molecule.GetAtoms()]
    bonds = [(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()) for bond in molecule.GetBonds()]
    found = find_stretched_bond(symbols, molecule.GetConformer().GetPositions(), bonds)
    if found is None:
        return ()
    return (RowWarning(code="STRETCHED_BOND", message=f"{found}: computed as it is given"),)

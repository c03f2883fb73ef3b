"""From a molecule to its geometry: embedded, relaxed, and marked as what it is."""

from __future__ import annotations

import numpy as np
from rdkit import Chem, rdBase

from molpipe.chem.conformer.embedding import lowest_conformer
from molpipe.chem.conformer.refinement import level_of_refinement, minimum
from molpipe.chem.distances import find_clash, find_stretched_bond
from molpipe.errors import ConformerError
from molpipe.model.arrays import FloatArray
from molpipe.model.identity import COORDINATE_DECIMALS
from molpipe.model.molecule import Geometry, MoleculeRecord
from molpipe.model.settings import Settings

__all__ = ["embed"]


def embed(molecule: MoleculeRecord, settings: Settings) -> Geometry:
    """The geometry that a molecule is computed at.

    Given coordinates are returned untouched. Else ETKDGv3 makes conformers, a force field
    relaxes them, and the lowest one is kept. A force field puts the atoms of N2 1.46 angstrom
    apart, so small molecules are then optimised at Hartree-Fock in the run's basis, and others
    where ``conformer.refine`` asks for it.

    Args:
        molecule: the molecule; without given coordinates its ``smiles`` is used.
        settings: ``seed``, ``basis`` and ``conformer`` are used.

    Returns:
        Coordinates [angstrom], rounded as content keys round them; ``origin`` says how they
        were made.

    Raises:
        ConformerError: EMBED_FAILED, CLASH, or STRETCHED_BOND where what came out has not the
            bonds of what was drawn: a proton that moves would be another molecule.
        UnsupportedMolecule: as :func:`molpipe.chem.basis.build_molecule` does.
    """
    if molecule.geometry is not None:
        return molecule.geometry
    drawing = _with_hydrogens(molecule)
    if drawing.GetNumAtoms() == 1:
        return _checked(molecule, drawing, np.zeros((1, 3)), "single atom")
    coordinates, origin = lowest_conformer(drawing, settings)
    start = _checked(molecule, drawing, coordinates, origin)
    level = level_of_refinement(start, settings)
    if level is None:
        return start
    refined = minimum(start, level, settings)
    if refined is None:
        origin = f"{start.origin} ({level} optimisation did not converge)"
        return _checked(molecule, drawing, start.coordinates, origin)
    return _checked(molecule, drawing, refined, f"{start.origin}, optimised at {level}")


def _with_hydrogens(molecule: MoleculeRecord) -> Chem.Mol:
    with rdBase.BlockLogs():
        drawing = Chem.MolFromSmiles(molecule.smiles) if molecule.smiles else None
        if drawing is None:
            raise ConformerError(
                f"no bonds are known for {molecule.formula}, SMILES {molecule.smiles!r}",
                hint="give coordinates",
                code="EMBED_FAILED",
            )
        return Chem.AddHs(drawing)


def _checked(
    molecule: MoleculeRecord, drawing: Chem.Mol, coordinates: FloatArray, origin: str
) -> Geometry:
    symbols = tuple(atom.GetSymbol() for atom in drawing.GetAtoms())
    bonds = [(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()) for bond in drawing.GetBonds()]
    rounded = np.round(coordinates, COORDINATE_DECIMALS) + 0.0  # no -0.0
    clash = find_clash(symbols, rounded)
    if clash:
        raise ConformerError(
            f"{clash} ({origin})", hint="give coordinates, or try another seed", code="CLASH"
        )
    stretched = find_stretched_bond(symbols, rounded, bonds)
    if stretched:
        raise ConformerError(
            f"{stretched} ({origin}): this is no longer the molecule that was drawn",
            hint="draw what it turns into, set conformer.refine to none, or give coordinates",
            code="STRETCHED_BOND",
        )
    return Geometry(
        symbols=symbols,
        coordinates=rounded,
        charge=molecule.charge,
        multiplicity=molecule.multiplicity,
        origin=origin,
    )

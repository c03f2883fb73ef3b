"""A picture of the molecule: RDKit's drawing of its SMILES, else a projection of its geometry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from rdkit import Chem, rdBase
from rdkit.Chem.Draw import rdMolDraw2D
from rdkit.Geometry import Point3D

from molpipe.model.arrays import FloatArray
from molpipe.model.document import MoleculeBlock
from molpipe.report import svg

WIDTH, HEIGHT = 240, 170
Size = tuple[int, int]
TIGHT: Final[Size] = (-1, -1)
_BOND_LENGTH: Final = 30
_BOND_FACTOR: Final = 1.3  # of the sum of covalent radii
_SMALL: Final = 2  # up to so many heavy atoms, hydrogens are drawn as atoms
_COLORS: Final[Mapping[str, str]] = {"#000000": "currentColor"}


def molecule_svg(molecule: MoleculeBlock, *, size: Size = (WIDTH, HEIGHT)) -> str | None:
    """The molecule as inline SVG in the page's colour, or None where nothing can be drawn.

    ``size`` [px] is that of the paper; :data:`TIGHT` is as large as the molecule asks for.
    """
    with rdBase.BlockLogs():
        drawn = _from_smiles(molecule.smiles, size) or _from_geometry(molecule.geometry, size)
    return drawn and svg.inline(drawn, prefix="molecule", colors=_COLORS)


def _from_smiles(smiles: str | None, size: Size) -> str | None:
    molecule = Chem.MolFromSmiles(smiles) if smiles else None
    if molecule is None or not molecule.GetNumAtoms():
        return None
    if molecule.GetNumAtoms() <= _SMALL:
        molecule = Chem.AddHs(molecule)
    return _draw(rdMolDraw2D.PrepareMolForDrawing(molecule), size)


def _from_geometry(
    geometry: Sequence[tuple[str, float, float, float]] | None, size: Size
) -> str | None:
    """Atoms seen from the side on which they spread most, bonds by distance."""
    if not geometry:
        return None
    positions = np.array([row[1:] for row in geometry])
    molecule = Chem.RWMol()
    for symbol, *_ in geometry:
        atom = Chem.Atom(symbol)
        atom.SetNoImplicit(True)
        molecule.AddAtom(atom)
    for first, second in _bonds([row[0] for row in geometry], positions):
        molecule.AddBond(first, second, Chem.BondType.SINGLE)
    flat = Chem.Conformer(len(geometry))
    for index, (x, y) in enumerate(_project(positions)):
        flat.SetAtomPosition(index, Point3D(float(x), float(y), 0.0))
    molecule.AddConformer(flat)
    return _draw(molecule.GetMol(), size)


def _project(positions: FloatArray) -> FloatArray:
    """Coordinates (natom, 3) on their two principal axes, each with a fixed sign."""
    centred = positions - positions.mean(axis=0)
    axes = np.linalg.svd(centred, full_matrices=True)[2][:2]
    signs = np.sign(axes[np.arange(2), np.abs(axes).argmax(axis=1)])
    projected: FloatArray = centred @ (signs[:, None] * axes).T
    return projected


def _bonds(symbols: Sequence[str], positions: FloatArray) -> list[tuple[int, int]]:
    table = Chem.GetPeriodicTable()
    radii = np.array([table.GetRcovalent(symbol) for symbol in symbols])
    distances = np.linalg.norm(positions[:, None] - positions[None], axis=2)
    bonded = distances < _BOND_FACTOR * (radii[:, None] + radii[None])
    return [(int(i), int(j)) for i, j in np.argwhere(np.triu(bonded, k=1))]


def _draw(molecule: Any, size: Size) -> str:
    drawer: Any = rdMolDraw2D.MolDraw2DSVG(*size, -1, -1, True)  # True: text stays text
    options = drawer.drawOptions()
    options.clearBackground = False
    options.prepareMolsBeforeDrawing = False
    options.fixedBondLength = _BOND_LENGTH
    options.bondLineWidth = 1.4
    options.useBWAtomPalette()
    drawer.DrawMolecule(molecule)
    drawer.FinishDrawing()
    return str(drawer.GetDrawingText())

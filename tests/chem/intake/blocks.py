"""MOL blocks as drawing programs and databases write them."""

from rdkit import Chem
from rdkit.Chem import AllChem


def block(smiles, *, three=False, hydrogens=True, name="mol", **fields):
    """An SDF record: a drawing, or with ``three`` a geometry, with or without hydrogens."""
    molecule = Chem.AddHs(Chem.MolFromSmiles(smiles)) if three else Chem.MolFromSmiles(smiles)
    if three:
        AllChem.EmbedMolecule(molecule, randomSeed=7)
        molecule = molecule if hydrogens else Chem.RemoveHs(molecule)
    else:
        AllChem.Compute2DCoords(molecule)
    molecule.SetProp("_Name", name)
    cells = "".join(f"> <{key}>\n{value}\n\n" for key, value in fields.items())
    return Chem.MolToMolBlock(molecule) + cells + "$$$$\n"


def placed(*atoms, bonds=(), header="3D"):
    """A record of atoms (symbol, x, y, z) [angstrom] and bonds (i, j, order) counted from 1."""
    counts = f"{len(atoms):3d}{len(bonds):3d}  0  0  0  0  0  0  0  0999 V2000"
    lines = ["", f"     test           {header}", "", counts]
    lines += [f"{x:10.4f}{y:10.4f}{z:10.4f} {s:<3} 0" + "  0" * 11 for s, x, y, z in atoms]
    lines += [f"{i:3d}{j:3d}{order:3d}  0" for i, j, order in bonds]
    return "\n".join([*lines, "M  END", "$$$$", ""])

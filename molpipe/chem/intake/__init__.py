"""From a batch file to molecules: every row of the input answered once, in input order."""

from molpipe.chem.intake.batch import read_batch, read_smiles

__all__ = ["read_batch", "read_smiles"]

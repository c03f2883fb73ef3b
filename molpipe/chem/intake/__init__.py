"""From a batch file to molecules: every row of the input answered once, in input order."""

from molpipe.chem.intake.batch import read_batch, read_smiles
from molpipe.chem.intake.listing import list_batch

__all__ = ["list_batch", "read_batch", "read_smiles"]

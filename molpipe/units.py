"""Units, CODATA 2018. Inside molpipe an energy is in hartree [Ha] and a length in angstrom."""

from __future__ import annotations

from typing import Final

KCAL_MOL_PER_HARTREE: Final = 627.509474063
ANGSTROM_PER_BOHR: Final = 0.529177210903
MILLIHARTREE_PER_HARTREE: Final = 1000.0

CHEMICAL_ACCURACY: Final = 1.0 / KCAL_MOL_PER_HARTREE
"""One kcal/mol in hartree [Ha], 1.5936e-3."""


def mha(hartree: float) -> float:
    """Hartree to millihartree."""
    return hartree * MILLIHARTREE_PER_HARTREE


def kcal_mol(hartree: float) -> float:
    """Hartree to kcal/mol."""
    return hartree * KCAL_MOL_PER_HARTREE

"""Distances that no molecule has: PySCF would call the energy at them converged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from rdkit import Chem

from molpipe.model.arrays import FloatArray

MIN_DISTANCE: Final = 0.5
"""Closest two nuclei may come [angstrom]; the bond of H2 is 0.74."""

MIN_HEAVY_DISTANCE: Final = 0.7
"""The same where neither is a hydrogen; the shortest such bond, of N2 and CO, is over 1.0."""

MAX_STRETCH: Final = 0.6
"""Longest bond beyond the sum of covalent radii [angstrom].

Of weak bonds, H2+ is 0.44 beyond, N2O4 0.36, O2F2 0.35 and HeH+ 0.2 (in STO-3G 0.35); a proton
that has moved to the other end of a hydrogen bond is 0.7 or more.
"""

_TABLE: Final = Chem.GetPeriodicTable()


def find_clash(symbols: Sequence[str], coordinates: FloatArray) -> str | None:
    """Name the closest pair of atoms that is closer than any bond.

    Args:
        symbols: element symbols, (natom,).
        coordinates: positions [angstrom], (natom, 3).

    Returns:
        A sentence, or None where every pair keeps its distance.
    """
    if len(symbols) < 2:
        return None
    heavy = np.array([symbol != "H" for symbol in symbols])
    least = np.where(heavy[:, None] & heavy[None, :], MIN_HEAVY_DISTANCE, MIN_DISTANCE)
    distance = np.linalg.norm(coordinates[:, None, :] - coordinates[None, :, :], axis=2)
    np.fill_diagonal(distance, np.inf)
    i, j = (int(k) for k in np.unravel_index((distance / least).argmin(), distance.shape))
    if distance[i, j] >= least[i, j]:
        return None
    return (
        f"atoms {symbols[i]}{i + 1} and {symbols[j]}{j + 1} are {distance[i, j]:.2g} angstrom "
        f"apart, under {least[i, j]:g} angstrom"
    )


def find_stretched_bond(
    symbols: Sequence[str], coordinates: FloatArray, bonds: Iterable[tuple[int, int]]
) -> str | None:
    """Name the bond that is furthest beyond what its elements allow.

    Args:
        symbols: element symbols, (natom,).
        coordinates: positions [angstrom], (natom, 3).
        bonds: pairs of atoms, counted from 0.

    Returns:
        A sentence, or None where every bond is within MAX_STRETCH.
    """
    longest, found = MAX_STRETCH, None
    for i, j in bonds:
        length = float(np.linalg.norm(coordinates[i] - coordinates[j]))
        usual = _TABLE.GetRcovalent(symbols[i]) + _TABLE.GetRcovalent(symbols[j])
        if length - usual > longest:
            longest = length - usual
            found = (
                f"the bond {symbols[i]}{i + 1}-{symbols[j]}{j + 1} is {length:.2f} angstrom long, "
                f"{usual:.2f} is usual"
            )
    return found

"""Atoms on top of each other: PySCF would call the energy of such a molecule converged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from molpipe.model.arrays import FloatArray

MIN_DISTANCE: Final = 0.5
"""Closest two nuclei may come [angstrom]; the bond of H2 is 0.74."""


def find_clash(symbols: Sequence[str], coordinates: FloatArray) -> str | None:
    """Name the closest pair of atoms if it is closer than any bond.

    Args:
        symbols: element symbols, (natom,).
        coordinates: positions [angstrom], (natom, 3).

    Returns:
        A sentence, or None where every pair is at least MIN_DISTANCE apart.
    """
    if len(symbols) < 2:
        return None
    difference = coordinates[:, None, :] - coordinates[None, :, :]
    distance = np.sqrt((difference**2).sum(axis=2))
    np.fill_diagonal(distance, np.inf)
    i, j = (int(k) for k in np.unravel_index(distance.argmin(), distance.shape))
    closest = float(distance[i, j])
    if closest >= MIN_DISTANCE:
        return None
    pair = f"{symbols[i]}{i + 1} and {symbols[j]}{j + 1}"
    return f"atoms {pair} are {closest:.2g} angstrom apart, under {MIN_DISTANCE} angstrom"

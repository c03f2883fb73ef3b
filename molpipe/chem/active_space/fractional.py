"""Natural orbitals of unrestricted Hartree-Fock: what is neither occupied nor empty.

Bofill and Pulay 1989, doi:10.1063/1.455822.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from molpipe.chem.active_space.candidates import Wanted
from molpipe.chem.active_space.natural import NoNaturalOrbitals
from molpipe.chem.orbitals import axes_ruler, diagonalise_blocks
from molpipe.chem.unrestricted import find_unrestricted
from molpipe.model.arrays import FloatArray
from molpipe.model.problem import MeanField

FRACTIONAL: Final = 0.02
"""An occupation this far from 2 and from 0 is fractional, as in the paper."""


def fractional_orbitals(
    space: Any, mean_field: MeanField, fock: FloatArray, *, n_core: int
) -> tuple[FloatArray, FloatArray, Wanted]:
    """UHF natural orbitals outside the frozen core, the fractional ones at the frontier.

    They mix occupied and empty Hartree-Fock orbitals; the frozen core stays as it is. Where
    the occupations are 2 or 0, canonical energies give the order.

    Args:
        space: PySCF SCF object of the molecule that keeps the integrals.
        mean_field: the restricted determinant.
        fock: its spin-averaged Fock matrix (n_ao, n_ao) [Ha].
        n_core: frozen orbitals, the lowest ones.

    Returns:
        Orbitals (n_ao, n_mo), occupations (n_mo,), and how many are fractional.

    Raises:
        NoNaturalOrbitals: no unrestricted solution lies below the restricted one, or it has
            no fractional occupations.
    """
    broken = find_unrestricted(mean_field, space)
    if broken is None:
        raise NoNaturalOrbitals("no unrestricted solution was found below the restricted one")
    core, rest = mean_field.mo_coeff[:, :n_core], mean_field.mo_coeff[:, n_core:]
    ruler = axes_ruler(space.mol)
    overlap = space.get_ovlp()
    density = overlap @ (broken.orbitals * broken.occupations) @ broken.orbitals.T @ overlap
    orbitals, minus = diagonalise_blocks(-density, [rest], ruler)
    n_single = int((mean_field.mo_occ == 1).sum())
    n_double = int((mean_field.mo_occ == 2).sum()) - n_core
    wanted = _fractional(-minus, n_double, n_single)
    edges = [
        n_double - wanted.n_double,
        n_double,
        n_double + n_single,
        n_double + n_single + wanted.n_empty,
    ]
    closed, double, single, empty, far = np.split(orbitals, edges, axis=1)
    closed, _ = diagonalise_blocks(fock, [closed], ruler)
    far, _ = diagonalise_blocks(fock, [far], ruler)
    ordered = np.hstack([core, closed, double, single, empty, far])
    occupations = np.einsum("pi,pq,qi->i", ordered, density, ordered, optimize=True)
    return ordered, occupations, wanted


def _fractional(occupations: FloatArray, n_double: int, n_single: int) -> Wanted:
    """How many of the falling ``occupations`` are fractional, on each side."""
    n_empty = len(occupations) - n_double - n_single
    n_pairs = (
        int((occupations[:n_double] < 2 - FRACTIONAL).sum()),
        int((occupations[n_double + n_single :] > FRACTIONAL).sum()),
    )
    if max(n_pairs) == 0:
        raise NoNaturalOrbitals("no unrestricted natural occupation is fractional")
    fewest = 0 if n_single else 1
    return Wanted(
        name="the orbitals of fractional unrestricted occupation",
        n_double=min(max(n_pairs[0], fewest), n_double),
        n_empty=min(max(n_pairs[1], 1), n_empty),
    )

"""The bonding and antibonding orbitals of one bond."""

from __future__ import annotations

from typing import Final

import numpy as np
import scipy.linalg
from pyscf import gto

from molpipe.chem.active_space.atomic import AtomicFunctions, label
from molpipe.chem.active_space.projection import Target
from molpipe.errors import ActiveSpaceError
from molpipe.model.arrays import FloatArray

_SHARED: Final = 0.5
"""Density between two hybrids of neighbouring atoms that counts as a bond; a pure covalent
one has 1, the pi bonds of benzene 2/3, the middle one of butadiene less than 1/2."""

_NO_BOND: Final = 0.2
"""The best pair of hybrids shares less than this: the atoms are not bonded."""


def bond_target(molecule: gto.Mole, atoms: tuple[int, int], density: FloatArray) -> Target:
    """The pairs of hybrids that two atoms share.

    The density between the valence functions of both atoms is decomposed into pairs of
    hybrids, one on each atom (its singular vectors); a sigma bond gives one pair, a triple
    bond three. Each pair stands for a bonding and an antibonding orbital.

    Args:
        molecule: the molecule in its basis.
        atoms: both atoms, counted from 0.
        density: total density (n_ao, n_ao) of the determinant.

    Raises:
        ActiveSpaceError: the atoms share no bond.
    """
    functions = AtomicFunctions(molecule)
    left, right = (functions.valence(atom) for atom in atoms)
    half = np.asarray(scipy.linalg.sqrtm(functions.overlap)).real
    spread = np.linalg.solve(half, functions.cross)
    shared = spread[left] @ density @ spread[right].T
    u, strengths, v = np.linalg.svd(shared, full_matrices=False)
    name = label(molecule, atoms)
    if strengths[0] < _NO_BOND:
        raise ActiveSpaceError(
            f"{name} share no bond: the density between them is {strengths[0]:.2f}, that of a "
            "single bond is 1",
            hint="atoms are counted from 1 in the order of the row's geometry; "
            "atoms:I,J takes the valence orbitals of any two",
        )
    pairs = max(int((strengths > _SHARED).sum()), 1)
    hybrids = np.zeros((len(half), 2 * pairs))
    hybrids[left, :pairs], hybrids[right, pairs:] = u[:, :pairs], v[:pairs].T
    return functions.target(f"the bond {name}", np.linalg.solve(half, hybrids), pairs=pairs)

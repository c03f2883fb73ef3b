"""Orbitals in a fixed gauge: what the Fock matrix leaves free is settled the same way each time.

Energies do not care how a degenerate pair is turned or which sign an orbital has, but
amplitudes, circuits and reproducible runs do.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from pyscf import gto

from molpipe.model.arrays import FloatArray

_SAME_SHELL: Final = 1e-6
"""Eigenvalues closer than this belong to one shell."""

_SAME_SIZE: Final = 1e-4
"""Coefficients whose magnitudes differ by less than this fraction count as equal."""


def diagonalise_blocks(
    matrix: FloatArray, blocks: Sequence[FloatArray], ruler: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Orbitals that diagonalise a matrix within each block, in a fixed gauge.

    Of a Fock matrix these are semicanonical orbitals. Degenerate shells are turned so that
    they diagonalise ``ruler`` too; the first of the largest coefficients of each orbital is
    positive.

    Args:
        matrix: symmetric (n_ao, n_ao), such as the Fock matrix [Ha] in atomic orbitals.
        blocks: orthonormal orbitals (n_ao, n_block), one array for each block.
        ruler: any symmetric matrix (n_ao, n_ao) that tells the axes of space apart.

    Returns:
        The orbitals (n_ao, n) block after block, and the eigenvalues (n,), rising within
        each block.
    """
    coefficients, eigenvalues = [], []
    for block in blocks:
        values, turn = np.linalg.eigh(block.T @ matrix @ block)
        orbitals = block @ turn
        for shell in _shells(values):
            orbitals[:, shell] = _diagonalise(orbitals[:, shell], ruler)
        coefficients.append(_fix_signs(orbitals))
        eigenvalues.append(values)
    return np.hstack(coefficients), np.concatenate(eigenvalues)


def axes_ruler(molecule: gto.Mole) -> FloatArray:
    """A weighted second moment (n_ao, n_ao) that tells x, y and z apart [bohr^2].

    Degenerate orbitals of a linear molecule come out along fixed perpendicular axes,
    whatever the direction of the molecule.
    """
    charges = molecule.atom_charges()
    centre = charges @ molecule.atom_coords() / charges.sum()
    with molecule.with_common_origin(centre):
        moments = molecule.intor("int1e_rr").reshape(3, 3, molecule.nao, molecule.nao)
    weights = np.sqrt([1.0, 2.0, 3.0])
    return np.asarray(np.einsum("xxpq,x->pq", moments, weights))


def _shells(values: FloatArray) -> list[slice]:
    """Runs of two or more equal eigenvalues."""
    edges = np.flatnonzero(np.diff(values) > _SAME_SHELL) + 1
    bounds = [0, *edges.tolist(), len(values)]
    return [slice(a, b) for a, b in pairwise(bounds) if b - a > 1]


def _diagonalise(orbitals: FloatArray, matrix: FloatArray) -> FloatArray:
    _, turn = np.linalg.eigh(orbitals.T @ matrix @ orbitals)
    return np.asarray(orbitals @ turn)


def _fix_signs(orbitals: FloatArray) -> FloatArray:
    if orbitals.size == 0:
        return orbitals
    sizes = np.abs(orbitals)
    leading = np.argmax(sizes > (1 - _SAME_SIZE) * sizes.max(axis=0), axis=0)
    signs = np.sign(orbitals[leading, np.arange(orbitals.shape[1])])
    return np.asarray(orbitals * signs)

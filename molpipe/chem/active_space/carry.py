"""Orbitals carried from one geometry of a molecule to another, along with its atoms."""

from __future__ import annotations

import numpy as np
import scipy.linalg
from pyscf import gto
from pyscf.symm.sph import real_sph_vec

from molpipe.model.arrays import FloatArray


def carry(orbitals: FloatArray, origin: gto.Mole, goal: gto.Mole) -> FloatArray:
    """The same orbitals in the atomic orbitals of another geometry, orthonormal there.

    The origin is turned on the goal; its symmetrically orthogonalised atomic orbitals
    (Löwdin 1950, doi:10.1063/1.1747632) then stand for those of the goal. How far atoms have
    moved makes no difference, so what is left to differ is the character of the orbitals.

    Args:
        orbitals: (n_ao, n), orthonormal in ``origin``.
        origin: where they come from.
        goal: the same atoms in the same basis set elsewhere.
    """
    turn = _atomic_turn(origin, _rotation(origin.atom_coords(), goal.atom_coords()))
    overlap = turn @ origin.intor_symmetric("int1e_ovlp") @ turn.T
    return np.asarray(
        np.linalg.solve(_root(goal.intor_symmetric("int1e_ovlp")), _root(overlap) @ turn @ orbitals)
    )


def _root(overlap: FloatArray) -> FloatArray:
    values, vectors = np.linalg.eigh(overlap)
    return np.asarray((vectors * np.sqrt(values)) @ vectors.T)


def _rotation(origin: FloatArray, goal: FloatArray) -> FloatArray:
    """The rotation (3, 3) that brings points (n, 3) closest to others.

    Kabsch 1976, doi:10.1107/S0567739476001873; the one nearest to none where points on a line
    leave it open.
    """
    product = (origin - origin.mean(axis=0)).T @ (goal - goal.mean(axis=0)) + 1e-3 * np.eye(3)
    u, _, v = np.linalg.svd(product)
    u[:, -1] *= np.linalg.det(u @ v)
    return np.asarray((u @ v).T)


def _atomic_turn(molecule: gto.Mole, rotation: FloatArray) -> FloatArray:
    """What a rotation of space does to atomic orbitals (n_ao, n_ao)."""
    momenta = [molecule.bas_angular(i) for i in range(molecule.nbas)]
    points = np.random.default_rng(0).normal(size=(50, 3))
    here = real_sph_vec(points, max(momenta), reorder_p=True)
    there = real_sph_vec(points @ rotation, max(momenta), reorder_p=True)
    turns = [np.linalg.lstsq(a.T, b.T)[0] for a, b in zip(here, there, strict=True)]
    shells = [
        turns[momentum]
        for shell, momentum in enumerate(momenta)
        for _ in range(molecule.bas_nctr(shell))
    ]
    return np.asarray(scipy.linalg.block_diag(*shells))

"""A mean field handed back to PySCF, so that correlated methods start without a second SCF."""

from __future__ import annotations

from typing import Any

import numpy as np
from pyscf import scf

from molpipe.chem.orbitals import axes_ruler, diagonalise_blocks
from molpipe.chem.solvent.continuum import immerse
from molpipe.model.arrays import FloatArray
from molpipe.model.problem import MeanField


def restricted(mean_field: MeanField, space: Any) -> Any:
    """The closed-shell mean field as PySCF's RHF object.

    ``space`` (see :func:`molpipe.chem.meanfield.workspace`) lends its integrals.
    """
    field = immerse(scf.RHF(space.mol), mean_field.reaction_field)
    field._eri = space._eri
    field.mo_coeff, field.mo_occ = mean_field.mo_coeff.copy(), mean_field.mo_occ.copy()
    field.mo_energy = mean_field.mo_energy.copy()
    field.e_tot, field.converged = mean_field.energy, True
    return field


def unrestricted(mean_field: MeanField, space: Any, *, n_core: int) -> Any:
    """An open-shell mean field as a UHF object with semicanonical orbitals for each spin.

    The determinant is the same; perturbation theory on it is the restricted open-shell one
    of Knowles et al. 1991, doi:10.1016/S0009-2614(91)85118-G.
    """
    field = immerse(scf.UHF(space.mol), mean_field.reaction_field)
    field._eri = space._eri
    separate_spins(
        field, mean_field.mo_coeff, mean_field.nelec, ruler=axes_ruler(space.mol), n_core=n_core
    )
    field.e_tot, field.converged = mean_field.energy, True
    return field


def separate_spins(
    field: Any,
    orbitals: FloatArray,
    nelec: tuple[int, int],
    *,
    ruler: FloatArray,
    n_core: int = 0,
) -> None:
    """Give a UHF object semicanonical orbitals of each spin, made from common ``orbitals``.

    Alpha and beta orbitals each diagonalise their own Fock matrix within the occupied and
    within the empty space; the lowest ``n_core`` orbitals stay as they are.
    """
    occupied = [np.arange(orbitals.shape[1]) < n for n in nelec]
    field.mo_occ = np.array(occupied, dtype=float)
    field.mo_coeff = np.array([orbitals, orbitals])
    focks = field.get_fock(dm=field.make_rdm1())
    core = orbitals[:, :n_core]
    coefficients, energies = [], []
    for fock, n in zip(focks, nelec, strict=True):
        own, levels = diagonalise_blocks(fock, [orbitals[:, n_core:n], orbitals[:, n:]], ruler)
        coefficients.append(np.hstack([core, own]))
        energies.append(np.concatenate([np.einsum("pi,pq,qi->i", core, fock, core), levels]))
    field.mo_coeff, field.mo_energy = np.array(coefficients), np.array(energies)

"""Natural orbitals of second-order perturbation theory that keep the determinant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from pyscf import mp

from molpipe.chem import determinant
from molpipe.chem.orbitals import axes_ruler, diagonalise_blocks
from molpipe.model.arrays import FloatArray
from molpipe.model.problem import MeanField

_SANE: Final = 0.5
"""An MP2 occupation further than this from the determinant's means that MP2 has broken down."""


class NoNaturalOrbitals(Exception):
    """There are none for this molecule; the text says why."""


class BrokenDown(NoNaturalOrbitals):
    """Perturbation theory means nothing here, which other natural orbitals may survive."""


def natural_orbitals(
    space: Any,
    mean_field: MeanField,
    *,
    n_core: int,
    blocks: Sequence[FloatArray] | None = None,
) -> tuple[FloatArray, FloatArray]:
    """Natural orbitals of the unrelaxed MP2 density, and their occupations.

    The density is diagonalised within the doubly occupied, the singly occupied and the
    empty orbitals separately, so that the Hartree-Fock determinant is kept exactly.

    Args:
        space: PySCF SCF object of the molecule that keeps the integrals.
        mean_field: the converged determinant.
        n_core: frozen orbitals, the lowest ones.
        blocks: orbitals (n_ao, n_block) to stay within, in place of these three; in the same
            order and without the core.

    Returns:
        Orbitals (n_ao, n_mo), frozen core first and untouched; occupations (n_mo,), falling
        within each block.

    Raises:
        NoNaturalOrbitals: no correlation in MP2.
        BrokenDown: an unstable determinant, or occupations that are not physical.
    """
    alpha, beta = mean_field.nelec
    if alpha + beta - 2 * n_core < 2:
        raise NoNaturalOrbitals("one electron has no correlation")
    if (mean_field.mo_occ > 0).all():
        raise NoNaturalOrbitals("the basis set has no empty orbitals")
    if mean_field.stable_internal is False:
        raise BrokenDown("MP2 on an unstable Hartree-Fock solution means nothing")
    if mean_field.kind == "rhf" and mean_field.followed_from is not None:
        raise BrokenDown("MP2 means nothing where several Hartree-Fock solutions compete")
    c = mean_field.mo_coeff
    dual = space.get_ovlp() @ c
    with np.errstate(all="ignore"):
        density = dual @ _mp2_density(space, mean_field, n_core) @ dual.T
    if not np.isfinite(density).all():
        raise BrokenDown("an occupied and an empty orbital have the same energy")
    natural, minus = diagonalise_blocks(
        -density, blocks or blocks_of(mean_field, n_core), axes_ruler(space.mol)
    )
    orbitals = np.hstack([c[:, :n_core], natural])
    occupations = np.concatenate([mean_field.mo_occ[:n_core], -minus])
    worst = float(np.abs(occupations - mean_field.mo_occ).max())
    if not worst < _SANE:
        raise BrokenDown(f"MP2 moves {worst:.1f} electrons out of one orbital")
    return orbitals, occupations


def blocks_of(mean_field: MeanField, n_core: int) -> list[FloatArray]:
    """The doubly occupied orbitals outside the core, the singly occupied and the empty ones."""
    outside = np.arange(len(mean_field.mo_occ)) >= n_core
    return [mean_field.mo_coeff[:, outside & (mean_field.mo_occ == n)] for n in (2, 1, 0)]


def _mp2_density(space: Any, mean_field: MeanField, n_core: int) -> FloatArray:
    """Spin-summed unrelaxed MP2 density (n_mo, n_mo) in the orbitals of ``mean_field``."""
    if mean_field.kind == "rhf":
        closed = mp.MP2(determinant.restricted(mean_field, space), frozen=n_core or None)
        closed.kernel()
        return np.asarray(closed.make_rdm1())
    field = determinant.unrestricted(mean_field, space, n_core=n_core)
    opened = mp.UMP2(field, frozen=n_core or None)
    opened.kernel()
    back = [mean_field.mo_coeff.T @ field.get_ovlp() @ c for c in field.mo_coeff]
    return np.asarray(sum(u @ d @ u.T for u, d in zip(back, opened.make_rdm1(), strict=True)))

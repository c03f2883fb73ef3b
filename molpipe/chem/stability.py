"""Is a Hartree-Fock solution a minimum, and which way is down where it is not.

Seeger and Pople 1977, doi:10.1063/1.434318.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import scipy.linalg
from pyscf import lib, scf
from pyscf.soscf import newton_ah

from molpipe.model.arrays import FloatArray

UNSTABLE: Final = -1e-5
"""A lower eigenvalue [Ha] of the orbital Hessian than this is an instability."""

_DENSE: Final = 300
"""Up to this many rotations the whole Hessian is diagonalised and nothing can be missed."""

_STEPS: Final = (-1.0, -0.6, -0.3, -0.1, 0.1, 0.3, 0.6, 1.0)

_Hessian = Callable[[Sequence[FloatArray]], list[FloatArray]]


def has_rotations(field: Any) -> bool:
    """False for one electron, which is solved exactly, and where no orbital is empty."""
    return bool(field.mol.nelectron > 1 and np.ptp(field.mo_occ) > 0)


def softest_rotation(field: Any) -> tuple[float, FloatArray]:
    """Lowest eigenvalue [Ha] of the real orbital Hessian and its direction (n_rotations,).

    The rotations are the ones that keep the kind of the determinant (RHF or ROHF).
    """
    if field.mol.spin == 0:
        return _lowest(*_closed_shell_hessian(field, spin_flip=False))
    _, apply, diagonal = newton_ah.gen_g_hop_rohf(field, field.mo_coeff, field.mo_occ)
    return _lowest(lambda vectors: [2 * apply(x) for x in vectors], 2 * diagonal)


def stable_to_unrestricted(field: Any) -> bool | None:
    """Whether RHF is a minimum among UHF solutions; None for ROHF, where it is not asked."""
    if field.mol.spin != 0 or not has_rotations(field):
        return None
    return _lowest(*_closed_shell_hessian(field, spin_flip=True))[0] > UNSTABLE


def step_down(field: Any, direction: FloatArray) -> FloatArray:
    """Orbitals (n_ao, n_mo) turned along ``direction`` to the lowest of a few energies."""
    turned = [
        field.mo_coeff @ scipy.linalg.expm(scf.hf.unpack_uniq_var(step * direction, field.mo_occ))
        for step in _STEPS
    ]
    energies = [field.energy_tot(field.make_rdm1(c, field.mo_occ)) for c in turned]
    return np.asarray(turned[int(np.argmin(energies))])


def _closed_shell_hessian(field: Any, *, spin_flip: bool) -> tuple[_Hessian, FloatArray]:
    """The RHF orbital Hessian as a product with many vectors, and its estimated diagonal.

    ``spin_flip``: rotations of opposite sign for alpha and beta, which lead to UHF. The
    vectors hold (empty, occupied) rotations, flat.
    """
    occupied, empty = (field.mo_coeff[:, field.mo_occ == n] for n in (2, 0))
    fock = field.get_fock(dm=field.make_rdm1())
    f_occupied, f_empty = occupied.T @ fock @ occupied, empty.T @ fock @ empty
    respond = field.gen_response(singlet=False if spin_flip else None, hermi=1)

    def product(vectors: Sequence[FloatArray]) -> list[FloatArray]:
        turns = np.reshape(vectors, (-1, empty.shape[1], occupied.shape[1]))
        densities = 2 * empty @ turns @ occupied.T
        fields = respond(densities + densities.transpose(0, 2, 1))
        blocks = f_empty @ turns - turns @ f_occupied + empty.T @ fields @ occupied
        return [4 * block.ravel() for block in blocks]

    gaps = np.diag(f_empty)[:, None] - np.diag(f_occupied)
    return product, 4 * gaps.ravel()


def _lowest(product: _Hessian, diagonal: FloatArray) -> tuple[float, FloatArray]:
    n = diagonal.size
    if n <= _DENSE:
        hessian = np.array(product(list(np.eye(n))))
        values, vectors = np.linalg.eigh(0.5 * (hessian + hessian.T))
        return float(values[0]), vectors[:, 0]
    # Noise, so that no symmetry of the softest rotations keeps another one out of reach.
    guesses = np.random.default_rng(0).normal(scale=0.1 / np.sqrt(n), size=(3, n))
    guesses[np.arange(3), np.argsort(diagonal)[:3]] += 1
    _, values, vectors = lib.davidson1(
        product,
        list(guesses),
        lambda residual, value, *_: residual / _away_from_zero(diagonal - value),
        tol=1e-4,
        tol_residual=1e-2,
        max_cycle=100,
        verbose=0,
    )
    return float(values[0]), np.asarray(vectors[0])


def _away_from_zero(values: FloatArray) -> FloatArray:
    return np.where(np.abs(values) < 1e-2, 1e-2, values)

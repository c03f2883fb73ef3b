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
    spins = np.reshape(field.mo_occ, (-1, np.shape(field.mo_occ)[-1]))
    return bool(field.mol.nelectron > 1 and np.ptp(spins, axis=1).any())


def softest_rotation(field: Any) -> tuple[float, FloatArray]:
    """Lowest eigenvalue [Ha] of the real orbital Hessian and its direction (n_rotations,).

    The rotations are the ones that keep the kind of the determinant (RHF, ROHF or UHF;
    alpha rotations first).
    """
    if is_unrestricted(field):
        _, apply, diagonal = newton_ah.gen_g_hop_uhf(field, field.mo_coeff, field.mo_occ)
    elif field.mol.spin == 0:
        return _lowest(*_closed_shell_hessian(field, spin_flip=False))
    else:
        _, apply, diagonal = newton_ah.gen_g_hop_rohf(field, field.mo_coeff, field.mo_occ)
    return _lowest(lambda vectors: [2 * apply(x) for x in vectors], 2 * diagonal)


def softest_spin_rotation(field: Any) -> tuple[float, FloatArray]:
    """As :func:`softest_rotation` of RHF, but for rotations that lead to UHF.

    They turn beta orbitals opposite to alpha ones; the direction is that of alpha.
    """
    return _lowest(*_closed_shell_hessian(field, spin_flip=True))


def is_unrestricted(field: Any) -> bool:
    """Whether a PySCF mean field has orbitals of its own for each spin."""
    return bool(np.ndim(field.mo_occ) == 2)


def step_down(field: Any, direction: FloatArray) -> FloatArray:
    """Orbitals of ``field`` turned along ``direction`` to the lowest of a few energies."""
    turned = [_turn(field, step * direction) for step in _STEPS]
    energies = [field.energy_tot(field.make_rdm1(c, field.mo_occ)) for c in turned]
    return turned[int(np.argmin(energies))]


def _turn(field: Any, rotation: FloatArray) -> FloatArray:
    if not is_unrestricted(field):
        return _turned(field.mo_coeff, field.mo_occ, rotation)
    occupied = field.mo_occ[0] > 0
    n_alpha = int(occupied.sum() * (~occupied).sum())
    spins = zip(field.mo_coeff, field.mo_occ, np.split(rotation, [n_alpha]), strict=True)
    return np.array([_turned(*spin) for spin in spins])


def _turned(orbitals: FloatArray, occupations: FloatArray, rotation: FloatArray) -> FloatArray:
    turn = scipy.linalg.expm(scf.hf.unpack_uniq_var(rotation, occupations))
    return np.asarray(orbitals @ turn)


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

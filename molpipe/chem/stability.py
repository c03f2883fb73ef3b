"""Is a Hartree-Fock solution a minimum, and which way is down where it is not.

Seeger and Pople 1977, doi:10.1063/1.434318.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import scipy.linalg
from pyscf import lib, scf
from pyscf.scf import stability
from pyscf.soscf import newton_ah

from molpipe.model.arrays import FloatArray

UNSTABLE: Final = -1e-5
"""A lower eigenvalue [Ha] of the orbital Hessian than this is an instability."""

_DENSE: Final = 300
"""Up to this many rotations the whole Hessian is diagonalised and nothing can be missed."""

_STEPS: Final = (-1.0, -0.6, -0.3, -0.1, 0.1, 0.3, 0.6, 1.0)


def has_rotations(field: Any) -> bool:
    """False for one electron, which is solved exactly, and where no orbital is empty."""
    return bool(field.mol.nelectron > 1 and np.ptp(field.mo_occ) > 0)


def softest_rotation(field: Any) -> tuple[float, FloatArray]:
    """Lowest eigenvalue [Ha] of the real orbital Hessian and its direction (n_rotations,).

    The rotations are the ones that keep the kind of the determinant (RHF or ROHF).
    """
    generate = newton_ah.gen_g_hop_rhf if field.mol.spin == 0 else newton_ah.gen_g_hop_rohf
    _, apply, diagonal = generate(field, field.mo_coeff, field.mo_occ, with_symmetry=False)
    if diagonal.size <= _DENSE:
        hessian = 2 * np.array([apply(unit) for unit in np.eye(diagonal.size)])
        values, vectors = np.linalg.eigh(0.5 * (hessian + hessian.T))
        return float(values[0]), vectors[:, 0]
    noise = np.random.default_rng(0).normal(scale=1e-2, size=(4, diagonal.size))
    guesses = noise + np.eye(diagonal.size)[np.argsort(diagonal)[:4]]
    value, vector = lib.davidson(
        lambda x: 2 * apply(x),
        list(guesses),
        lambda residual, energy, _: residual / _away_from_zero(2 * diagonal - energy),
        tol=1e-4,
        verbose=0,
    )
    return float(value), np.asarray(vector)


def step_down(field: Any, direction: FloatArray) -> FloatArray:
    """Orbitals (n_ao, n_mo) turned along ``direction`` to the lowest of a few energies."""
    turned = [
        field.mo_coeff @ scipy.linalg.expm(scf.hf.unpack_uniq_var(step * direction, field.mo_occ))
        for step in _STEPS
    ]
    energies = [field.energy_tot(field.make_rdm1(c, field.mo_occ)) for c in turned]
    return np.asarray(turned[int(np.argmin(energies))])


def stable_to_unrestricted(field: Any) -> bool | None:
    """Whether RHF is a minimum among UHF solutions; None for ROHF, where it is not asked."""
    if field.mol.spin != 0 or not has_rotations(field):
        return None
    _, stable = stability.rhf_external(field, with_symmetry=False, return_status=True, verbose=0)
    return bool(stable)


def _away_from_zero(values: FloatArray) -> FloatArray:
    return np.where(np.abs(values) < 1e-8, 1e-8, values)

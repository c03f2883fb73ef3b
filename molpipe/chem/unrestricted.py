"""The unrestricted Hartree-Fock solution below a restricted one, and its natural orbitals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from pyscf import scf

from molpipe.chem import determinant
from molpipe.chem.descent import LOWER, follow_down, second_order
from molpipe.chem.solvent.continuum import immerse
from molpipe.chem.stability import has_rotations, softest_spin_rotation, step_down
from molpipe.model.arrays import FloatArray
from molpipe.model.problem import MeanField

_ENERGY_TOLERANCE: Final = 1e-10
_GRADIENT_TOLERANCE: Final = 1e-6


@dataclass(frozen=True, kw_only=True, eq=False)
class Unrestricted:
    """A UHF solution.

    ``field`` is the converged PySCF object, integrals included. ``energy`` [Ha]; ``stable``
    says whether it is a minimum among UHF solutions. ``occupations`` (n_mo,), falling, and
    ``orbitals`` (n_ao, n_mo) are the natural ones of its total density (Pulay and Hamilton
    1988, doi:10.1063/1.454704).
    """

    field: Any
    energy: float
    s2: float
    stable: bool | None
    occupations: FloatArray
    orbitals: FloatArray


def breaks_symmetry(mean_field: MeanField) -> bool:
    """Whether there is a UHF solution to look for: RHF is or was unstable, or an open shell."""
    if mean_field.kind == "rohf" or mean_field.followed_from is not None:
        return True
    return mean_field.stable_internal is False or mean_field.stable_external is False


def find_unrestricted(mean_field: MeanField, space: Any) -> Unrestricted | None:
    """The lowest UHF minimum that two searches find below a restricted solution.

    One starts along the softest rotation of opposite spins, which is where a lower solution
    must begin, or from the ROHF orbitals of an open shell. The other starts from atoms whose
    spins do not feel each other: where several bonds are stretched there are several minima,
    and the softest rotation misses the lowest one (N2 at 1.5 and 2.0 angstrom).

    Args:
        mean_field: the restricted solution, itself followed down.
        space: lends its integrals, see :func:`molpipe.chem.meanfield.workspace`.

    Returns:
        None where no lower solution was found, or where the iterations did not converge.
    """
    if not breaks_symmetry(mean_field) or not has_rotations(_start(mean_field, space)):
        return None
    found = [_from_instability(mean_field, space), _from_atoms(mean_field, space)]
    lower = [end for end in found if end is not None and end.energy < mean_field.energy - LOWER]
    return min(lower, key=lambda end: end.energy, default=None)


def _from_instability(mean_field: MeanField, space: Any) -> Unrestricted | None:
    field = _start(mean_field, space)
    second_order(field, _broken_symmetry(mean_field, space, field))
    return _minimum(field)


def _from_atoms(mean_field: MeanField, space: Any) -> Unrestricted | None:
    field = _start(mean_field, space)
    field.init_guess_breaksym = 1
    field.kernel(dm0=field.get_init_guess(key="minao"))
    if not field.converged:
        second_order(field, field.mo_coeff)
    return _minimum(field)


def _minimum(field: Any) -> Unrestricted | None:
    """The minimum below a solution; None where there is no solution."""
    if not field.converged:
        return None
    descent = follow_down(field)
    occupations, orbitals = _natural_orbitals(field)
    return Unrestricted(
        field=field,
        energy=float(field.e_tot),
        s2=float(field.spin_square()[0]),
        stable=descent.stable,
        occupations=occupations,
        orbitals=orbitals,
    )


def _start(mean_field: MeanField, space: Any) -> Any:
    field = immerse(scf.UHF(space.mol), mean_field.reaction_field)
    field._eri = space._eri
    field.conv_tol, field.conv_tol_grad = _ENERGY_TOLERANCE, _GRADIENT_TOLERANCE
    alpha, beta = mean_field.nelec
    n_mo = len(mean_field.mo_occ)
    field.mo_occ = np.array([np.arange(n_mo) < alpha, np.arange(n_mo) < beta], dtype=float)
    field.mo_coeff = np.array([mean_field.mo_coeff, mean_field.mo_coeff])
    return field


def _broken_symmetry(mean_field: MeanField, space: Any, field: Any) -> FloatArray:
    if mean_field.kind == "rohf":
        return np.asarray(field.mo_coeff)
    _, direction = softest_spin_rotation(determinant.restricted(mean_field, space))
    return step_down(field, np.concatenate([direction, -direction]))


def _natural_orbitals(field: Any) -> tuple[FloatArray, FloatArray]:
    alpha, beta = field.make_rdm1()
    overlap = field.get_ovlp()
    values, vectors = np.linalg.eigh(overlap)
    root = (vectors * np.sqrt(values)) @ vectors.T
    occupations, turned = np.linalg.eigh(root @ (alpha + beta) @ root)
    return occupations[::-1].copy(), np.linalg.solve(root, turned[:, ::-1])

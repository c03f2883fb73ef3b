"""Orbitals optimised for the exact state of their space: CASSCF.

Roos, Taylor and Siegbahn 1980, doi:10.1016/0301-0104(80)80045-0.
"""

from __future__ import annotations

import dataclasses
import math
from typing import Any, Final

import numpy as np
from pyscf import mcscf

from molpipe.chem.active_space.prepare import Source
from molpipe.chem.active_space.selection import Selection
from molpipe.errors import ActiveSpaceError, CalculationError
from molpipe.model.arrays import FloatArray

MAX_DETERMINANTS: Final = 250_000
"""Every step diagonalises the space again, so this is far less than CASCI alone can do."""

_ENERGY_TOLERANCE: Final = 1e-10
_GRADIENT_TOLERANCE: Final = 1e-5
_CYCLES: Final = 100
_DENSE: Final = 100
"""Determinants that each diagonalisation starts from; PySCF's own 400 take half of the time."""

_PENALTY: Final = 0.5
"""What raises states of other spins [Ha]."""


def relax_orbitals(source: Source, selection: Selection) -> Selection:
    """The space with orbitals optimised for its lowest state of the wanted spin.

    The frozen core stays as Hartree-Fock left it.

    Args:
        source: the converged determinant, its integrals and the frozen core.
        selection: the space to start from; its unpaired electrons say which spin is wanted.

    Raises:
        ActiveSpaceError: the space is too large to be optimised.
        CalculationError: ``CASSCF_NOT_CONVERGED``.
    """
    n, nelec = selection.active.shape[1], selection.nelec
    if n == source.mean_field.mo_coeff.shape[1] - source.n_core:
        return selection  # it holds every orbital, so there is nothing to optimise
    n_determinants = math.comb(n, nelec[0]) * math.comb(n, nelec[1])
    if n_determinants > MAX_DETERMINANTS:
        raise ActiveSpaceError(
            f"CASSCF in {n} orbitals has {n_determinants} determinants, "
            f"orbitals are optimised up to {MAX_DETERMINANTS}",
            hint="choose a smaller active space, or orbitals = mp2-natural",
        )
    solver = _converged(source, selection)
    n_inactive = selection.inactive.shape[1]
    density = solver.fcisolver.make_rdm1(solver.ci, n, nelec)
    occupations, turn = np.linalg.eigh(-density)
    active = solver.mo_coeff[:, n_inactive : n_inactive + n] @ turn
    alpha, beta = nelec
    return dataclasses.replace(
        selection,
        inactive=solver.mo_coeff[:, :n_inactive],
        double=active[:, :beta],
        single=active[:, beta:alpha],
        empty=active[:, alpha:],
        occupations=-occupations,
        label="casscf",
        reason=f"{selection.reason}; orbitals optimised from {selection.label} ones (CASSCF)",
        keeps_determinant=False,
    )


def _converged(source: Source, selection: Selection) -> Any:
    """PySCF's CASSCF object with its final orbitals and state."""
    solver = mcscf.CASSCF(source.space, selection.active.shape[1], selection.nelec)
    solver.verbose, solver.frozen = 0, source.n_core or None
    solver.conv_tol, solver.conv_tol_grad = _ENERGY_TOLERANCE, _GRADIENT_TOLERANCE
    solver.max_cycle_macro = _CYCLES
    spin = selection.single.shape[1] / 2
    solver.fix_spin_(shift=_PENALTY, ss=spin * (spin + 1))
    solver.fcisolver.conv_tol, solver.fcisolver.pspace_size = 1e-12, _DENSE
    solver.kernel(_completed(source, selection))
    if not solver.converged:
        raise CalculationError(
            f"CASSCF did not converge in {_CYCLES} cycles, last energy {solver.e_tot:.6f} Ha",
            hint="choose another active space, or orbitals = mp2-natural, which need no iteration",
            code="CASSCF_NOT_CONVERGED",
        )
    return solver


def _completed(source: Source, selection: Selection) -> FloatArray:
    """All orbitals (n_ao, n_mo): inactive, active, and the ones outside the space."""
    first = np.hstack([selection.inactive, selection.active])
    orbitals = source.mean_field.mo_coeff
    within = orbitals.T @ source.space.get_ovlp() @ first
    outside = np.linalg.svd(within)[0][:, first.shape[1] :]
    return np.hstack([first, orbitals @ outside])

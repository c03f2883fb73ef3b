"""MP2, CCSD and CCSD(T) on a PySCF mean field, closed or open shell."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from pyscf import cc, mp

from molpipe.model.arrays import FloatArray
from molpipe.model.results import EnergyValue

_ENERGY_TOLERANCE: Final = 1e-10
_LEVEL_SHIFT: Final = 0.5

_ABOVE_HF: Final = 1e-8
"""A correlation energy [Ha] above this belongs to an excited root of the CCSD equations."""

_BRILLOUIN: Final = 1e-6
"""Fock elements [Ha] between occupied and empty orbitals that a converged SCF may leave."""

FAILURES: Final = (ArithmeticError, MemoryError, RuntimeError, ValueError, np.linalg.LinAlgError)
"""What PySCF, numpy and scipy raise where a method breaks down; the other methods stand."""


class _Iterations(NamedTuple):
    """Tolerance of the amplitudes, and sizes of the DIIS extrapolation that are tried in turn."""

    tolerance: float
    diis_vectors: tuple[int, ...]


_CLOSED_SHELL: Final = _Iterations(1e-8, (6,))
_BY_SPIN: Final = _Iterations(1e-7, (20, 12))
"""Turning the spins against each other is soft, and the iterations are slow to settle it."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Perturbation:
    """MP2: the energy and first-order amplitudes, as PySCF keeps them (by spin for UHF)."""

    energy: EnergyValue
    t1: Any = None
    t2: Any = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Cluster:
    """Coupled cluster: energies, and converged amplitudes as PySCF keeps them, else None."""

    ccsd: EnergyValue
    ccsd_t: EnergyValue
    t1: Any = None
    t2: Any = None
    seconds: float | None = None


def is_closed_shell(field: Any) -> bool:
    """Whether a PySCF mean field has one set of orbitals for both spins."""
    return bool(np.ndim(field.mo_occ) == 1)


def mp2(field: Any, *, n_core: int = 0) -> Perturbation:
    """Second-order perturbation theory; with singles where the determinant is no SCF solution.

    That is so for restricted open shells and for orbitals that were not made by Hartree-Fock.
    On semicanonical orbitals: Knowles et al. 1991, doi:10.1016/S0009-2614(91)85118-G;
    Lauderdale et al. 1991, doi:10.1016/0009-2614(91)90478-R.

    Args:
        field: PySCF RHF or UHF object whose Fock matrix is diagonal within the occupied
            and within the empty orbitals.
        n_core: frozen orbitals, the lowest ones.
    """
    method = (mp.MP2 if is_closed_shell(field) else mp.UMP2)(field, frozen=n_core or None)
    try:
        with np.errstate(all="ignore"):
            method.kernel()
            t1, singles = _singles(field, n_core)
    except FAILURES as error:
        return Perturbation(energy=_failed("MP2", error))
    total = float(field.e_tot + method.e_corr + singles)
    if not math.isfinite(total):
        reason = "an occupied and an empty orbital have the same energy"
        return Perturbation(energy=EnergyValue.missing("failed", reason))
    return Perturbation(energy=EnergyValue.ok(total), t1=t1, t2=method.t2)


def coupled_cluster(
    field: Any, *, n_core: int = 0, triples: bool = True, cycles: int = 200
) -> Cluster:
    """CCSD and, on demand, the perturbative triples on top of it.

    Where the iterations from MP2 amplitudes end nowhere, or in a solution above
    Hartree-Fock (an excited root), they start again from zero, damped. (T) for restricted
    open shells is taken in semicanonical orbitals (Watts, Gauss and Bartlett 1993,
    doi:10.1063/1.464480).

    Args:
        field: PySCF RHF or UHF object, as :func:`mp2` takes it.
        n_core: frozen orbitals, the lowest ones.
        triples: whether to compute (T).
        cycles: most iterations of each attempt.
    """
    closed = is_closed_shell(field)
    method = (cc.CCSD if closed else cc.UCCSD)(field, frozen=n_core or None)
    how = _CLOSED_SHELL if closed else _BY_SPIN
    method.conv_tol, method.conv_tol_normt = _ENERGY_TOLERANCE, how.tolerance
    method.max_cycle = cycles
    method.async_io = False  # its threads would wait for each other on the one core they have
    start = time.perf_counter()
    try:
        with np.errstate(all="ignore"):
            integrals = method.ao2mo()
            good = any(_iterate(method, integrals, n_vectors=n) for n in how.diis_vectors)
            first = float(field.e_tot + method.e_corr)
            good = good or _iterate(
                method, integrals, n_vectors=how.diis_vectors[-1], shift=_LEVEL_SHIFT
            )
    except FAILURES as error:
        return Cluster(ccsd=_failed("CCSD", error), ccsd_t=_NO_START)
    seconds = time.perf_counter() - start
    if not good:
        return Cluster(
            ccsd=_unconverged(first, field.e_tot, cycles), ccsd_t=_NO_START, seconds=seconds
        )
    total = float(field.e_tot + method.e_corr)
    return Cluster(
        ccsd=EnergyValue.ok(total),
        ccsd_t=_triples(method, integrals, total) if triples else _NOT_ASKED,
        t1=method.t1,
        t2=method.t2,
        seconds=seconds,
    )


def _iterate(method: Any, integrals: Any, *, n_vectors: int, shift: float = 0.0) -> bool:
    """Run CCSD; with a level shift [Ha] from zero amplitudes. True where the end is sound."""
    t1 = t2 = None
    if shift:
        _, t1, t2 = method.init_amps(integrals)
        t1, t2 = (
            tuple(np.zeros_like(block) for block in t) if isinstance(t, tuple) else np.zeros_like(t)
            for t in (t1, t2)
        )
    method.level_shift, method.diis_space = shift, n_vectors
    method.kernel(t1, t2, eris=integrals)
    return bool(method.converged and method.e_corr <= _ABOVE_HF)


def _triples(method: Any, integrals: Any, total: float) -> EnergyValue:
    if _highest_excitation(method) < 3:
        return EnergyValue.ok(total)
    try:
        with np.errstate(all="ignore"):
            return EnergyValue.ok(total + float(method.ccsd_t(eris=integrals)))
    except FAILURES as error:
        return _failed("(T)", error)


def _highest_excitation(method: Any) -> int:
    occupied, orbitals = np.broadcast_to(method.nocc, 2), np.broadcast_to(method.nmo, 2)
    return int(np.minimum(occupied, orbitals - occupied).sum())


def _singles(field: Any, n_core: int) -> tuple[Any, float]:
    """First-order singles and their energy [Ha]; (None, 0) for RHF, which has none (Brillouin)."""
    fock = field.get_fock(dm=field.make_rdm1())
    if is_closed_shell(field):
        t1, coupling = _first_order(fock, field.mo_coeff, field.mo_energy, field.mo_occ, n_core)
        none = not t1.size or np.abs(coupling).max() < _BRILLOUIN
        return (None, 0.0) if none else (t1, 2 * float((coupling * t1).sum()))
    spins = zip(fock, field.mo_coeff, field.mo_energy, field.mo_occ, strict=True)
    found = [_first_order(*spin, n_core) for spin in spins]
    return tuple(t1 for t1, _ in found), sum(float((f * t1).sum()) for t1, f in found)


def _first_order(
    fock: FloatArray, c: FloatArray, e: FloatArray, occupations: FloatArray, n_core: int
) -> tuple[FloatArray, FloatArray]:
    """Singles amplitudes of one spin and the Fock elements that make them [Ha], both [i, a]."""
    i, a = (occupations > 0) & (np.arange(len(e)) >= n_core), occupations == 0
    coupling = c[:, i].T @ fock @ c[:, a]
    return coupling / (e[i, None] - e[None, a]), coupling


def _unconverged(total: float, hf_energy: float, cycles: int) -> EnergyValue:
    if not math.isfinite(total):
        return EnergyValue.missing("failed", "the CCSD iterations diverged")
    if total > hf_energy + _ABOVE_HF:
        return EnergyValue.missing("failed", "CCSD found only a solution above Hartree-Fock")
    reason = f"CCSD did not converge in {cycles} iterations, nor again with a level shift"
    return EnergyValue(value=total, status="unconverged", reason=reason)


def _failed(name: str, error: BaseException) -> EnergyValue:
    return EnergyValue.missing("failed", f"{name}: {type(error).__name__}: {error}")


_NO_START: Final = EnergyValue.missing("not-applicable", "there is no converged CCSD")
_NOT_ASKED: Final = EnergyValue.missing("not-requested", "full_space = ccsd_t computes it")

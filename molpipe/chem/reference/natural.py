"""Frozen natural orbitals: coupled cluster where all empty orbitals are too many.

Empty orbitals that hardly take part in MP2 are left out of CCSD(T), and their share is taken
from MP2. Taube and Bartlett 2008, doi:10.1063/1.2902285; DePrince and Sherrill 2013,
doi:10.1021/ct400250u.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from molpipe.chem.reference.correlation import Perturbation, coupled_cluster, is_closed_shell, mp2
from molpipe.chem.reference.cost import BUDGET_SECONDS, Cost
from molpipe.model.arrays import FloatArray
from molpipe.model.results import EnergyValue
from molpipe.units import mha

THRESHOLDS: Final = (1e-5, 3e-5, 1e-4, 3e-4)
"""MP2 occupations below which an empty orbital is left out, from fine to coarse.

At 3e-4 the error is about half a millihartree for molecules of two or three heavy atoms.
"""


def solve_natural(field: Any, first: Perturbation, *, n_core: int) -> EnergyValue:
    """FNO-CCSD(T) at the finest threshold that is affordable, with the MP2 correction.

    Args:
        field: PySCF RHF or UHF object, as :func:`~molpipe.chem.reference.correlation.mp2`
            takes it.
        first: its MP2 in all orbitals, with amplitudes.
        n_core: frozen orbitals, the lowest ones.

    Returns:
        Total energy [Ha]; the reason says threshold, orbitals kept and correction, or what
        it would have cost.
    """
    if first.energy.good is None or first.t2 is None:
        return EnergyValue.missing("not-applicable", "there is no MP2 to take orbitals from")
    n_occupied, n_empty = _sizes(field, n_core)
    for threshold in THRESHOLDS:
        smaller = without_idle_orbitals(field, first, threshold)
        kept = _sizes(smaller, n_core)[1]
        cost = Cost.of(n_occupied, kept, by_spin=not is_closed_shell(field))
        if cost.affordable:
            note = f"{kept} of {n_empty} virtual natural orbitals, occupation above {threshold:g}"
            return _corrected(smaller, first.energy.good, note, n_core=n_core)
    return EnergyValue.missing(
        "too-expensive",
        f"FNO-CCSD(T) with the {kept} of {n_empty} virtual natural orbitals above {threshold:g} "
        f"would take about {cost.ccsd:.0f} s and {cost.triples:.0f} s on one core, "
        f"auto spends {BUDGET_SECONDS:.0f} s on each",
    )


def without_idle_orbitals(field: Any, first: Perturbation, threshold: float) -> Any:
    """``field`` with semicanonical natural orbitals above a threshold as its only empty ones.

    Both spins keep as many orbitals as the one that needs more.
    """
    spins = list(_spins(field, first))
    natural = [np.linalg.eigh(density) for _, _, _, density in spins]
    n_kept = [int((values > threshold).sum()) for values, _ in natural]
    n_orbitals = max(o + kept for (_, _, o, _), kept in zip(spins, n_kept, strict=True))
    coefficients, energies = [], []
    for (c, e, o, _), (_, vectors) in zip(spins, natural, strict=True):
        chosen = vectors[:, ::-1][:, : n_orbitals - o]
        levels, turn = np.linalg.eigh(chosen.T @ (e[o:, None] * chosen))
        coefficients.append(np.hstack([c[:, :o], c[:, o:] @ chosen @ turn]))
        energies.append(np.concatenate([e[:o], levels]))
    smaller = field.copy()
    closed = is_closed_shell(field)
    smaller.mo_coeff = coefficients[0] if closed else np.array(coefficients)
    smaller.mo_energy = energies[0] if closed else np.array(energies)
    smaller.mo_occ = field.mo_occ[..., :n_orbitals]
    return smaller


def _corrected(smaller: Any, mp2_energy: float, note: str, *, n_core: int) -> EnergyValue:
    found = coupled_cluster(smaller, n_core=n_core).ccsd_t
    inside = mp2(smaller, n_core=n_core).energy
    if found.good is None or inside.good is None:
        return found if found.good is None else inside
    correction = mp2_energy - inside.good
    return EnergyValue(
        value=found.good + correction,
        status="ok",
        reason=f"{note}; {mha(correction):.2f} mHa of it are the MP2 correction",
    )


def _spins(
    field: Any, first: Perturbation
) -> Iterator[tuple[FloatArray, FloatArray, int, FloatArray]]:
    """Orbitals, energies, occupied orbitals and density of the empty ones (v, v), by spin.

    Densities are spin-summed: that of one spin counts twice.
    """
    if is_closed_shell(field):
        t2 = np.asarray(first.t2)
        density = 2 * _square(t2, 2 * t2 - t2.transpose(0, 1, 3, 2))
        yield field.mo_coeff, field.mo_energy, int((field.mo_occ > 0).sum()), density
        return
    t2aa, t2ab, t2bb = first.t2
    turned = t2ab.transpose(1, 0, 3, 2)
    for spin, same, other in ((0, t2aa, t2ab), (1, t2bb, turned)):
        density = _square(same, same) + 2 * _square(other, other)
        n_occupied = int((field.mo_occ[spin] > 0).sum())
        yield field.mo_coeff[spin], field.mo_energy[spin], n_occupied, density


def _square(left: FloatArray, right: FloatArray) -> FloatArray:
    """sum_ijc left[i,j,a,c] right[i,j,b,c]."""
    return np.tensordot(left, right, axes=((0, 1, 3), (0, 1, 3)))


def _sizes(field: Any, n_core: int) -> tuple[int, int]:
    """Correlated occupied and empty orbitals, of the spin that has more of them."""
    occupied = np.atleast_2d(field.mo_occ > 0)
    return int(occupied.sum(1).max()) - n_core, int((~occupied).sum(1).max())

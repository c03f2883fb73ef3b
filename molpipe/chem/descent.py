"""Down from a saddle point: Hartree-Fock solutions followed to a minimum, each one noted.

Seeger and Pople 1977, doi:10.1063/1.434318.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from molpipe.chem.stability import (
    UNSTABLE,
    has_rotations,
    softest_rotation,
    softest_spin_rotation,
    step_down,
)
from molpipe.model.arrays import FloatArray

DESCENTS: Final = 5
"""How many saddle points are left behind before the search is given up."""

LOWER: Final = 1e-7
"""A followed solution must lie at least this much [Ha] below the one it came from."""

_SEVERAL: Final = -0.5
"""RHF whose softest rotation towards UHF is below this [Ha] may have other solutions.

Aromatic rings are at -0.3 to -0.4, twisted ethylene and stretched N2 below -0.6.
"""

_STATE: Final = ("converged", "e_tot", "mo_coeff", "mo_energy", "mo_occ")


@dataclass(frozen=True, kw_only=True)
class Descent:
    """The solutions that were met: energies [Ha], highest first; the last one was kept.

    ``stable`` tells whether that one is a minimum among determinants of its kind, ``external``
    whether it is one among UHF solutions too; None where the question is not asked.
    """

    energies: tuple[float, ...]
    stable: bool | None
    external: bool | None = None


def find_minimum(field: Any) -> Descent:
    """Follow a restricted solution down; the lowest one found stays in ``field``.

    Where UHF lies far below RHF, the search starts once more from HOMO and LUMO mixed half
    and half: two bond-breaking determinants can be minima, or a saddle point and a minimum.

    Args:
        field: converged PySCF RHF or ROHF object.
    """
    first = follow_down(field)
    if field.mol.spin != 0 or first.stable is None:
        return first
    curvature, _ = softest_spin_rotation(field)
    if curvature > _SEVERAL:
        return Descent(energies=first.energies, stable=first.stable, external=curvature > UNSTABLE)
    met = list(first.energies)
    stable: bool | None = first.stable
    other = copy(field)
    other.kernel(dm0=other.make_rdm1(_mixed_frontier(field), field.mo_occ))
    if other.converged:
        second = follow_down(other)
        met += second.energies
        if other.e_tot < field.e_tot - LOWER:
            _restore(field, _state(other))
            stable = second.stable
    return Descent(energies=_distinct(met), stable=stable, external=False)


def follow_down(field: Any) -> Descent:
    """Leave saddle points until the solution is a minimum; the last one stays in ``field``.

    Args:
        field: converged PySCF RHF, ROHF or UHF object.
    """
    energies = [float(field.e_tot)]
    if not has_rotations(field):
        return Descent(energies=tuple(energies), stable=None)
    for _ in range(DESCENTS):
        curvature, direction = softest_rotation(field)
        if curvature > UNSTABLE:
            return Descent(energies=tuple(energies), stable=True)
        before = _state(field)
        second_order(field, step_down(field, direction))
        if not field.converged or field.e_tot > before["e_tot"] - LOWER:
            _restore(field, before)
            return Descent(energies=tuple(energies), stable=False)
        energies.append(float(field.e_tot))
    return Descent(energies=tuple(energies), stable=softest_rotation(field)[0] > UNSTABLE)


def second_order(field: Any, orbitals: FloatArray) -> None:
    """Newton's method from ``orbitals``, polished by DIIS; the outcome is left in ``field``.

    Newton's method finds the way, but stalls where its approximate Hessian meets a tight
    gradient tolerance; DIIS finishes, and is believed where it stayed with that solution.
    """
    newton = field.newton()
    newton.kernel(orbitals, field.mo_occ)
    found = _state(newton)
    field.kernel(dm0=newton.make_rdm1())
    if found["converged"] and not (field.converged and field.e_tot < found["e_tot"] + LOWER):
        _restore(field, found)


def _mixed_frontier(field: Any) -> FloatArray:
    """The orbitals with HOMO and LUMO turned into each other by 45 degrees."""
    occupied = field.mo_occ > 0
    homo = int(np.argmax(np.where(occupied, field.mo_energy, -np.inf)))
    lumo = int(np.argmin(np.where(occupied, np.inf, field.mo_energy)))
    mixed = np.array(field.mo_coeff)
    mixed[:, homo] += field.mo_coeff[:, lumo]
    mixed[:, lumo] -= field.mo_coeff[:, homo]
    mixed[:, [homo, lumo]] /= np.sqrt(2)
    return mixed


def _distinct(energies: list[float]) -> tuple[float, ...]:
    """Highest first; of energies that agree within LOWER, the lower one."""
    found: list[float] = []
    for energy in sorted(energies):
        if not found or energy > found[-1] + LOWER:
            found.append(energy)
    return tuple(reversed(found))


def _state(field: Any) -> dict[str, Any]:
    return {name: getattr(field, name) for name in _STATE}


def _restore(field: Any, state: dict[str, Any]) -> None:
    for name, value in state.items():
        setattr(field, name, value)

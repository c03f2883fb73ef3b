"""Unrestricted coupled cluster, where restricted solutions are unstable.

Beyond an instability restricted coupled cluster starts from the wrong determinant. A
spin-broken one is often the better start, at the price of a spin that is not pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from molpipe.chem.reference.cost import affordable_cluster, full_space_cost
from molpipe.chem.unrestricted import Unrestricted, breaks_symmetry
from molpipe.model.problem import MeanField
from molpipe.model.results import EnergyStatus, EnergyValue


@dataclass(frozen=True, kw_only=True)
class UnrestrictedEnergies:
    """Hartree-Fock, CCSD and CCSD(T) on one unrestricted solution."""

    hf: EnergyValue
    ccsd: EnergyValue
    ccsd_t: EnergyValue

    @classmethod
    def absent(cls, status: EnergyStatus, reason: str) -> Self:
        """None of them, for one reason."""
        value = EnergyValue.missing(status, reason)
        return cls(hf=value, ccsd=value, ccsd_t=value)


def solve_unrestricted(
    mean_field: MeanField, found: Unrestricted | None, wanted: str, *, n_core: int
) -> UnrestrictedEnergies:
    """Coupled cluster on the spin-broken determinant below the restricted one.

    Args:
        mean_field: the restricted solution.
        found: the unrestricted one, None where none is lower.
        wanted: ``full_space`` of the settings.
        n_core: frozen orbitals, the lowest ones of each spin.

    Returns:
        Total energies [Ha]; <S^2> stands with the Hartree-Fock one.
    """
    if not breaks_symmetry(mean_field):
        return UnrestrictedEnergies.absent("not-applicable", "no instability was found")
    if found is None:
        reason = "no unrestricted solution below the restricted one was found"
        return UnrestrictedEnergies.absent("not-applicable", reason)
    cost = full_space_cost(mean_field, n_core, by_spin=True)
    cluster = affordable_cluster(found.field, cost, wanted, n_core=n_core)
    return UnrestrictedEnergies(hf=_hartree_fock(found), ccsd=cluster.ccsd, ccsd_t=cluster.ccsd_t)


def _hartree_fock(found: Unrestricted) -> EnergyValue:
    if found.stable is not False:
        return EnergyValue.ok(found.energy, s2=found.s2)
    reason = "a saddle point: no lower solution was found along its instability"
    return EnergyValue(value=found.energy, status="unconverged", reason=reason, s2=found.s2)

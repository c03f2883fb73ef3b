"""Classical methods in all orbitals of the basis: what lies outside the active space."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from molpipe.chem import determinant
from molpipe.chem.reference.active import ActiveSpace
from molpipe.chem.reference.correlation import Cluster, mp2
from molpipe.chem.reference.cost import affordable_cluster, full_space_cost, why_not
from molpipe.chem.reference.natural import solve_natural
from molpipe.chem.reference.unrestricted import solve_unrestricted
from molpipe.chem.unrestricted import Unrestricted
from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.results import EnergyValue, FullEnergies

_SAME_DETERMINANT: Final = 1e-8
"""The space stands on the Hartree-Fock determinant if the energies [Ha] agree so well."""

_NOT_NEEDED: Final = EnergyValue.missing("not-requested", "auto uses it where CCSD(T) costs more")


@dataclass(frozen=True, kw_only=True, eq=False)
class FullSpace:
    """Energies in all non-core orbitals, and the coupled-cluster run where there was one."""

    energies: FullEnergies
    cluster: Cluster | None
    n_electrons: int


@dataclass(frozen=True, kw_only=True, eq=False)
class _Restricted:
    """What stands on the restricted determinant."""

    mp2: EnergyValue
    cluster: Cluster
    ccsd_t_fno: EnergyValue = _NOT_NEEDED


def solve_full(
    problem: ActiveSpaceProblem,
    wanted: str,
    inside: ActiveSpace,
    *,
    unrestricted: Unrestricted | None,
    integrals: Callable[[], Any],
) -> FullSpace:
    """MP2, CCSD and CCSD(T) outside the active space, as far as ``full_space`` asks.

    The same mean field and frozen core as the active space. Where the restricted solution is
    unstable, unrestricted methods stand beside; where CCSD(T) costs too much, frozen natural
    orbitals stand in for it.

    Args:
        problem: for its mean field and frozen core.
        wanted: ``full_space`` of the settings.
        inside: the answers of the active space, taken over where it is the full one.
        unrestricted: the UHF solution below the restricted one, where there is one.
        integrals: makes the :func:`molpipe.chem.meanfield.workspace` that holds them; it is
            called where something is computed.
    """
    mean_field, n_core = problem.mean_field, problem.n_frozen_core
    found = _restricted(problem, wanted, inside, integrals)
    spin_broken = solve_unrestricted(mean_field, unrestricted, wanted, n_core=n_core)
    energies = FullEnergies(
        hf=EnergyValue.ok(mean_field.energy, s2=problem.s2),
        mp2=found.mp2,
        ccsd=found.cluster.ccsd,
        ccsd_t=found.cluster.ccsd_t,
        hf_unrestricted=spin_broken.hf,
        ccsd_unrestricted=spin_broken.ccsd,
        ccsd_t_unrestricted=spin_broken.ccsd_t,
        ccsd_t_fno=found.ccsd_t_fno,
    )
    left_out = found.cluster.ccsd.status in ("not-requested", "too-expensive")
    return FullSpace(
        energies=energies,
        cluster=None if left_out else found.cluster,
        n_electrons=_n_correlated(problem),
    )


def _restricted(
    problem: ActiveSpaceProblem, wanted: str, inside: ActiveSpace, integrals: Callable[[], Any]
) -> _Restricted:
    if wanted != "none" and not _is_full(problem) and _n_correlated(problem) > 1:
        return _compute(problem, wanted, integrals())
    energy, cluster = inside.mp2, inside.cluster
    if _n_correlated(problem) == 1:
        energy = EnergyValue.ok(problem.mean_field.energy)
        cluster = Cluster(ccsd=energy, ccsd_t=energy)
    no_mp2, no_ccsd, no_triples = (why_not(m, wanted, 0.0) for m in ("mp2", "ccsd", "ccsd_t"))
    return _Restricted(
        mp2=no_mp2 or energy,
        cluster=replace(cluster, ccsd=no_ccsd or cluster.ccsd, ccsd_t=no_triples or cluster.ccsd_t),
    )


def _compute(problem: ActiveSpaceProblem, wanted: str, space: Any) -> _Restricted:
    mean_field, n_core = problem.mean_field, problem.n_frozen_core
    cost = full_space_cost(mean_field, n_core)
    no_mp2 = why_not("mp2", wanted, cost.mp2)
    field = (
        determinant.restricted(mean_field, space)
        if mean_field.kind == "rhf"
        else determinant.unrestricted(mean_field, space, n_core=n_core)
    )
    cluster = affordable_cluster(field, cost, wanted, n_core=n_core)
    if no_mp2 is not None:
        return _Restricted(mp2=no_mp2, cluster=cluster, ccsd_t_fno=no_mp2)
    first = mp2(field, n_core=n_core)
    natural = _NOT_NEEDED
    if cluster.ccsd_t.status == "too-expensive":
        natural = solve_natural(field, first, n_core=n_core)
    return _Restricted(mp2=first.energy, cluster=cluster, ccsd_t_fno=natural)


def _is_full(problem: ActiveSpaceProblem) -> bool:
    """Whether the space is the whole one, and stands on the Hartree-Fock determinant."""
    n_orbitals = len(problem.mean_field.mo_occ) - problem.n_frozen_core
    whole = problem.n_inactive == problem.n_frozen_core and problem.n_orbitals == n_orbitals
    return whole and abs(problem.hf_energy - problem.mean_field.energy) < _SAME_DETERMINANT


def _n_correlated(problem: ActiveSpaceProblem) -> int:
    return sum(problem.mean_field.nelec) - 2 * problem.n_frozen_core

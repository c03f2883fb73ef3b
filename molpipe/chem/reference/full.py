"""Classical methods in all orbitals of the basis: what lies outside the active space."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from molpipe.chem import determinant
from molpipe.chem.basis import build_molecule
from molpipe.chem.meanfield import workspace
from molpipe.chem.reference.active import ActiveSpace
from molpipe.chem.reference.correlation import Cluster, coupled_cluster, mp2
from molpipe.model.problem import ActiveSpaceProblem, MeanField
from molpipe.model.results import EnergyValue, FullEnergies
from molpipe.model.settings import Settings

_CYCLES: Final = 60
_ITERATIONS: Final = 15
_CCSD_RATE: Final = 3.3e9
_TRIPLES_RATE: Final = 1e10
"""Operations a second on one core, measured with PySCF 2.14 from water to benzene/6-31G*."""

_OPEN_SHELL: Final = (3.0, 15.0)
"""How much more CCSD and (T) cost with orbitals for each spin (O2/cc-pVTZ)."""

BUDGET_SECONDS: Final = 20.0
"""What ``auto`` spends on CCSD, and once more on (T), by estimate."""


@dataclass(frozen=True, kw_only=True, eq=False)
class FullSpace:
    """Energies in all non-core orbitals, and the coupled-cluster run where there was one."""

    energies: FullEnergies
    cluster: Cluster | None
    n_electrons: int


def solve_full(problem: ActiveSpaceProblem, settings: Settings, inside: ActiveSpace) -> FullSpace:
    """MP2, CCSD and CCSD(T) outside the active space, as far as ``full_space`` asks.

    The same mean field and frozen core as the active space; where the space already is
    the full one, its numbers are taken over.
    """
    wanted = settings.full_space
    if wanted == "none":
        return _collect(problem, _absent("mp2"), _absent_cluster(), ran=False)
    if _is_full(problem):
        found = Cluster(
            ccsd=_absent("ccsd") if wanted == "mp2" else inside.cluster.ccsd,
            ccsd_t=inside.cluster.ccsd_t if wanted in ("auto", "ccsd_t") else _absent("ccsd_t"),
            t1=inside.cluster.t1,
            t2=inside.cluster.t2,
        )
        return _collect(problem, inside.mp2, found, ran=wanted != "mp2")
    if _n_correlated(problem) == 1:
        value = EnergyValue.ok(problem.mean_field.energy)
        return _collect(problem, value, Cluster(ccsd=value, ccsd_t=value), ran=False)
    return _compute(problem, settings)


def ccsd_seconds(mean_field: MeanField, n_core: int) -> tuple[float, float]:
    """Estimated seconds on one core for CCSD and for (T)."""
    alpha, beta = mean_field.nelec
    o, v = alpha - n_core, len(mean_field.mo_occ) - beta
    ccsd = _ITERATIONS * (o**2 * v**4 + 4 * o**3 * v**3) / _CCSD_RATE
    triples = o**3 * v**4 / _TRIPLES_RATE
    more = (1.0, 1.0) if alpha == beta else _OPEN_SHELL
    return ccsd * more[0], triples * more[1]


def _compute(problem: ActiveSpaceProblem, settings: Settings) -> FullSpace:
    mean_field, n_core = problem.mean_field, problem.n_frozen_core
    memory_gb = settings.limits.memory_gb
    space = workspace(build_molecule(problem.geometry, mean_field.basis, memory_gb=memory_gb))
    field = (
        determinant.restricted(mean_field, space)
        if mean_field.kind == "rhf"
        else determinant.unrestricted(mean_field, space, n_core=n_core)
    )
    first = mp2(field, n_core=n_core)
    if settings.full_space == "mp2":
        return _collect(problem, first.energy, _absent_cluster(), ran=False)
    seconds = ccsd_seconds(mean_field, n_core)
    automatic = settings.full_space == "auto"
    if automatic and seconds[0] > BUDGET_SECONDS:
        left_out = Cluster(
            ccsd=_too_long("CCSD", seconds[0]), ccsd_t=_too_long("(T)", sum(seconds))
        )
        return _collect(problem, first.energy, left_out, ran=False)
    affordable = seconds[1] <= BUDGET_SECONDS
    triples = affordable if automatic else settings.full_space == "ccsd_t"
    found = coupled_cluster(field, n_core=n_core, triples=triples, cycles=_CYCLES)
    if automatic and not affordable and found.ccsd.status == "ok":
        found = Cluster(
            ccsd=found.ccsd, ccsd_t=_too_long("(T)", seconds[1]), t1=found.t1, t2=found.t2
        )
    return _collect(problem, first.energy, found, ran=True)


def _collect(
    problem: ActiveSpaceProblem, mp2_energy: EnergyValue, cluster: Cluster, *, ran: bool
) -> FullSpace:
    unrestricted = EnergyValue.missing("not-requested", _why_not_unrestricted(problem.mean_field))
    energies = FullEnergies(
        hf=EnergyValue.ok(problem.mean_field.energy, s2=problem.s2),
        mp2=mp2_energy,
        ccsd=cluster.ccsd,
        ccsd_t=cluster.ccsd_t,
        ccsd_unrestricted=unrestricted,
        ccsd_t_unrestricted=unrestricted,
    )
    return FullSpace(
        energies=energies,
        cluster=cluster if ran else None,
        n_electrons=_n_correlated(problem),
    )


def _is_full(problem: ActiveSpaceProblem) -> bool:
    n_orbitals = len(problem.mean_field.mo_occ) - problem.n_frozen_core
    return problem.n_inactive == problem.n_frozen_core and problem.n_orbitals == n_orbitals


def _n_correlated(problem: ActiveSpaceProblem) -> int:
    return sum(problem.mean_field.nelec) - 2 * problem.n_frozen_core


def _why_not_unrestricted(mean_field: MeanField) -> str:
    unstable = mean_field.stable_external is False or mean_field.stable_internal is False
    if unstable or mean_field.followed_from is not None:
        return "not built yet: an instability was found, so it would tell something"
    return "no instability was found"


def _too_long(name: str, seconds: float) -> EnergyValue:
    reason = (
        f"{name} would take about {seconds:.0f} s on one core, auto spends {BUDGET_SECONDS:.0f} s"
    )
    return EnergyValue.missing("too-expensive", reason)


def _absent(level: str) -> EnergyValue:
    return EnergyValue.missing("not-requested", f"full_space = {level} computes it")


def _absent_cluster() -> Cluster:
    return Cluster(ccsd=_absent("ccsd"), ccsd_t=_absent("ccsd_t"))

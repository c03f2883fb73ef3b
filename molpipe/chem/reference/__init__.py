"""The classical answers to one problem: inside the active space, and around it."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

from molpipe.chem.basis import build_molecule
from molpipe.chem.diagnostics import Evidence, diagnose
from molpipe.chem.meanfield import workspace
from molpipe.chem.reference.active import ActiveSpace, solve_active
from molpipe.chem.reference.casci import solve_casci
from molpipe.chem.reference.correlation import Cluster
from molpipe.chem.reference.full import FullSpace, solve_full
from molpipe.chem.unrestricted import breaks_symmetry, find_unrestricted
from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.results import ActiveEnergies, EnergyValue, ReferenceEnergies
from molpipe.model.settings import Settings

__all__ = ["reference_energies"]


def reference_energies(problem: ActiveSpaceProblem, settings: Settings) -> ReferenceEnergies:
    """HF, MP2, CCSD, CCSD(T) and CASCI of the problem, and the full space by its cost.

    A reference that fails is a status of that reference; the others stand.

    Args:
        problem: the active-space Hamiltonian that VQE will get too.
        settings: ``full_space`` and ``limits.memory_gb`` are used.

    Returns:
        Total energies [Ha] and amplitudes in the orbitals of the problem.
    """
    inside, exact = solve_active(problem), solve_casci(problem)
    mean_field, integrals = problem.mean_field, cache(lambda: _integrals(problem, settings))
    unrestricted = (
        find_unrestricted(mean_field, integrals()) if breaks_symmetry(mean_field) else None
    )
    outside = solve_full(
        problem, settings.full_space, inside, unrestricted=unrestricted, integrals=integrals
    )
    return ReferenceEnergies(
        active=ActiveEnergies(
            hf=EnergyValue.ok(problem.hf_energy, s2=problem.s2),
            mp2=inside.mp2,
            ccsd=inside.cluster.ccsd,
            ccsd_t=inside.cluster.ccsd_t,
            casci=exact.casci,
        ),
        full=outside.energies,
        sector_minimum=exact.sector_minimum,
        mp2_amplitudes=inside.mp2_amplitudes,
        ccsd_amplitudes=inside.ccsd_amplitudes,
        diagnostics=diagnose(
            problem,
            _evidence(problem, inside, outside),
            exact.casci,
            unrestricted=unrestricted,
            integrals=integrals,
        ),
        casci_seconds=exact.seconds,
        ccsd_seconds=inside.cluster.seconds,
    )


def _integrals(problem: ActiveSpaceProblem, settings: Settings) -> Any:
    mean_field, memory_gb = problem.mean_field, settings.limits.memory_gb
    molecule = build_molecule(problem.geometry, mean_field.basis, memory_gb=memory_gb)
    return workspace(molecule, mean_field.reaction_field)


def _evidence(problem: ActiveSpaceProblem, inside: ActiveSpace, outside: FullSpace) -> Evidence:
    """Coupled cluster of the full space where it ran, else of the active space."""
    if outside.cluster is None:
        return _from("active", sum(problem.nelec), problem.hf_energy, inside.cluster)
    return _from("full", outside.n_electrons, problem.mean_field.energy, outside.cluster)


def _from(
    space: Literal["full", "active"], n_electrons: int, hf_energy: float, cluster: Cluster
) -> Evidence:
    return Evidence.of(
        space,
        n_electrons,
        hf_energy,
        ccsd=cluster.ccsd,
        ccsd_t=cluster.ccsd_t,
        t1=cluster.t1,
        t2=cluster.t2,
    )

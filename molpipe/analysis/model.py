"""The model verdict: how far the Hamiltonian (space, basis, geometry) can be believed."""

from __future__ import annotations

from dataclasses import dataclass

from molpipe.model.comparison import Model, ModelVerdict
from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.results import FullEnergies, ReferenceEnergies

MINIMAL_BASES = ("sto", "minao")
"""Basis sets whose name starts so are too small for any number but a teaching example."""

SUPPORTED_SHARE = 0.9
"""Share of the full-space correlation that a space must hold to be supported."""

LEAST_CORRELATION = 1e-4
"""Below this [Ha] a share of the correlation energy means nothing."""

EMBEDDED, OPTIMISED = "ETKDG", "optimised at"
"""How the origin of a geometry begins that was made from a drawing, and what it holds if an
electronic method then optimised it."""


@dataclass(frozen=True)
class FullSpaceJudge:
    """The best affordable classical energy [Ha] of all orbitals that are not frozen."""

    name: str
    energy: float


def full_space_judge(
    problem: ActiveSpaceProblem, references: ReferenceEnergies
) -> FullSpaceJudge | None:
    """CASCI where the space is the whole one, else CCSD(T), whole, with frozen natural orbitals
    or without triples, if these may judge.
    """
    casci = references.active.casci.good
    if holds_every_orbital(problem) and casci is not None:
        return FullSpaceJudge("casci", casci)
    if not references.diagnostics.may_ccsd_judge:
        return None
    full: FullEnergies = references.full
    for name in ("ccsd_t", "ccsd_t_fno", "ccsd"):
        energy = getattr(full, name).good
        if energy is not None:
            return FullSpaceJudge(name, energy)
    return None


def judge_model(problem: ActiveSpaceProblem, references: ReferenceEnergies) -> Model:
    """The verdict on the Hamiltonian itself."""
    judge = full_space_judge(problem, references)
    share = _share(problem, references, judge)
    return Model(
        verdict=_verdict(problem, references, share, judge),
        active_share_of_correlation=share,
        full_space_judge=None if judge is None else judge.name,
    )


def holds_every_orbital(problem: ActiveSpaceProblem) -> bool:
    """Whether nothing but the frozen core is outside the active space."""
    n_mo = problem.mean_field.mo_energy.size
    whole = problem.n_orbitals == n_mo - problem.n_frozen_core
    return whole and problem.n_inactive == problem.n_frozen_core


def has_minimal_basis(problem: ActiveSpaceProblem) -> bool:
    """Whether the basis set is a minimal one."""
    return problem.mean_field.basis.lower().startswith(MINIMAL_BASES)


def has_force_field_geometry(problem: ActiveSpaceProblem) -> bool:
    """Whether the geometry was made from a drawing and no electronic method improved it."""
    origin = problem.geometry.origin
    return origin.startswith(EMBEDDED) and OPTIMISED not in origin


def _share(
    problem: ActiveSpaceProblem, references: ReferenceEnergies, judge: FullSpaceJudge | None
) -> float | None:
    if holds_every_orbital(problem):
        return 1.0
    inside = references.active.casci.good or references.active.ccsd.good
    if judge is None or inside is None:
        return None
    hf = problem.mean_field.energy  # both spaces are measured from Hartree-Fock's own energy
    if hf - judge.energy < LEAST_CORRELATION:
        return None
    return (hf - inside) / (hf - judge.energy)


def _verdict(
    problem: ActiveSpaceProblem,
    references: ReferenceEnergies,
    share: float | None,
    judge: FullSpaceJudge | None,
) -> ModelVerdict:
    if references.diagnostics.flag == "red":
        return "multireference"
    if judge is None:
        return "unknown"
    too_small = share is not None and share < SUPPORTED_SHARE
    limited = too_small or has_minimal_basis(problem) or has_force_field_geometry(problem)
    return "limited" if limited else "supported"

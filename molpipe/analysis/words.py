"""What weakens a result, in plain sentences."""

from __future__ import annotations

from molpipe.analysis.model import (
    SUPPORTED_SHARE,
    FullSpaceJudge,
    full_space_judge,
    has_force_field_geometry,
    has_minimal_basis,
    holds_every_orbital,
)
from molpipe.analysis.surroundings import describe_solvent
from molpipe.model.comparison import Model
from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.results import ReferenceEnergies, VQEResult
from molpipe.units import mha

NOTHING = 1e-5
"""Correlation energy [Ha] that counts as none."""

METHODS = {
    "casci": "CASCI",
    "ccsd_t": "CCSD(T)",
    "ccsd_t_fno": "CCSD(T) with frozen natural orbitals",
    "ccsd": "CCSD",
}
"""What may judge all orbitals, as people write it."""


def explanation(
    problem: ActiveSpaceProblem,
    references: ReferenceEnergies,
    vqe: VQEResult,
    model: Model,
) -> str:
    """Why the verdicts are what they are, in plain sentences."""
    return " ".join(
        sentence
        for sentence in (
            _about_vqe(vqe),
            _about_standstill(problem, references, vqe),
            _about_space(problem, references, vqe, model),
            _about_basis(problem),
            _about_geometry(problem),
            _about_solvent(problem),
            _about_reference(references),
        )
        if sentence
    )


def _about_standstill(
    problem: ActiveSpaceProblem, references: ReferenceEnergies, vqe: VQEResult
) -> str:
    exact = references.sector_minimum
    found, missing = problem.hf_energy - vqe.energy, problem.hf_energy - (exact or vqe.energy)
    if missing < NOTHING or found > NOTHING:
        return ""
    return (
        "The optimiser stayed at the Hartree-Fock energy, a stationary point of this circuit: "
        "try restarts, more layers, another seed or another start."
    )


def _about_vqe(vqe: VQEResult) -> str:
    if vqe.status == "converged":
        return ""
    return f"The optimiser ended with status {vqe.status}: the VQE energy is an upper bound only."


def _about_space(
    problem: ActiveSpaceProblem, references: ReferenceEnergies, vqe: VQEResult, model: Model
) -> str:
    if holds_every_orbital(problem):
        return "The space holds every orbital outside the frozen core: all of their correlation."
    share, judge = model.active_share_of_correlation, full_space_judge(problem, references)
    if share is None or judge is None:
        why = _why_unknown(references, judge)
        return f"The share of the full-space correlation that the space holds is unknown: {why}."
    name = METHODS[judge.name]
    held = f"The space holds {100 * share:.0f} % of the correlation energy of all orbitals"
    if share >= SUPPORTED_SHARE:
        return f"{held}, by {name}."
    return (
        f"{held}. {name} in all orbitals lies {mha(vqe.energy - judge.energy):.1f} mHa below VQE: "
        "correlation that the Hamiltonian given to VQE never held. That is no error of the solver, "
        "and agreement with CASCI inside the space is no success of the model."
    )


def _why_unknown(references: ReferenceEnergies, judge: FullSpaceJudge | None) -> str:
    if judge is not None:
        return "there is next to no correlation"
    if not references.diagnostics.may_ccsd_judge:
        return "by its diagnostics CCSD may not judge all orbitals"
    return references.full.ccsd.reason or f"CCSD in all orbitals is {references.full.ccsd.status}"


def _about_basis(problem: ActiveSpaceProblem) -> str:
    if has_minimal_basis(problem):
        return f"{problem.mean_field.basis} is a minimal basis: textbook numbers, not chemistry."
    return ""


def _about_geometry(problem: ActiveSpaceProblem) -> str:
    if has_force_field_geometry(problem):
        return (
            f"The geometry was not optimised by an electronic method ({problem.geometry.origin})."
        )
    return ""


def _about_solvent(problem: ActiveSpaceProblem) -> str:
    if problem.mean_field.reaction_field is None:
        return ""
    return f"Solvent: {describe_solvent(problem)}; this is no solvation free energy."


def _about_reference(references: ReferenceEnergies) -> str:
    diagnostics = references.diagnostics
    if diagnostics.may_ccsd_judge:
        return ""
    why = "; ".join(diagnostics.reasons) or "its diagnostics disagree"
    return f"CCSD may not judge here: {why}."

"""The comparison of one row: both verdicts, the ladder and the words."""

from __future__ import annotations

from molpipe.analysis.ladder import build_ladder
from molpipe.analysis.model import judge_model
from molpipe.analysis.solver import Judge, choose_judge, judge_solver
from molpipe.analysis.words import explanation, headline
from molpipe.model.comparison import Comparison
from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.results import EnergyValue, ReferenceEnergies, VQEResult
from molpipe.units import mha

LEAST_CORRELATION = 1e-4
"""Below this correlation energy [Ha] its recovered fraction means nothing."""


def judge(problem: ActiveSpaceProblem, references: ReferenceEnergies, vqe: VQEResult) -> Comparison:
    """Compare VQE with the references: first inside its own active space, then outside."""
    active = references.active
    chosen = choose_judge(references, vqe.s2)
    solver = judge_solver(chosen, references, vqe)
    model = judge_model(problem, references)
    recovered, why_not = _recovered(vqe.energy, active.hf, chosen)
    return Comparison(
        vqe_minus_hf_mha=_minus(vqe.energy, active.hf),
        vqe_minus_ccsd_mha=_minus(vqe.energy, active.ccsd),
        vqe_minus_casci_mha=_minus(vqe.energy, active.casci),
        solver=solver,
        model=model,
        correlation_recovered=recovered,
        correlation_recovered_reason=why_not,
        ladder=build_ladder(problem, references, vqe),
        headline=headline(solver, model),
        explanation=explanation(problem, references, vqe, solver, model),
    )


def _minus(energy: float, reference: EnergyValue) -> float | None:
    return None if reference.good is None else mha(energy - reference.good)


def _recovered(
    energy: float, hf: EnergyValue, chosen: Judge | None
) -> tuple[float | None, str | None]:
    """(E_HF - E_VQE) / (E_HF - E_judge), or why it is not given."""
    if chosen is None or chosen.name != "casci" or hf.good is None:
        return None, "the judge is not exact"
    correlation = hf.good - chosen.energy
    if correlation < LEAST_CORRELATION:
        return None, f"the correlation energy in the space is only {mha(correlation):.4f} mHa"
    return (hf.good - energy) / correlation, None

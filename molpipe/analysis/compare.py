"""The comparison of one row: both verdicts, the ladder and the words."""

from __future__ import annotations

from dataclasses import replace

from molpipe.analysis.headline import headline
from molpipe.analysis.ladder import build_ladder
from molpipe.analysis.model import judge_model
from molpipe.analysis.solver import State, best_determinant, choose_judge, judge_solver
from molpipe.analysis.words import explanation
from molpipe.model.comparison import Comparison, Solver
from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.results import EnergyValue, ReferenceEnergies, VQEResult
from molpipe.units import mha

LEAST_CORRELATION = 1e-4
"""Below this correlation energy [Ha] its recovered fraction means nothing."""

_NOT_EXACT = "the judge is not exact"


def judge(problem: ActiveSpaceProblem, references: ReferenceEnergies, vqe: VQEResult) -> Comparison:
    """Compare VQE with the references: first inside its own active space, then outside."""
    active = references.active
    state = State(energy=vqe.energy, s2=vqe.s2, electron_deviation=vqe.electron_deviation)
    may_ccsd_judge = references.diagnostics.may_ccsd_judge
    solver = judge_solver(
        choose_judge(active, state, may_ccsd_judge=may_ccsd_judge),
        state,
        best_determinant(active.hf, references.full.hf),
    )
    model = judge_model(problem, references)
    recovered, why_not = _recovered(vqe.energy, active.hf, active.casci, solver)
    exact_seconds = None if active.casci.good is None else references.casci_seconds
    return Comparison(
        vqe_minus_hf_mha=_minus(vqe.energy, active.hf),
        vqe_minus_ccsd_mha=_minus(vqe.energy, active.ccsd),
        vqe_minus_casci_mha=_minus(vqe.energy, active.casci),
        solver=solver,
        model=model,
        correlation_recovered=recovered,
        correlation_recovered_reason=why_not,
        ladder=build_ladder(problem, references, vqe),
        headline=headline(solver, model, exact_seconds=exact_seconds, vqe_seconds=vqe.seconds),
        explanation=explanation(problem, references, vqe, model),
        exact_seconds=exact_seconds,
        vqe_seconds=vqe.seconds,
    )


def judged_again(comparison: Comparison, solver: Solver) -> Comparison:
    """The same comparison under another solver verdict, with the words that follow from it."""
    words = headline(
        solver,
        comparison.model,
        exact_seconds=comparison.exact_seconds,
        vqe_seconds=comparison.vqe_seconds,
    )
    judged = replace(comparison, solver=solver, headline=words)
    if solver.judge == "casci":
        return judged
    return replace(judged, correlation_recovered=None, correlation_recovered_reason=_NOT_EXACT)


def _minus(energy: float, reference: EnergyValue) -> float | None:
    return None if reference.good is None else mha(energy - reference.good)


def _recovered(
    energy: float, hf: EnergyValue, casci: EnergyValue, solver: Solver
) -> tuple[float | None, str | None]:
    """(E_HF - E_VQE) / (E_HF - E_CASCI), or why it is not given."""
    if solver.judge != "casci" or casci.good is None or hf.good is None:
        return None, _NOT_EXACT
    correlation = hf.good - casci.good
    if correlation < LEAST_CORRELATION:
        return None, f"the correlation energy in the space is only {mha(correlation):.4f} mHa"
    return (hf.good - energy) / correlation, None

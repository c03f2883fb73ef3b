"""The two sentences that a reader sees first. They never say more than the verdicts do."""

from __future__ import annotations

from molpipe.analysis.model import has_minimal_basis, holds_every_orbital
from molpipe.model.comparison import Model, Solver
from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.results import ReferenceEnergies, VQEResult

WRONG_ELECTRONS = 1e-3
"""Squared deviation of the electron numbers from which on it is worth a sentence."""

NOTHING = 1e-5
"""Correlation energy [Ha] that counts as none."""

_SOLVER = {
    "reproduces": "VQE reproduces the {judge} energy of its Hamiltonian",
    "trivial": "VQE agrees with {judge}, but so does Hartree-Fock: nothing was tested",
    "misses": "VQE misses the {judge} energy of its Hamiltonian",
    "undecided": "VQE and {judge} are closer than {judge} itself is reliable: undecided",
    "no-judge": "no reference may judge this VQE energy",
}

_MODEL = {
    "supported": "the Hamiltonian is supported by the full-space reference",
    "limited": "the Hamiltonian itself is limited",
    "multireference": "the molecule is multireference, so the classical references outside "
    "the space may not judge the Hamiltonian",
    "unknown": "how good the Hamiltonian is stays unknown",
}


def headline(solver: Solver, model: Model) -> str:
    """One sentence, never better than the weaker verdict."""
    judge = (solver.judge or "").upper()
    first = _SOLVER[solver.verdict].format(judge=judge)
    if solver.vqe_minus_judge_mha is not None and solver.verdict in ("reproduces", "misses"):
        first += f" ({_signed(solver.vqe_minus_judge_mha)} mHa)"
    return f"{first}; {_MODEL[model.verdict]}. Simulated classically."


def explanation(
    problem: ActiveSpaceProblem,
    references: ReferenceEnergies,
    vqe: VQEResult,
    solver: Solver,
    model: Model,
) -> str:
    """Why the verdicts are what they are, in plain sentences."""
    return " ".join(
        sentence
        for sentence in (
            _about_vqe(vqe),
            _about_standstill(problem, references, vqe),
            _about_electrons(vqe),
            _about_judge(references, vqe, solver),
            _about_space(problem, model),
            _about_basis(problem),
            _about_reference(references),
        )
        if sentence
    )


def _signed(mha: float) -> str:
    """Three decimals, a true minus sign, and no sign on zero."""
    rounded = round(mha, 3)
    return f"{rounded:+.3f}".replace("-", "−") if rounded else "0.000"


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


def _about_electrons(vqe: VQEResult) -> str:
    if vqe.electron_deviation < WRONG_ELECTRONS:
        return ""
    return (
        f"The state is no state of this molecule: its electron numbers vary by "
        f"{vqe.electron_deviation:.2g}."
    )


def _about_vqe(vqe: VQEResult) -> str:
    if vqe.status == "converged":
        return ""
    return f"The optimiser ended with status {vqe.status}: the VQE energy is an upper bound only."


def _about_judge(references: ReferenceEnergies, vqe: VQEResult, solver: Solver) -> str:
    casci = references.active.casci
    if solver.judge == "casci":
        seconds = references.casci_seconds or 0.0
        return f"The exact solution took {seconds:.3g} s, VQE {vqe.seconds:.3g} s on a simulator."
    if solver.judge == "ccsd":
        return "The exact solution is out of reach; CCSD in the same space stands in for it."
    if casci.good is not None and casci.s2 is not None:
        return f"VQE has <S^2> = {vqe.s2:.3f}, CASCI {casci.s2:.3f}: two different states."
    return f"CASCI is {casci.status} and CCSD may not stand in for it."


def _about_space(problem: ActiveSpaceProblem, model: Model) -> str:
    if holds_every_orbital(problem):
        return "The space holds every orbital outside the frozen core."
    share = model.active_share_of_correlation
    if share is None:
        return "The share of the full-space correlation that the space holds is unknown."
    return (
        f"The space holds {100 * share:.0f} % of the correlation energy of all orbitals "
        f"({model.full_space_judge}); the rest is no error of the solver, "
        "and no success of the model."
    )


def _about_basis(problem: ActiveSpaceProblem) -> str:
    if has_minimal_basis(problem):
        return f"{problem.mean_field.basis} is a minimal basis: textbook numbers, not chemistry."
    return ""


def _about_reference(references: ReferenceEnergies) -> str:
    diagnostics = references.diagnostics
    if diagnostics.may_ccsd_judge:
        return ""
    why = "; ".join(diagnostics.reasons) or "its diagnostics disagree"
    return f"CCSD may not judge here: {why}."

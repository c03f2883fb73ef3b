"""The solver verdict: VQE against the exact answer of the same Hamiltonian."""

from __future__ import annotations

from dataclasses import dataclass

from molpipe.model.comparison import Solver, SolverVerdict
from molpipe.model.results import ReferenceEnergies, VQEResult
from molpipe.units import CHEMICAL_ACCURACY, kcal_mol, mha

SAME_SPIN = 1e-2
"""Largest difference of <S^2> between two states that count as the same spin."""

LEAST_CCSD_UNCERTAINTY = 5e-4
"""CCSD as a judge is never trusted better than this [Ha]."""


@dataclass(frozen=True)
class Judge:
    """The reference that judges, its energy and its own uncertainty [Ha]."""

    name: str
    energy: float
    uncertainty: float


def choose_judge(references: ReferenceEnergies, s2: float) -> Judge | None:
    """CASCI in the same spin state; CCSD only where CASCI is out of reach and may be trusted.

    The uncertainty of CCSD is the size of its triples correction in the same space.
    """
    active = references.active
    if active.casci.good is not None:
        same_spin = active.casci.s2 is None or abs(active.casci.s2 - s2) < SAME_SPIN
        return Judge("casci", active.casci.good, 0.0) if same_spin else None
    if active.casci.status != "too-expensive" or not references.diagnostics.may_ccsd_judge:
        return None
    if active.ccsd.good is None or active.ccsd_t.good is None:
        return None
    triples = abs(active.ccsd_t.good - active.ccsd.good)
    return Judge("ccsd", active.ccsd.good, max(triples, LEAST_CCSD_UNCERTAINTY))


def judge_solver(judge: Judge | None, references: ReferenceEnergies, vqe: VQEResult) -> Solver:
    """The verdict on ``vqe``; without a judge there is none."""
    if judge is None:
        return Solver(
            judge=None,
            judge_uncertainty_mha=None,
            vqe_minus_judge_mha=None,
            vqe_minus_judge_kcal_mol=None,
            within_1_kcal_mol=None,
            verdict="no-judge",
        )
    difference = vqe.energy - judge.energy
    hf = references.active.hf.good
    return Solver(
        judge=judge.name,
        judge_uncertainty_mha=mha(judge.uncertainty),
        vqe_minus_judge_mha=mha(difference),
        vqe_minus_judge_kcal_mol=kcal_mol(difference),
        within_1_kcal_mol=abs(difference) <= CHEMICAL_ACCURACY,
        verdict=_verdict(difference, None if hf is None else hf - judge.energy, judge.uncertainty),
    )


def _verdict(difference: float, hf_difference: float | None, uncertainty: float) -> SolverVerdict:
    distance = abs(difference)
    if distance - uncertainty > CHEMICAL_ACCURACY:
        return "misses"
    if distance + uncertainty > CHEMICAL_ACCURACY:
        return "undecided"
    if hf_difference is not None and abs(hf_difference) + uncertainty <= CHEMICAL_ACCURACY:
        return "trivial"
    return "reproduces"

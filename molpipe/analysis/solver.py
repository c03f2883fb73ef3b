"""The solver verdict: VQE against the exact answer of the same Hamiltonian."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from molpipe.model.comparison import Solver, SolverVerdict
from molpipe.model.document import ActiveEnergiesBlock
from molpipe.model.results import ActiveEnergies, EnergyValue
from molpipe.units import CHEMICAL_ACCURACY, kcal_mol, mha

SAME_SPIN = 1e-2
"""Largest difference of <S^2> between two states that count as the same spin."""

WRONG_ELECTRONS = 1e-3
"""Squared deviation of the electron numbers from which on a state is another molecule's."""

LEAST_CCSD_UNCERTAINTY = 5e-4
"""CCSD as a judge is never trusted better than this [Ha]."""

JudgeName = Literal["casci", "ccsd"]


@dataclass(frozen=True)
class Judge:
    """The reference that judges, its energy and its own uncertainty [Ha]."""

    name: JudgeName
    energy: float
    uncertainty: float
    reason: str


@dataclass(frozen=True)
class NoJudge:
    """Why no reference may judge."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class State:
    """What is judged: energy [Ha], <S^2>, and how far its electron numbers vary."""

    energy: float
    s2: float
    electron_deviation: float = 0.0


SpaceEnergies = ActiveEnergies | ActiveEnergiesBlock
"""The energies of one active space, of a calculation or of a row of results.json."""


def choose_judge(energies: SpaceEnergies, state: State, *, may_ccsd_judge: bool) -> Judge | NoJudge:
    """CASCI in the same spin state; CCSD only where CASCI is out of reach and may be trusted."""
    if energies.casci.status == "too-expensive":
        return judge_by("ccsd", energies, state, may_ccsd_judge=may_ccsd_judge)
    return judge_by("casci", energies, state, may_ccsd_judge=may_ccsd_judge)


def judge_by(
    name: JudgeName, energies: SpaceEnergies, state: State, *, may_ccsd_judge: bool
) -> Judge | NoJudge:
    """The named reference as a judge of ``state``, or why it may not be one.

    No reference judges a state of another spin, or of other electron numbers. The uncertainty
    of CCSD is the size of its triples correction in the same space.
    """
    if state.electron_deviation > WRONG_ELECTRONS:
        deviation = f"{state.electron_deviation:.2g}"
        return NoJudge(f"The electron numbers of the VQE state vary by {deviation}.")
    return _casci(energies, state) if name == "casci" else _ccsd(energies, state, may_ccsd_judge)


def best_determinant(space: EnergyValue, full: EnergyValue) -> EnergyValue:
    """The lower one of the space's determinant and of Hartree-Fock's own.

    They differ where the space mixes occupied and empty orbitals.
    """
    if space.good is None or full.good is None:
        return space
    return min(space, full, key=lambda hf: hf.value or 0.0)


def judge_solver(judge: Judge | NoJudge, state: State, hf: EnergyValue) -> Solver:
    """The verdict on ``state``; without a judge there is none.

    ``hf`` is the Hartree-Fock energy, see :func:`best_determinant`.
    """
    if isinstance(judge, NoJudge):
        return Solver(
            judge=None,
            judge_uncertainty_mha=None,
            vqe_minus_judge_mha=None,
            vqe_minus_judge_kcal_mol=None,
            within_1_kcal_mol=None,
            verdict="no-judge",
            reason=judge.reason,
        )
    difference = state.energy - judge.energy
    return Solver(
        judge=judge.name,
        judge_uncertainty_mha=mha(judge.uncertainty),
        vqe_minus_judge_mha=mha(difference),
        vqe_minus_judge_kcal_mol=kcal_mol(difference),
        within_1_kcal_mol=abs(difference) <= CHEMICAL_ACCURACY,
        verdict=_verdict(
            difference, None if hf.good is None else hf.good - judge.energy, judge.uncertainty
        ),
        reason=judge.reason,
    )


def _casci(energies: SpaceEnergies, state: State) -> Judge | NoJudge:
    casci = energies.casci
    if casci.good is None:
        return NoJudge(f"CASCI is {casci.status.replace('-', ' ')}: {casci.reason}.")
    if casci.s2 is not None and abs(casci.s2 - state.s2) > SAME_SPIN:
        return NoJudge(_other_spin(state, "CASCI", casci.s2))
    return Judge("casci", casci.good, 0.0, "CASCI is the exact solution of the same Hamiltonian.")


def _ccsd(energies: SpaceEnergies, state: State, may_judge: bool) -> Judge | NoJudge:
    """The spin that CCSD was asked for is that of its determinant."""
    ccsd, ccsd_t, spin = energies.ccsd.good, energies.ccsd_t.good, energies.hf.s2
    if not may_judge:
        return NoJudge("By its diagnostics CCSD may not stand in for CASCI, which is out of reach.")
    if ccsd is None or ccsd_t is None:
        return NoJudge("CASCI is out of reach, and CCSD(T) in the same space did not converge.")
    if spin is not None and abs(spin - state.s2) > SAME_SPIN:
        return NoJudge(_other_spin(state, "CCSD", spin))
    uncertainty = max(abs(ccsd_t - ccsd), LEAST_CCSD_UNCERTAINTY)
    reason = f"CCSD in the same space stands in for CASCI, uncertain by {mha(uncertainty):.2f} mHa."
    return Judge("ccsd", ccsd, uncertainty, reason)


def _other_spin(state: State, name: str, s2: float) -> str:
    return f"VQE has <S^2> = {state.s2:.3f}, {name} {s2:.3f}: two different states."


def _verdict(difference: float, hf_difference: float | None, uncertainty: float) -> SolverVerdict:
    """A difference that the judge's own uncertainty may have made decides nothing."""
    distance = abs(difference)
    if distance - uncertainty > CHEMICAL_ACCURACY:
        return "misses"
    if distance < uncertainty or distance + uncertainty > CHEMICAL_ACCURACY:
        return "undecided"
    if hf_difference is not None and abs(hf_difference) + uncertainty <= CHEMICAL_ACCURACY:
        return "trivial"
    return "reproduces"

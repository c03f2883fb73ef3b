"""The verdict on one row: the solver, the model, and the ladder between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

SolverVerdict = Literal["reproduces", "trivial", "misses", "undecided", "no-judge"]
ModelVerdict = Literal["supported", "limited", "multireference", "unknown"]
Bound = Literal["exact", "lower", "upper", "estimate", "unknown"]


@dataclass(frozen=True, kw_only=True)
class Solver:
    """VQE against the exact answer of the same Hamiltonian.

    ``judge`` names the method (casci or ccsd); differences are signed, VQE minus judge.
    ``reason`` says why this method judges, or why none may.
    """

    judge: str | None
    judge_uncertainty_mha: float | None
    vqe_minus_judge_mha: float | None
    vqe_minus_judge_kcal_mol: float | None
    within_1_kcal_mol: bool | None
    verdict: SolverVerdict
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Model:
    """How far the Hamiltonian itself can be believed.

    ``active_share_of_correlation`` is the fraction of the full-space correlation energy
    that the active space holds.
    """

    verdict: ModelVerdict
    active_share_of_correlation: float | None
    full_space_judge: str | None


@dataclass(frozen=True, kw_only=True)
class LadderStep:
    """One measured (or bounded, or unknown) difference [mHa] between two rungs."""

    step: str
    mha: float | None
    bound: Bound
    source: str


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The comparison block of a row; differences in millihartree, inside the active space.

    ``exact_seconds`` is the wall time [s] of the exact solution, None where there is none,
    ``vqe_seconds`` that of the VQE, on a classical simulator.
    """

    SCHEMA_VERSION: ClassVar[int] = 2

    vqe_minus_hf_mha: float | None
    vqe_minus_ccsd_mha: float | None
    vqe_minus_casci_mha: float | None
    solver: Solver
    model: Model
    correlation_recovered: float | None
    correlation_recovered_reason: str | None
    ladder: tuple[LadderStep, ...]
    headline: str
    explanation: str
    exact_seconds: float | None = None
    vqe_seconds: float | None = None

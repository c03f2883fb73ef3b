"""The one sentence that a reader sees first. It never says more than the weaker verdict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from molpipe.model.comparison import Model, ModelVerdict, Solver, SolverVerdict

SEVERITY: Final[Mapping[SolverVerdict | ModelVerdict, int]] = {
    "supported": 0,
    "reproduces": 0,
    "limited": 1,
    "trivial": 2,
    "unknown": 3,
    "undecided": 3,
    "multireference": 4,
    "no-judge": 4,
    "misses": 5,
}
"""How much each verdict weakens a result; 0 is what one hopes for."""

LEADING: Final[Mapping[SolverVerdict | ModelVerdict, str]] = {
    "supported": "Supported",
    "reproduces": "Reproduced",
    "limited": "Limited",
    "trivial": "Trivial",
    "unknown": "Unknown",
    "undecided": "Undecided",
    "multireference": "Multireference",
    "no-judge": "Not judged",
    "misses": "Missed",
}
"""The word that a headline begins with."""

_SOLVER: Final[Mapping[SolverVerdict, str]] = {
    "reproduces": "VQE reproduces the {judge} energy of its Hamiltonian",
    "trivial": "VQE agrees with {judge}, but so does Hartree-Fock: nothing was tested",
    "misses": "VQE misses the {judge} energy of its Hamiltonian",
    "undecided": "{judge} is too uncertain itself to decide about VQE",
    "no-judge": "no reference may judge this VQE energy",
}

_MODEL: Final[Mapping[ModelVerdict, str]] = {
    "supported": "the Hamiltonian is supported by the full-space reference",
    "limited": "the Hamiltonian itself is limited",
    "multireference": "the molecule is multireference, so the classical references outside "
    "the space may not judge the Hamiltonian",
    "unknown": "how good the Hamiltonian is stays unknown",
}


def headline(
    solver: Solver, model: Model, *, exact_seconds: float | None, vqe_seconds: float | None
) -> str:
    """One sentence led by the weaker verdict, and one about classical simulation.

    Args:
        solver: the verdict on VQE.
        model: the verdict on its Hamiltonian.
        exact_seconds: wall time of the exact solution [s], None where there is none.
        vqe_seconds: wall time of the simulated VQE [s].
    """
    weaker = max((solver.verdict, model.verdict), key=SEVERITY.__getitem__)
    first = _SOLVER[solver.verdict].format(judge=(solver.judge or "").upper())
    if solver.vqe_minus_judge_mha is not None and solver.verdict != "trivial":
        first += f" ({_signed(solver.vqe_minus_judge_mha)} mHa)"
    simulated = _simulated(exact_seconds, vqe_seconds)
    return f"{LEADING[weaker]}: {first}; {_MODEL[model.verdict]}. {simulated}"


def _simulated(exact_seconds: float | None, vqe_seconds: float | None) -> str:
    simulated = "VQE ran in a classical simulator"
    if vqe_seconds is not None:
        simulated += f", for {_seconds(vqe_seconds)}"
    if exact_seconds is None:
        return f"{simulated}; no exact solution was computed."
    return f"{simulated}; CASCI, the exact solution, took {_seconds(exact_seconds)}."


def _seconds(value: float) -> str:
    return f"{value:.0f} s" if value >= 10 else f"{value:.2g} s"


def _signed(mha: float) -> str:
    """Three decimals, a true minus sign, and no sign on zero."""
    rounded = round(mha, 3)
    return f"{rounded:+.3f}".replace("-", "−") if rounded else "0.000"

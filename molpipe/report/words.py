"""What the report says in words: the summary of a run, and the meaning of its terms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Final

from molpipe.analysis.model import SUPPORTED_SHARE
from molpipe.model.comparison import Comparison, ModelVerdict, SolverVerdict
from molpipe.model.document import Results, Row, RowStatus
from molpipe.report import numbers

METHODS: Final[Mapping[str, str]] = {
    "hf": "Hartree-Fock",
    "mp2": "MP2",
    "ccsd": "CCSD",
    "ccsd_t": "CCSD(T)",
    "ccsd_t_fno": "CCSD(T), frozen natural orbitals",
    "hf_unrestricted": "Hartree-Fock, unrestricted",
    "ccsd_unrestricted": "CCSD, unrestricted",
    "ccsd_t_unrestricted": "CCSD(T), unrestricted",
    "casci": "CASCI (exact)",
    "vqe": "VQE",
    "nevpt2": "NEVPT2",
    "vqe_nevpt2": "VQE-NEVPT2",
    "dft": "DFT with dispersion",
}
"""Field of an energies block -> what the field calls the method, in rising order."""

SHORT: Final[Mapping[str, str]] = {
    **METHODS,
    "hf": "HF",
    "ccsd_t_fno": "CCSD(T) FNO",
    "hf_unrestricted": "UHF",
    "ccsd_unrestricted": "UCCSD",
    "ccsd_t_unrestricted": "UCCSD(T)",
    "casci": "CASCI",
    "dft": "DFT-D",
}
"""The same, abbreviated as in papers."""

SOLVER_VERDICTS: Final[Mapping[SolverVerdict, str]] = {
    "reproduces": "VQE is within 1 kcal/mol of the exact energy of the same Hamiltonian.",
    "trivial": "so it is, but Hartree-Fock alone is as close: this row shows nothing about VQE.",
    "misses": "VQE is further than 1 kcal/mol from the exact energy of the same Hamiltonian.",
    "undecided": "the difference is smaller than the judge's own uncertainty, or too near to the "
    "bound for it.",
    "no-judge": "the exact energy could not be computed, or belongs to another spin state.",
}

MODEL_VERDICTS: Final[Mapping[ModelVerdict, str]] = {
    "supported": f"the space holds at least {SUPPORTED_SHARE:.0%} of the correlation that a "
    "trusted method finds in all orbitals, the basis is not minimal, and the geometry is given or "
    "optimised.",
    "limited": "the space holds less than that, the basis is minimal, or a force field made the "
    "geometry.",
    "multireference": "the flag is red: no classical energy in all orbitals can be trusted.",
    "unknown": "there is no trusted energy in all orbitals to compare with.",
}

_ENDINGS: Final[Mapping[RowStatus, tuple[str, str]]] = {
    "ok": ("was computed", "were computed"),
    "partial": ("was computed in part", "were computed in part"),
    "refused": ("was refused", "were refused"),
    "failed": ("failed", "failed"),
    "cancelled": ("was cancelled", "were cancelled"),
}

_SOLVER_PHRASES: Final[Mapping[SolverVerdict, tuple[str, str]]] = {
    "reproduces": (
        "reproduces the exact energy of its own Hamiltonian to 1 kcal/mol",
        "reproduce the exact energy of their own Hamiltonian to 1 kcal/mol",
    ),
    "misses": ("misses it", "miss it"),
    "trivial": (
        "is trivial (Hartree-Fock alone is as close)",
        "are trivial (Hartree-Fock alone is as close)",
    ),
    "undecided": ("is undecided", "are undecided"),
    "no-judge": ("has no exact energy to be judged by", "have no exact energy to be judged by"),
}


def counts(rows: Sequence[Row]) -> str:
    """How many rows there are, how they ended, and the first that is not ok."""
    ended = Counter(row.status for row in rows)
    text = f"{len(rows)} {'row' if len(rows) == 1 else 'rows'}: "
    text += ", ".join(f"{ended[status]} {status}" for status in _ENDINGS if ended[status])
    troubled = next((row for row in rows if row.failure), None)
    if troubled is None or troubled.failure is None:
        return text
    return f"{text}; row {troubled.row}, {numbers.label(troubled.name)}: {troubled.failure.message}"


def run_title(results: Results) -> str:
    """What to call a run: the name of its batch file."""
    return numbers.label(PurePath(results.batch.source).name or results.batch.id)


def title(row: Row, limit: int = 60) -> str:
    """What to call a row: its name on one line, or its number where the name shows nothing."""
    return numbers.label(row.name, limit).strip() or f"row {row.row}"


def method(results: Results) -> str:
    """The circuits and simulators of a run: "UCCSD in the sector simulator", or how many."""
    used = [(row.vqe.ansatz, row.vqe.backend) for row in results.rows if row.vqe]
    ansaetze = list(dict.fromkeys(ansatz.upper() for ansatz, _ in used))
    backends = list(dict.fromkeys(backend for _, backend in used))
    if not used:
        return "no VQE"
    circuit = ansaetze[0] if len(ansaetze) == 1 else f"{len(ansaetze)} ansaetze"
    where = f"the {backends[0]} simulator" if len(backends) == 1 else f"{len(backends)} simulators"
    return f"{circuit} in {where}"


def summary(results: Results) -> tuple[str, ...]:
    """The run in a few honest sentences."""
    sentences = (
        _rows_sentence(results),
        _solver_sentence(results.rows),
        _worst_sentence(results.rows),
        _model_sentence(results.rows),
        _interest_sentence(results.rows),
        _reused_sentence(results.rows),
        "All circuits were simulated classically.",
    )
    return tuple(sentence for sentence in sentences if sentence)


def reading_of_status(status: str) -> str:
    """A status word of the document in plain words: ``too-expensive`` -> too expensive."""
    return status.replace("-", " ")


def why(comparison: Comparison) -> str:
    """Why the judge judges, and what weakens the result."""
    return " ".join(filter(None, (comparison.solver.reason, comparison.explanation)))


def _rows_sentence(results: Results) -> str:
    counts = Counter(row.status for row in results.rows)
    parts = [
        f"{counts[status]} {plural if counts[status] > 1 else singular}"
        for status, (singular, plural) in _ENDINGS.items()
        if counts[status]
    ]
    return f"Of {_count(len(results.rows), 'row')} in {run_title(results)}, {_enumerate(parts)}."


def _solver_sentence(rows: Sequence[Row]) -> str:
    counts = Counter(row.comparison.solver.verdict for row in rows if row.comparison)
    if not counts:
        return "There is no VQE energy to compare."
    parts = [
        f"{counts[verdict] or 'none'} {plural if counts[verdict] > 1 else singular}"
        for verdict, (singular, plural) in _SOLVER_PHRASES.items()
        if counts[verdict] or verdict == "reproduces"
    ]
    total = _count(counts.total(), "VQE energy", "VQE energies")
    stood_in = sum(row.comparison.solver.judge == "ccsd" for row in rows if row.comparison)
    note = f" For {stood_in} of them, CCSD stands in for the exact energy." if stood_in else ""
    return f"Of {total}, {_enumerate(parts)}.{note}"


def _worst_sentence(rows: Sequence[Row]) -> str:
    errors = [
        (row.comparison.solver.vqe_minus_judge_mha, row.name)
        for row in rows
        if row.comparison and row.comparison.solver.vqe_minus_judge_mha is not None
    ]
    if not errors:
        return ""
    worst, name = max(errors, key=lambda error: abs(error[0] or 0.0))
    return f"The largest deviation is {numbers.signed(worst)} mHa ({numbers.label(name)})."


def _model_sentence(rows: Sequence[Row]) -> str:
    counts = Counter(row.comparison.model.verdict for row in rows if row.comparison)
    if not counts:
        return ""
    parts = [f"{counts[verdict]} {verdict}" for verdict in MODEL_VERDICTS if counts[verdict]]
    return (
        "This judges the solver. How far the Hamiltonians themselves (basis, active space, "
        f"geometry) can be believed is a second question; their verdicts: {_enumerate(parts)}."
    )


def _interest_sentence(rows: Sequence[Row]) -> str:
    diagnosed = [row.diagnostics.interest for row in rows if row.diagnostics]
    if not diagnosed:
        return ""
    found = diagnosed.count("beyond-classical")
    reach = "beyond the reach of CASCI, selected CI and DMRG"
    if found:
        verb = "is" if found == 1 else "are"
        return f"{_count(found, 'molecule')} {verb} {reach}, if its flag is right: check it first."
    return f"No molecule is known to be {reach}; in a pilot, expect zero."


def _reused_sentence(rows: Sequence[Row]) -> str:
    reused = sum(row.reused for row in rows)
    if not reused:
        return ""
    verb = "was" if reused == 1 else "were"
    return f"{_count(reused, 'result')} {verb} taken from the result database."


def _count(number: int, singular: str, plural: str = "") -> str:
    return f"{number} {singular if number == 1 else plural or singular + 's'}"


def _enumerate(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)

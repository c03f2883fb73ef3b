"""One page for the head of the programme: who needs a quantum computer, and how large a one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final, get_args

from molpipe.model.comparison import ModelVerdict, SolverVerdict
from molpipe.model.document import Row
from molpipe.model.results import Interest

CLASSES: Final[Mapping[Interest, tuple[str, str]]] = {
    "classical-suffices": (
        "classical suffices",
        "coupled cluster shows no clear sign of failing; an ordinary computer is enough",
    ),
    "multireference-classically-exact": (
        "multireference, classically exact",
        "coupled cluster fails, but its active space is within reach of CASCI, selected CI or DMRG "
        "on an ordinary computer",
    ),
    "beyond-classical": (
        "beyond classical",
        "coupled cluster fails, and its active space is too large for CASCI, selected CI and DMRG: "
        "a candidate, if its flag is right",
    ),
    "unknown": ("unknown", "the exact solution failed, so no statement is made"),
}
"""Class -> its name, and what it means."""

SHORT_CLASSES: Final[Mapping[Interest, str]] = {
    "classical-suffices": "classical",
    "multireference-classically-exact": "multireference",
    "beyond-classical": "beyond",
    "unknown": "unknown",
}
"""Class -> one word for a column."""


@dataclass(frozen=True, kw_only=True)
class Triage:
    """The molecules of one class, and what their circuits need."""

    interest: Interest
    name: str
    meaning: str
    rows: tuple[Row, ...]

    @property
    def qubits(self) -> tuple[int, int] | None:
        """The fewest and the most."""
        return _ends([row.problem.n_qubits for row in self.rows if row.problem])

    @property
    def gates(self) -> tuple[int, int] | None:
        """The fewest and the most two-qubit gates of one circuit."""
        return _ends([row.vqe.two_qubit_gates for row in self.rows if row.vqe])

    @property
    def seconds(self) -> float | None:
        """The median wall time of a simulated VQE [s]."""
        found = [row.seconds.vqe for row in self.rows if row.seconds.vqe is not None]
        return median(found) if found else None


@dataclass(frozen=True, kw_only=True)
class Programme:
    """The batch in classes, and how far each statement can be believed.

    ``believed`` counts the compared rows by solver verdict, then by model verdict;
    ``without`` are the rows that no class can hold, because they were not computed.
    """

    classes: tuple[Triage, ...]
    without: tuple[Row, ...]
    statuses: Mapping[str, int]
    believed: Mapping[SolverVerdict, Mapping[ModelVerdict, int]]

    @property
    def compared(self) -> int:
        """How many rows have a verdict."""
        return sum(sum(line.values()) for line in self.believed.values())

    @property
    def models(self) -> tuple[ModelVerdict, ...]:
        """The verdicts on Hamiltonians that occur."""
        return tuple(
            m for m in get_args(ModelVerdict) if any(m in b for b in self.believed.values())
        )


def programme(rows: Sequence[Row]) -> Programme:
    """What a batch says to somebody who decides about the next one; no row is left out."""
    return Programme(
        classes=tuple(
            Triage(
                interest=interest,
                name=name,
                meaning=meaning,
                rows=tuple(r for r in rows if r.diagnostics and r.diagnostics.interest == interest),
            )
            for interest, (name, meaning) in CLASSES.items()
        ),
        without=tuple(row for row in rows if row.diagnostics is None),
        statuses=Counter(row.status for row in rows),
        believed=_believed(rows),
    )


def _believed(rows: Sequence[Row]) -> dict[SolverVerdict, Counter[ModelVerdict]]:
    found: dict[SolverVerdict, Counter[ModelVerdict]] = {}
    for verdict in get_args(SolverVerdict):
        compared = [r.comparison for r in rows if r.comparison]
        models = [one.model.verdict for one in compared if one.solver.verdict == verdict]
        if models:
            found[verdict] = Counter(models)
    return found


def _ends(values: Sequence[int]) -> tuple[int, int] | None:
    return (min(values), max(values)) if values else None

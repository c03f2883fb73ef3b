"""A point of a series that was solved: where the next one goes on."""

from __future__ import annotations

from dataclasses import dataclass

from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.results import ReferenceEnergies, VQEResult


@dataclass(frozen=True, kw_only=True, eq=False)
class SeriesPoint:
    """What the next point of a series takes over: the active space and the optimised angles."""

    problem: ActiveSpaceProblem
    references: ReferenceEnergies
    vqe: VQEResult

"""Whether the active space of a point of a series is still that of the point before it."""

from __future__ import annotations

import numpy as np

from molpipe.model.molecule import RowWarning
from molpipe.model.problem import ActiveSpaceProblem

SAME_CHARACTER = 0.8
"""Smallest overlap of two active spaces that still counts as one space. A step of 0.2 angstrom
in N2 or H6 keeps 0.95 and more; an orbital that is replaced by another one leaves nearly 0."""


def continuity(problem: ActiveSpaceProblem) -> float | None:
    """The smallest singular value of the overlap with the space that this one follows.

    1 where the space is the same, 0 where an orbital was replaced; None outside a series.
    """
    if problem.neighbour_overlap is None:
        return None
    return float(np.linalg.svd(problem.neighbour_overlap, compute_uv=False).min())


def continuity_warnings(problem: ActiveSpaceProblem | None) -> tuple[RowWarning, ...]:
    """SPACE_CHANGED where the character of the space changes along its series."""
    overlap = None if problem is None else continuity(problem)
    if overlap is None or overlap > SAME_CHARACTER:
        return ()
    message = (
        f"the active space overlaps with that of the point before by {overlap:.2f} only: its "
        "character changes here, so compare this point with its neighbours with care, or take "
        "smaller steps or a larger space"
    )
    return (RowWarning(code="SPACE_CHANGED", message=message),)

"""Molecules that were run in several active spaces or basis sets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from molpipe.analysis.convergence import SpaceStudy, space_studies
from molpipe.model.document import Row
from molpipe.report.plots import spaces as plot

DRAWN = 6
"""So many basis sets of a molecule have a plot; the others have their numbers."""


@dataclass(frozen=True, kw_only=True)
class SpaceSection:
    """One molecule, with a plot for each basis that was run in two sizes of the space or more.

    The plots were made, and escaped, by the drawing modules.
    """

    study: SpaceStudy
    svgs: tuple[str, ...]


def space_sections(rows: Sequence[Row], anchor: str) -> tuple[SpaceSection, ...]:
    """Every molecule with two Hamiltonians or more."""
    return tuple(
        SpaceSection(study=study, svgs=tuple(_plots(study, f"{anchor}-space{number}")))
        for number, study in enumerate(space_studies(rows), start=1)
    )


def _plots(study: SpaceStudy, prefix: str) -> Iterator[str]:
    for number, (basis, rows) in enumerate(study.by_basis().items(), start=1):
        drawn = plot.draw(basis, rows, prefix=f"{prefix}-{number}") if number <= DRAWN else None
        if drawn is not None:
            yield drawn

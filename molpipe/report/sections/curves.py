"""Series as curves: a plot, the errors that do not cancel, and every number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from molpipe.analysis.curves import curves_of
from molpipe.model.curves import Curve, Energies, Event
from molpipe.model.document import Results
from molpipe.report.plots import curves as plot

DRAWN = 12
"""So many curves have a plot; the others have their numbers."""


@dataclass(frozen=True, kw_only=True)
class CurveSection:
    """One curve; ``svg`` was made, and escaped, by the drawing modules."""

    curve: Curve
    svg: str | None

    @property
    def lettered(self) -> tuple[tuple[str, Event], ...]:
        """The events with the letters that they have in the plot."""
        return tuple(zip(plot.LETTERS, self.curve.events, strict=False))

    @property
    def columns(self) -> Mapping[str, Energies]:
        """The energies [Ha] that have a value at some point, by method."""
        return {
            method: line
            for method, line in self.curve.energies.items()
            if any(energy is not None for energy in line)
        }

    @property
    def largest(self) -> Mapping[str, float]:
        """The largest error [mHa] of every method, with its sign."""
        found = {
            method: [error for error in line if error is not None]
            for method, line in self.curve.errors_mha.items()
        }
        return {method: max(line, key=abs) for method, line in found.items() if line}


def curve_sections(results: Results, anchor: str) -> tuple[CurveSection, ...]:
    """Every curve of a run with two points or more."""
    found = [curve for curve in curves_of(results) if len(curve.coordinates) > 1]
    return tuple(
        CurveSection(
            curve=curve,
            svg=plot.draw(curve, prefix=f"{anchor}-curve{number}") if number <= DRAWN else None,
        )
        for number, curve in enumerate(found, start=1)
    )

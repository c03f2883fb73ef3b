"""One run as the template sees it: its sections, and what stands in the table of contents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from molpipe.model.document import Results, Row
from molpipe.report import words
from molpipe.report.overview import worst_first
from molpipe.report.sections.curves import CurveSection, curve_sections
from molpipe.report.sections.plots import Plot, plots
from molpipe.report.sections.programme import Programme, programme
from molpipe.report.sections.spaces import SpaceSection, space_sections

CARDS = 60
"""A run of more molecules shows so many of them, the worst ones; the rest wait to be opened."""


@dataclass(frozen=True)
class Run:
    """One run; ``anchor`` keeps the anchors of several runs apart."""

    anchor: str
    results: Results

    @property
    def title(self) -> str:
        """The name of its batch file."""
        return words.run_title(self.results)

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """What came out, in words."""
        return words.summary(self.results)

    @cached_property
    def answered(self) -> tuple[Row, ...]:
        """The rows that have energies."""
        return tuple(row for row in self.results.rows if row.energies)

    @cached_property
    def first(self) -> tuple[Row, ...]:
        """The molecules that are shown at once, in the order of the batch."""
        shown = {row.row for row in worst_first(self.answered)[:CARDS]}
        return tuple(row for row in self.answered if row.row in shown)

    @cached_property
    def others(self) -> tuple[Row, ...]:
        """The molecules that wait."""
        shown = {row.row for row in self.first}
        return tuple(row for row in self.answered if row.row not in shown)

    @cached_property
    def troubled(self) -> tuple[Row, ...]:
        """The rows that are not complete."""
        return tuple(row for row in self.results.rows if row.failure or not row.energies)

    @cached_property
    def programme(self) -> Programme:
        """The batch in classes."""
        return programme(self.results.rows)

    @cached_property
    def curves(self) -> tuple[CurveSection, ...]:
        """Its series."""
        return curve_sections(self.results, self.anchor)

    @cached_property
    def spaces(self) -> tuple[SpaceSection, ...]:
        """Its molecules in several active spaces."""
        return space_sections(self.results.rows, self.anchor)

    @cached_property
    def plots(self) -> tuple[Plot, ...]:
        """Its plots."""
        return plots(self.results.rows, self.anchor)

    @cached_property
    def contents(self) -> tuple[tuple[str, str], ...]:
        """Anchor and title of every section that the run has, in the order of the page."""
        return tuple((f"{self.anchor}-{slug}", title) for slug, title in self._sections())

    def _sections(self) -> Iterator[tuple[str, str]]:
        results = self.results
        if self.answered:
            yield "ladder", "Molecules"
        if results.reactions or results.rankings:
            yield "relative", "Relative energies"
        if self.curves or results.series:
            yield "curves", "Curves"
        if self.spaces:
            yield "spaces", "Active spaces"
        yield "programme", "For the programme"
        yield "comparison", "Comparison table"
        if self.troubled:
            yield "incomplete", "Incomplete rows"
        yield from ((plot.slug, plot.title) for plot in self.plots)
        yield "provenance", "Provenance"

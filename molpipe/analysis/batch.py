"""What is said about a batch as a whole, once every row is answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from molpipe.analysis.duplicates import link_duplicates
from molpipe.analysis.ranking import ranking_blocks
from molpipe.analysis.reactions import reaction_blocks
from molpipe.analysis.second_runs import measure_second_runs
from molpipe.analysis.series import one_judge, series_blocks
from molpipe.model.document import Results, Row
from molpipe.model.reactions import parse_reactions


def compare_rows(rows: Iterable[Row]) -> list[Row]:
    """The rows that look different beside the others of their batch."""
    answered = {row.row: row for row in rows}
    changed: dict[int, Row] = {}
    for step in (link_duplicates, one_judge, measure_second_runs):
        found = {row.row: row for row in step(answered.values())}
        answered |= found
        changed |= found
    return list(changed.values())


def with_relative_energies(results: Results) -> Results:
    """The results with their reactions, rankings and series.

    All follow from the rows and from the reactions that the settings of the batch name.
    """
    named = parse_reactions(results.batch.settings.get("reactions"))
    reactions = reaction_blocks(named, results.rows)
    return replace(
        results,
        reactions=reactions,
        rankings=ranking_blocks(reactions),
        series=series_blocks(results.rows),
    )

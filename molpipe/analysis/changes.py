"""Runs, or rows with different settings, side by side: what changed, and by how much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from molpipe.analysis.causes import causes_of, version_causes
from molpipe.analysis.matching import match
from molpipe.analysis.quantities import quantities_of
from molpipe.errors import InputError
from molpipe.model.changes import Changes, MoleculeChanges, Side, SideChanges
from molpipe.model.document import Row


@dataclass(frozen=True, kw_only=True)
class Rows:
    """The rows of a side."""

    side: Side
    rows: tuple[Row, ...]


def compare_sides(
    sides: Sequence[Rows], *, tolerance_mha: float | None = None, by: str | None = None
) -> Changes:
    """Each of the other sides compared with the first.

    Args:
        sides: two or more, see :mod:`molpipe.analysis.sides`.
        tolerance_mha: for all energies and differences [mHa]; None for what each has of its own,
            see :func:`molpipe.analysis.uncertainty.tolerance_of`.
        by: the setting that tells the sides apart.

    Raises:
        InputError: there is one side only, or two have no molecule in common.
    """
    if len(sides) < 2:
        raise InputError(
            f"there is nothing to compare: {_only(sides, by)}",
            hint="name two runs, or a setting in which rows differ with --by",
            code="ONE_SIDE",
        )
    if tolerance_mha is not None and not 0 <= tolerance_mha < float("inf"):
        raise InputError(f"the tolerance must be zero or more mHa, got {tolerance_mha}")
    first, *others = sides
    return Changes(
        by=by,
        sides=tuple(side.side for side in sides),
        pairs=tuple(_pair(first, other, tolerance_mha, by) for other in others),
    )


def row_changes(before: Row, after: Row, tolerance_mha: float | None = None) -> MoleculeChanges:
    """One molecule, before and after."""
    return MoleculeChanges(
        name=_name(before, after),
        name_after=after.name,
        row_before=before.row,
        row_after=after.row,
        key_before=before.key,
        key_after=after.key,
        quantities=quantities_of(before, after, tolerance_mha),
        causes=causes_of(before, after),
    )


def _name(before: Row, after: Row) -> str:
    """The name, or where it tells the two rows apart, the place on their curve."""
    if before.name == after.name or before.series is None or before.coordinate is None:
        return before.name
    return f"{before.series} {before.coordinate:g}"


def _only(sides: Sequence[Rows], by: str | None) -> str:
    if by is None:
        return "only one run was named"
    values = sides[0].side.label if sides else "nothing"
    return f"every row has the same {by}, {values}"


def _pair(first: Rows, other: Rows, tolerance_mha: float | None, by: str | None) -> SideChanges:
    matched = match(first.rows, other.rows, apart=by)
    if not matched.pairs:
        raise InputError(
            f"{first.side.label} and {other.side.label} have no molecule in common",
            hint="rows are matched by name, then by structure",
            code="NO_MATCH",
        )
    return SideChanges(
        before=first.side,
        after=other.side,
        molecules=tuple(row_changes(*pair, tolerance_mha) for pair in matched.pairs),
        only_before=tuple(row.name for row in matched.only_before),
        only_after=tuple(row.name for row in matched.only_after),
        versions=version_causes(first.side.versions, other.side.versions),
    )

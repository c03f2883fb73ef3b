"""Rows of a batch that turned out to be the same calculation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from molpipe.model.document import Row
from molpipe.model.molecule import RowWarning


def link_duplicates(rows: Iterable[Row]) -> list[Row]:
    """The rows that have the key of an earlier one, with a link and a warning to say so.

    Equal content keys make a duplicate, equal InChIKeys do not: tautomers, conformers and
    points of a scan share those.
    """
    first: dict[str, Row] = {}
    linked = []
    for row in sorted(rows, key=lambda row: row.row):
        original = first.setdefault(row.key, row) if row.key else row
        if original is not row:
            message = f"the same calculation as row {original.row} ({original.name}); computed once"
            warning = RowWarning(code="DUPLICATE", message=message)
            linked.append(
                replace(
                    row,
                    duplicate_of=original.row,
                    reused=original.reused,
                    warnings=(*row.warnings, warning),
                )
            )
    return linked

"""Rows of a batch that turned out to be the same calculation, or the same compound."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from molpipe.model.document import Row
from molpipe.model.molecule import RowWarning


def link_duplicates(rows: Iterable[Row]) -> list[Row]:
    """The rows that repeat an earlier one, with a warning to say so.

    Equal content keys make a duplicate, which is linked. Equal InChIKeys do not: tautomers,
    conformers and spin states share those, so they are only pointed out, and not along a
    series or where the settings differ, where nobody would take it for a mistake.
    """
    first: dict[str, Row] = {}
    compounds: defaultdict[str, list[Row]] = defaultdict(list)
    linked = []
    for row in sorted(rows, key=lambda row: row.row):
        original = first.setdefault(row.key, row) if row.key else row
        if original is not row:
            linked.append(_duplicate(row, original))
            continue
        alike = compounds[row.molecule.inchikey or ""] if row.molecule else []
        other = next((earlier for earlier in alike if _is_alike(row, earlier)), None)
        if other is not None:
            linked.append(_same_compound(row, other))
        alike.append(row)
    return linked


def _is_alike(row: Row, earlier: Row) -> bool:
    assert row.molecule is not None
    on_one_curve = row.series is not None and row.series == earlier.series
    return bool(row.molecule.inchikey) and row.settings == earlier.settings and not on_one_curve


def _duplicate(row: Row, original: Row) -> Row:
    message = f"the same calculation as row {original.row} ({original.name}); computed once"
    warning = RowWarning(code="DUPLICATE", message=message)
    return replace(
        row,
        duplicate_of=original.row,
        reused=original.reused,
        warnings=(*row.warnings, warning),
    )


def _same_compound(row: Row, other: Row) -> Row:
    message = (
        f"the same InChIKey as row {other.row} ({other.name}): a tautomer, another conformer or "
        "another spin state of one compound"
    )
    warning = RowWarning(code="SAME_INCHIKEY", message=message)
    return replace(row, warnings=(*row.warnings, warning))

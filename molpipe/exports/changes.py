"""What changed between runs, as JSON and as CSV."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict
from typing import Any, Final

from molpipe.exports.results_csv import cell
from molpipe.model.changes import Changes, MoleculeChanges, SideChanges

COLUMNS: Final = (
    *("before", "after", "molecule", "quantity", "kind", "value_before", "value_after"),
    *("change", "tolerance", "beyond", "causes"),
)


def to_json(changes: Changes) -> str:
    """Everything that was compared; energies [Ha], changes and differences [mHa], times [s]."""
    document = {
        "by": changes.by,
        "changed": changes.any,
        "sides": [asdict(side) for side in changes.sides],
        "pairs": [_pair(pair) for pair in changes.pairs],
    }
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def to_csv(changes: Changes) -> str:
    """One line for each quantity of each molecule; cells as in results.csv."""
    stream = io.StringIO()
    lines = csv.writer(stream)
    lines.writerow(COLUMNS)
    for pair in changes.pairs:
        for molecule in pair.molecules:
            lines.writerows(_lines(pair, molecule))
    return stream.getvalue()


def _pair(pair: SideChanges) -> dict[str, Any]:
    return {
        "before": pair.before.label,
        "after": pair.after.label,
        "only_before": pair.only_before,
        "only_after": pair.only_after,
        "versions": [asdict(cause) for cause in pair.versions],
        "molecules": [asdict(molecule) | _findings(molecule) for molecule in pair.molecules],
    }


def _findings(molecule: MoleculeChanges) -> dict[str, Any]:
    return {
        "changed": bool(molecule.beyond),
        "bit_equal": molecule.is_bit_equal,
        "why": [cause.sentence for cause in molecule.causes],
    }


def _lines(pair: SideChanges, molecule: MoleculeChanges) -> list[list[str]]:
    why = "; ".join(cause.sentence for cause in molecule.causes)
    return [
        [
            cell(value)
            for value in (
                *(pair.before.label, pair.after.label, molecule.name),
                *(quantity.name, quantity.kind, quantity.before, quantity.after),
                *(quantity.change, quantity.tolerance, quantity.beyond),
                why if quantity.beyond else "",
            )
        ]
        for quantity in molecule.quantities
    ]

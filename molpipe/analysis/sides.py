"""The sides of a comparison: whole runs, their rows by a setting, or the methods of each row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import Final

from molpipe.analysis.changes import Rows, compare_sides
from molpipe.analysis.variants import flat, groups
from molpipe.errors import InputError
from molpipe.model.changes import (
    METHOD_ENERGY,
    Cause,
    Changes,
    MoleculeChanges,
    Quantity,
    Side,
    SideChanges,
)
from molpipe.model.document import Results, Row
from molpipe.model.results import EnergyValue
from molpipe.units import CHEMICAL_ACCURACY, mha

METHOD: Final = "method"
"""Not a setting: the sides are the methods in the active space, the exact one first."""

_METHODS: Final = ("casci", "hf", "mp2", "ccsd", "ccsd_t", "vqe")


def compare_runs(runs: Sequence[Results], *, tolerance_mha: float | None = None) -> Changes:
    """Each of the other runs compared with the first, row by row.

    Raises:
        InputError: there are not two runs, or two have no molecule in common.
    """
    labels = [_label(run) for run in runs]
    repeated = {label for label, count in Counter(labels).items() if count > 1}
    sides = [
        _side(f"{label} {run.batch.id[:8]}" if label in repeated else label, [run], run.rows)
        for label, run in zip(labels, runs, strict=True)
    ]
    return compare_sides(sides, tolerance_mha=tolerance_mha)


def compare_by(
    setting: str, runs: Sequence[Results], *, tolerance_mha: float | None = None
) -> Changes:
    """The rows of one or several runs, grouped by a setting: each group with the first.

    Args:
        setting: a dotted key such as ``ansatz``, ``basis``, ``backend`` or ``conformer.refine``.
        runs: their rows are taken together.
        tolerance_mha: see :func:`~molpipe.analysis.changes.compare_sides`.

    Raises:
        InputError: no row has such a setting, all have it the same, or two groups have no
            molecule in common.
    """
    answered = [row for run in runs for row in run.rows if row.energies is not None]
    rows = list({row.key or id(row): row for row in answered}.values())
    known = dict.fromkeys(key for row in rows for key in flat(row.settings))
    if setting not in known:
        raise InputError(
            f"no row has a setting {setting!r}",
            hint=f"known settings: {', '.join(known)}" if known else "no row has energies",
            code="NO_SETTING",
        )
    sides = [_side(value, runs, found) for (value,), found in groups(rows, [setting]).items()]
    return compare_sides(sides, tolerance_mha=tolerance_mha, by=setting)


def compare_methods(runs: Sequence[Results], *, tolerance_mha: float | None = None) -> Changes:
    """The methods in the active space, each compared with CASCI (HF where no row has CASCI).

    Args:
        runs: their rows are taken together.
        tolerance_mha: [mHa]; None for 1 kcal/mol.

    Raises:
        InputError: no row has two energies.
    """
    rows = [row for run in runs for row in run.rows if row.energies is not None]
    methods = [name for name in _METHODS if any(_energy(row, name) is not None for row in rows)]
    if len(methods) < 2:
        raise InputError("no row has the energies of two methods", code="ONE_SIDE")
    sides = [
        _side(name, runs, [r for r in rows if _energy(r, name) is not None]) for name in methods
    ]
    tolerance = mha(CHEMICAL_ACCURACY) if tolerance_mha is None else tolerance_mha
    return Changes(
        by=METHOD,
        sides=tuple(side.side for side in sides),
        pairs=tuple(
            SideChanges(
                before=sides[0].side,
                after=side.side,
                molecules=tuple(_methods(side.rows, methods[0], side.side.label, tolerance)),
                only_before=(),
                only_after=(),
                versions=(),
            )
            for side in sides[1:]
        ),
    )


def _methods(
    rows: Sequence[Row], first: str, other: str, tolerance: float
) -> Iterator[MoleculeChanges]:
    for row in rows:
        one, two = _energy(row, first), _energy(row, other)
        if one is None or two is None:
            continue
        change = mha(two - one)
        quantity = Quantity(
            name=METHOD_ENERGY,
            kind="energy",
            before=one,
            after=two,
            change=change,
            tolerance=tolerance,
            beyond=abs(change) > tolerance,
        )
        yield MoleculeChanges(
            name=row.name,
            name_after=row.name,
            row_before=row.row,
            row_after=row.row,
            key_before=row.key,
            key_after=row.key,
            quantities=(quantity,),
            causes=(Cause(kind="method", what="method", before=first, after=other),),
        )


def _energy(row: Row, method: str) -> float | None:
    assert row.energies is not None
    energy: EnergyValue = getattr(row.energies.active, method)
    return energy.value if method == "vqe" else energy.good


def _label(run: Results) -> str:
    return PurePath(run.batch.source).stem or run.batch.id[:8]


def _side(label: str, runs: Sequence[Results], rows: Sequence[Row]) -> Rows:
    versions: dict[str, str] = {}
    for run in runs:
        versions |= run.batch.versions
    return Rows(
        side=Side(
            label=label,
            run_ids=tuple(run.batch.id for run in runs),
            started=runs[0].batch.started,
            n_rows=len(rows),
            versions=versions,
        ),
        rows=tuple(rows),
    )

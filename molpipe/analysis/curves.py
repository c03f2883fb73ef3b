"""Rows of a series as curves: every method against the one judge."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from molpipe.analysis.curve_events import events_of
from molpipe.analysis.curve_methods import (
    ACTIVE,
    Points,
    judged_methods,
    other_methods,
    read,
    solved_points,
)
from molpipe.analysis.minimum import find_minimum
from molpipe.analysis.variants import HAMILTONIAN, apart, groups
from molpipe.model.curves import SCAN_COLUMN, Curve, Energies, Minimum
from molpipe.model.document import Results, Row
from molpipe.units import mha

_LABEL: Final = re.compile(r"(?P<label>.+?)\s*\[(?P<unit>[^\[\]]+)\]\s*")


@dataclass(frozen=True, kw_only=True)
class _Judge:
    """Who judges every point, with its energies [Ha]; without a label the reason why not."""

    label: str | None = None
    energies: Energies = ()
    reason: str | None = None


def curves_of(results: Results) -> tuple[Curve, ...]:
    """The curves of a run: one for each series, basis and kind of active space.

    Rows of a series that differ only in how they are solved (ansatz, backend, mapping, start)
    are several VQE curves of one :class:`~molpipe.model.curves.Curve`. Its non-parallelity error
    is the largest minus the smallest signed error of a method along the curve, as in A. Dutta and
    C. D. Sherrill, J. Chem. Phys. 118, 1610 (2003), doi:10.1063/1.1531658.

    Args:
        results: with its rows compared, as results.json and the result database hold them.
    """
    series: defaultdict[str, list[Row]] = defaultdict(list)
    for row in results.rows:
        if row.series is not None and row.coordinate is not None:
            series[row.series].append(row)
    return tuple(curve for name, rows in series.items() for curve in _curves(name, rows))


def _curves(name: str, rows: Sequence[Row]) -> list[Curve]:
    keys = [key for key in apart(rows) if key in HAMILTONIAN]
    return [
        _curve(f"{name} ({', '.join(values)})" if keys else name, points)
        for values, points in groups(rows, keys).items()
    ]


def _curve(name: str, rows: Sequence[Row]) -> Curve:
    coordinates = tuple(sorted({row.coordinate for row in rows if row.coordinate is not None}))
    solved = solved_points(rows, coordinates)
    points = [next(filter(_answered, at), None) for at in zip(*solved.values(), strict=True)]
    judge = _judge(rows, points)
    judged, others = judged_methods(solved, points), other_methods(solved, points)
    errors = {
        label: _errors(energies, judge, solved.get(label))
        for label, energies in judged.items()
        if judge.label and label != judge.label
    }
    label, unit = _axis(rows)
    curve = Curve(
        name=name,
        label=label,
        unit=unit,
        coordinates=coordinates,
        energies=judged | others,
        judge=judge.label,
        reason=judge.reason,
        errors_mha=errors,
        npe_mha={method: npe for method, e in errors.items() if (npe := _npe(e)) is not None},
        rows={method: tuple(r.row if r else None for r in of) for method, of in solved.items()},
    )
    minima = _minima(curve) if _one_molecule(rows) else {}
    return replace(curve, minima=minima, events=events_of(curve, points, solved))


def _minima(curve: Curve) -> dict[str, Minimum]:
    """Of each method that has one; a VQE counts only where it is in the state of the judge."""
    found = {}
    for method, energies in curve.energies.items():
        errors = curve.errors_mha.get(method, energies) if method in curve.rows else energies
        same_state = tuple(
            None if error is None else energy
            for energy, error in zip(energies, errors, strict=True)
        )
        if minimum := find_minimum(curve.coordinates, same_state):
            found[method] = minimum
    return found


def _answered(row: Row | None) -> bool:
    return row is not None and row.energies is not None


def _judge(rows: Sequence[Row], points: Points) -> _Judge:
    names = {row.comparison.solver.judge for row in rows if row.comparison} - {None}
    if len(names) != 1:
        return _Judge(
            reason="its points have different judges" if names else "no point could be judged"
        )
    name = str(names.pop())
    energies = read(points, "active", name)
    if name == "ccsd":  # which may judge a point only where its diagnostics are good
        judged = {row.coordinate for row in rows if _is_judged(row)}
        energies = tuple(
            energy if row is not None and row.coordinate in judged else None
            for energy, row in zip(energies, points, strict=True)
        )
    return _Judge(label=ACTIVE[name], energies=energies)


def _errors(energies: Energies, judge: _Judge, points: Points | None) -> Energies:
    """Method minus judge [mHa]; a VQE in another spin state has none."""
    may = [True] * len(energies) if points is None else [_is_judged(row) for row in points]
    return tuple(
        mha(energy - exact) if judged and energy is not None and exact is not None else None
        for energy, exact, judged in zip(energies, judge.energies, may, strict=True)
    )


def _is_judged(row: Row | None) -> bool:
    return bool(row and row.comparison and row.comparison.solver.judge)


def _npe(errors: Energies) -> float | None:
    known = [error for error in errors if error is not None]
    return max(known) - min(known) if len(known) > 1 else None


def _one_molecule(rows: Sequence[Row]) -> bool:
    molecules = [row.molecule for row in rows if row.molecule]
    return len({(m.formula, m.charge, m.multiplicity) for m in molecules}) == 1


def _axis(rows: Sequence[Row]) -> tuple[str, str]:
    """What the coordinate is, and its unit."""
    text = rows[0].extra.get(SCAN_COLUMN, "").strip()
    if match := _LABEL.fullmatch(text):
        return match["label"], match["unit"]
    return text or "coordinate", ""

"""Rows that form a curve: one judge for all points, and the error that does not cancel."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from molpipe.analysis.compare import judged_again
from molpipe.analysis.solver import (
    Judge,
    JudgeName,
    NoJudge,
    State,
    best_determinant,
    judge_by,
    judge_solver,
)
from molpipe.analysis.variants import apart, groups
from molpipe.model.document import Row
from molpipe.model.relative import SeriesBlock
from molpipe.units import MILLIHARTREE_PER_HARTREE, kcal_mol

JUDGES: Final[tuple[JudgeName, ...]] = ("casci", "ccsd")
"""The strongest first."""

_LEAST_POINTS: Final = 2


def one_judge(rows: Iterable[Row]) -> list[Row]:
    """The rows whose verdict changes when all points of a series get the same kind of judge.

    It is the strongest one that all compared points have; where none judges them all, the one
    that judges most of them, and the others get ``no-judge`` with the reason. CCSD is asked
    only where CASCI is out of reach at some point.
    """
    return [
        _judged(row, judge)
        for points in _series(rows).values()
        for row, judge in zip(points, _common_judge(points), strict=True)
        if row.comparison and row.comparison.solver.judge != _name(judge)
    ]


def series_blocks(rows: Iterable[Row]) -> tuple[SeriesBlock, ...]:
    """Every series of the batch, in the order in which they begin."""
    named: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.series is not None:
            named[row.series].append(row)
    return tuple(block for name, points in named.items() for block in _blocks(name, points))


def _blocks(name: str, points: Sequence[Row]) -> list[SeriesBlock]:
    """One block, or one for each curve where several ansaetze or bases share the coordinates."""
    keys = apart(points)
    return [
        _block(f"{name} ({', '.join(values)})" if keys else name, curve)
        for values, curve in groups(points, keys).items()
    ]


def _common_judge(points: Sequence[Row]) -> list[Judge | NoJudge]:
    """What one kind of judge says about being the judge of every point."""
    energies = [row.energies.active for row in points if row.energies]
    out_of_reach = any(energy.casci.status == "too-expensive" for energy in energies)
    candidates = [[_judge(row, name) for row in points] for name in JUDGES[: 1 + out_of_reach]]
    return max(candidates, key=lambda judges: sum(isinstance(j, Judge) for j in judges))


def _name(judge: Judge | NoJudge) -> str | None:
    return judge.name if isinstance(judge, Judge) else None


def _series(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """The compared rows of every series."""
    series: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.series is not None and row.comparison is not None:
            series[row.series].append(row)
    return series


def _judge(row: Row, name: JudgeName) -> Judge | NoJudge:
    assert row.energies is not None
    may = row.diagnostics is not None and row.diagnostics.may_ccsd_judge
    return judge_by(name, row.energies.active, _state(row), may_ccsd_judge=may)


def _state(row: Row) -> State:
    assert row.energies is not None
    assert row.vqe is not None
    vqe = row.energies.active.vqe
    assert vqe.value is not None
    return State(
        energy=vqe.value,
        s2=0.0 if vqe.s2 is None else vqe.s2,
        electron_deviation=row.vqe.electron_deviation,
    )


def _judged(row: Row, judge: Judge | NoJudge) -> Row:
    assert row.comparison is not None
    assert row.energies is not None
    hf = best_determinant(row.energies.active.hf, row.energies.full.hf)
    solver = judge_solver(judge, _state(row), hf)
    along = f"One judge for all points of the series {row.series!r}: {solver.reason}"
    return replace(row, comparison=judged_again(row.comparison, replace(solver, reason=along)))


def _block(name: str, points: Sequence[Row]) -> SeriesBlock:
    ordered = sorted(points, key=lambda row: (row.coordinate is None, row.coordinate or 0, row.row))
    solvers = [row.comparison.solver for row in ordered if row.comparison]
    judges = {solver.judge for solver in solvers if solver.judge is not None}
    errors = [s.vqe_minus_judge_mha for s in solvers if s.vqe_minus_judge_mha is not None]
    reason = _why_no_error(len(judges), len(errors))
    spread = None if reason else max(errors) - min(errors)
    return SeriesBlock(
        name=name,
        rows=tuple(row.row for row in ordered),
        judge=judges.pop() if len(judges) == 1 else None,
        n_judged=len(errors),
        non_parallelity_mha=spread,
        non_parallelity_kcal_mol=None
        if spread is None
        else kcal_mol(spread / MILLIHARTREE_PER_HARTREE),
        reason=reason,
    )


def _why_no_error(n_judges: int, n_points: int) -> str | None:
    if n_judges > 1:
        return "its points have different judges"
    if n_points < _LEAST_POINTS:
        return f"{n_points} of its points could be judged, and it takes two"
    return None

"""How the VQE of every molecule went down."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from molpipe.model.document import Row
from molpipe.report import numbers
from molpipe.report.plots import style
from molpipe.report.plots.against_judge import exact
from molpipe.units import mha

FLOOR: Final = 1e-6
"""Energies nearer to the exact one than this [mHa] are drawn here."""

NAMED: Final = 6
"""So many lines have their name beside them: those without a judge, and those that end highest."""

_POINTS: Final = 150
_Line = list[tuple[float, float]]


def plotted(rows: Sequence[Row]) -> list[Row]:
    """The rows of the plot: those whose optimisation took more than one evaluation."""
    return [row for row in rows if row.vqe and len(row.vqe.trace) > 1]


def draw(rows: Sequence[Row], *, prefix: str = "traces") -> str | None:
    """Energy of every evaluation [mHa], one line a molecule, both axes logarithmic.

    Above CASCI where it is known, else above the lowest energy found (dashed). None where no
    row has a trace.
    """
    shown = plotted(rows)
    if not shown:
        return None
    lines = [_line(row) for row in shown]
    with style.styled(prefix):
        figure = Figure(figsize=(style.WIDTH, 4.4))
        axes = figure.add_axes((0.085, 0.125, 0.685, 0.845))
        _scale(axes, lines)
        for dashed in (False, True):
            kind = [line for line, row in zip(lines, shown, strict=True) if _open(row) == dashed]
            axes.add_collection(_collection(kind, dashed=dashed))
        ends = [line[-1] for line in lines]
        axes.plot(*zip(*ends, strict=True), "o", color=style.VQE, markersize=3.2)
        _name(axes, shown, ends)
        return style.to_svg(figure, prefix)


def _open(row: Row) -> bool:
    return exact(row) is None


def _line(row: Row) -> _Line:
    trace = row.vqe.trace if row.vqe else ()
    judge = exact(row)
    zero = min(point.energy for point in trace) if judge is None else judge
    thinned = trace[:: math.ceil(len(trace) / _POINTS)]
    kept = thinned if thinned[-1] is trace[-1] else (*thinned, trace[-1])
    return [(point.evaluation, max(mha(point.energy - zero), FLOOR)) for point in kept]


def _collection(lines: list[_Line], *, dashed: bool) -> LineCollection:
    return LineCollection(
        lines,
        colors=style.VQE,
        linewidths=1.1,
        alpha=0.7 if len(lines) < 40 else 0.35,
        linestyles="--" if dashed else "-",
    )


def _scale(axes: Any, lines: list[_Line]) -> None:
    last = max(line[-1][0] for line in lines)
    high = max(value for line in lines for _, value in line)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(0.95, max(last, 2) * 1.04)
    axes.set_ylim(0.4 * FLOOR, max(2 * high, 10 * style.BAND))
    style.power_ticks(axes.yaxis, [10.0**power for power in range(-6, 7, 2)])
    steps = [float(k * 10**power) for power in range(6) for k in (1, 2, 5)]
    style.decimal_ticks(axes.xaxis, [step for step in steps if step <= max(last, 2)])
    axes.axhspan(0.4 * FLOOR, style.BAND, color=style.GREEN, alpha=0.1, linewidth=0)
    low = {"ha": "left", "va": "bottom", "color": style.GREEN, "transform": axes.transAxes}
    axes.text(0.012, 0.02, "within 1 kcal/mol", **low)
    axes.set_xlabel("evaluation")
    axes.set_ylabel("energy above CASCI [mHa]")


def _name(axes: Any, rows: Sequence[Row], ends: Sequence[tuple[float, float]]) -> None:
    """Names right of the plot, led to by thin lines."""
    chosen = sorted(range(len(rows)), key=lambda k: (not _open(rows[k]), -ends[k][1]))[:NAMED]
    low, high = (math.log10(limit) for limit in axes.get_ylim())
    heights = [(math.log10(ends[k][1]) - low) / (high - low) for k in chosen]
    places = style.spread(heights, 0.052, 0.02, 0.98)
    for k, place in zip(chosen, places, strict=True):
        axes.annotate(
            numbers.label(rows[k].name, 26), ends[k], xytext=(1.03, place),
            textcoords="axes fraction", va="center", annotation_clip=False, parse_math=False,
            arrowprops={"arrowstyle": "-", "color": style.INK, "alpha": 0.25, "linewidth": 0.5},
        )  # fmt: skip

"""What the circuits cost on a quantum computer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from molpipe.model.document import Row
from molpipe.report import numbers
from molpipe.report.plots import style

NAMED: Final = 6
"""So many circuits have their name beside them: those with the most gates."""


def plotted(rows: Sequence[Row]) -> list[Row]:
    """The rows of the plot: those that have a circuit with two-qubit gates."""
    return [row for row in rows if row.vqe and row.problem and row.vqe.two_qubit_gates > 0]


def draw(rows: Sequence[Row], *, prefix: str = "circuits") -> str | None:
    """Two-qubit gates of every circuit over its qubits; None where there is no circuit."""
    shown = plotted(rows)
    if not shown:
        return None
    points = [(row.problem.n_qubits, row.vqe.two_qubit_gates) for row in shown]  # type: ignore[union-attr]
    with style.styled(prefix):
        figure = Figure(figsize=(style.WIDTH / 2, 3.1))
        axes = figure.add_axes((0.145, 0.155, 0.64, 0.82))
        axes.plot(
            *zip(*points, strict=True), "o", color=style.VQE, markersize=5, alpha=0.75,
            markeredgewidth=0,
        )  # fmt: skip
        _scale(axes, points)
        _name(axes, shown, points)
        return style.to_svg(figure, prefix)


def _scale(axes: Any, points: Sequence[tuple[int, int]]) -> None:
    qubits, gates = zip(*points, strict=True)
    axes.set_yscale("log")
    axes.set_xlim(min(qubits) - 1, max(qubits) + 1)
    axes.set_ylim(min(gates) / 1.8, max(gates) * 1.8)
    steps = [float(k * 10**power) for power in range(9) for k in (1, 3)]
    low, high = axes.get_ylim()
    style.decimal_ticks(axes.yaxis, [step for step in steps if low <= step <= high])
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True, steps=[1, 2, 4, 5, 10]))
    axes.set_xlabel("qubits")
    axes.set_ylabel("two-qubit gates")


def _name(axes: Any, rows: Sequence[Row], points: Sequence[tuple[int, int]]) -> None:
    chosen = sorted(range(len(rows)), key=lambda k: -points[k][1])
    different = list({points[k]: k for k in reversed(chosen)}.values())[::-1][:NAMED]
    heights = [axes.transAxes.inverted().transform(_pixel(axes, points[k]))[1] for k in different]
    for k, place in zip(different, style.spread(heights, 0.075, 0.0, 1.0), strict=True):
        axes.annotate(
            numbers.label(rows[k].name, 16), points[k], xytext=(1.03, place),
            textcoords="axes fraction", va="center", annotation_clip=False, parse_math=False,
            arrowprops={"arrowstyle": "-", "color": style.INK, "alpha": 0.25, "linewidth": 0.5},
        )  # fmt: skip


def _pixel(axes: Any, point: tuple[int, int]) -> Any:
    return axes.transData.transform(point)

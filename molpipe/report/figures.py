"""The plots of the report, as inline SVG that follows the page's colours and font.

matplotlib is used through Figure objects alone: no pyplot, no display, no global state.
Equal rows give equal bytes.
"""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Mapping, Sequence
from typing import Any, Final

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from molpipe.model.document import Row
from molpipe.report import numbers, svg
from molpipe.units import CHEMICAL_ACCURACY, mha

ERROR_ROWS: Final = 40
"""The error plot shows this many molecules at most, those with the largest errors."""

TRACE_ROWS: Final = 24
"""The convergence plot shows this many molecules at most, those with the most evaluations."""

BAND: Final = mha(CHEMICAL_ACCURACY)
WIDTH: Final = 10.0
LINEAR: Final = 1e-3
FLOOR: Final = 1e-6

# Stand-ins that become the page's colours; black becomes currentColor.
_INK, _VQE, _CCSD, _BAND = "#000000", "#0000fd", "#fd0000", "#00fd00"
_COLORS: Final[Mapping[str, str]] = {
    _INK: "currentColor",
    _VQE: "var(--vqe, #1f5fa8)",
    _CCSD: "var(--ccsd, #b5541c)",
    _BAND: "var(--band, #2e7d4f)",
}
_STYLE: Final[dict[str, Any]] = {
    "svg.fonttype": "none",
    "font.size": 9.5,
    "axes.edgecolor": _INK,
    "axes.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def plotted_errors(rows: Sequence[Row]) -> list[Row]:
    """The rows of the error plot: in input order, or the largest errors where there are many."""
    judged = [row for row in rows if _error(row) is not None]
    if len(judged) <= ERROR_ROWS:
        return judged
    return sorted(judged, key=lambda row: -abs(_error(row) or 0.0))[:ERROR_ROWS]


def plotted_traces(rows: Sequence[Row]) -> list[Row]:
    """The rows of the convergence plot: those whose optimisation took more than one evaluation."""
    traced = [row for row in rows if row.vqe and len(row.vqe.trace) > 1]
    if len(traced) <= TRACE_ROWS:
        return traced
    return sorted(traced, key=lambda row: -row.vqe.n_evaluations if row.vqe else 0)[:TRACE_ROWS]


def energy_error_figure(rows: Sequence[Row], *, prefix: str = "errors") -> str | None:
    """VQE minus CASCI and CCSD minus CASCI [mHa] in the active space, one line a molecule.

    Symmetric logarithmic axis, linear within 1 microhartree. ``prefix`` keeps the
    identifiers of several plots in one page apart. None where no row has both energies.
    """
    shown = plotted_errors(rows)
    if not shown:
        return None
    height = 0.92 + 0.27 * len(shown)
    names = [numbers.label(row.name, 30) for row in shown]
    left = (0.25 + 0.083 * max(map(len, names))) / WIDTH
    with mpl.rc_context({**_STYLE, "svg.hashsalt": prefix}):
        figure = Figure(figsize=(WIDTH, height))
        axes = figure.add_axes((left, 0.62 / height, 0.905 - left, 0.27 * len(shown) / height))
        _draw_errors(axes, shown, names)
        return _to_svg(figure, prefix)


def trace_figure(rows: Sequence[Row], *, prefix: str = "traces") -> str | None:
    """Energy of every evaluation [mHa], one panel a molecule, all on the same two axes.

    Above CASCI where it is known, else above the lowest energy found (dashed line). None
    where no row has a trace.
    """
    shown = plotted_traces(rows)
    if not shown:
        return None
    columns = 4
    lines = math.ceil(len(shown) / columns)
    with mpl.rc_context({**_STYLE, "svg.hashsalt": prefix}):
        height = 0.75 + 1.45 * lines
        figure = Figure(figsize=(WIDTH, height))
        grid = figure.subplots(lines, columns, sharex=True, sharey=True, squeeze=False)
        figure.subplots_adjust(
            left=0.075, right=0.985, bottom=0.52 / height, top=1 - 0.23 / height,
            wspace=0.1, hspace=0.32,
        )  # fmt: skip
        panels = list(grid.flat)
        _scale_traces(panels[0])
        for axes, row in zip(panels, shown, strict=False):
            _draw_trace(axes, row)
        panels[0].set_ylim(0.3 * FLOOR, 1e3)
        panels[0].set_xlim(left=0)
        for axes in panels[len(shown) :]:
            axes.set_visible(False)
        for axes in panels[max(0, len(shown) - columns) : len(shown)]:
            axes.tick_params(labelbottom=True)
        middle = 0.075 + 0.91 * min(len(shown), columns) / columns / 2
        figure.supxlabel("evaluation", fontsize=9.5, x=middle, y=0.06 / height)
        figure.supylabel("energy above CASCI [mHa]", fontsize=9.5, x=0.005)
        return _to_svg(figure, prefix)


def _exact(row: Row) -> float | None:
    """The CASCI energy [Ha], where it is exact for the state that VQE prepared."""
    if row.comparison is None or row.energies is None or row.comparison.solver.judge != "casci":
        return None
    return row.energies.active.casci.good


def _error(row: Row) -> float | None:
    return _above(row, row.energies.active.vqe.value if row.energies else None)


def _ccsd_error(row: Row) -> float | None:
    return _above(row, row.energies.active.ccsd.good if row.energies else None)


def _above(row: Row, energy: float | None) -> float | None:
    exact = _exact(row)
    return None if energy is None or exact is None else mha(energy - exact)


def _draw_errors(axes: Any, rows: Sequence[Row], names: Sequence[str]) -> None:
    places = range(len(rows))
    vqe = [_error(row) or 0.0 for row in rows]
    ccsd = [(value, place) for place in places if (value := _ccsd_error(rows[place])) is not None]
    low, high = _limits([*vqe, *(value for value, _ in ccsd)])
    axes.set_xscale("symlog", linthresh=LINEAR, linscale=0.9)
    axes.set_xlim(low, high)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.axvspan(-BAND, BAND, color=_BAND, alpha=0.1, linewidth=0)
    axes.axvline(0, color=_INK, linewidth=0.8)
    axes.hlines(places, low, high, color=_INK, alpha=0.12, linewidth=0.5)
    axes.plot(
        [value for value, _ in ccsd], [place for _, place in ccsd],
        "D", color=_CCSD, markerfacecolor="none", markersize=5.5, markeredgewidth=1.2,
        label="CCSD − CASCI",
    )  # fmt: skip
    axes.plot(vqe, places, "o", color=_VQE, markersize=5.5, label="VQE − CASCI")
    _label_errors(axes, names, vqe)


def _label_errors(axes: Any, names: Sequence[str], vqe: Sequence[float]) -> None:
    """Names on the left, the VQE error in figures on the right, the band above."""
    low, high = axes.get_xlim()
    axes.set_yticks(range(len(names)), names, parse_math=False)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    decades = [10.0**power for power in range(-3, 4)]
    ticks = [-tick for tick in decades if -tick >= low] + [0.0] + [t for t in decades if t <= high]
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda tick, _: _decimal(tick)))
    axes.set_xlabel("error in the active space [mHa], logarithmic beyond ±0.001")
    across = axes.get_yaxis_transform()
    above = axes.get_xaxis_transform()
    axes.text(BAND, 1, "1 kcal/mol ", transform=above, ha="right", va="bottom", color=_BAND)
    axes.text(1.085, 1, "VQE − CASCI", transform=axes.transAxes, ha="right", va="bottom")
    for place, error in enumerate(vqe):
        axes.text(1.085, place, numbers.signed(error), transform=across, ha="right", va="center")
    axes.legend(
        loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=2, frameon=False, reverse=True,
        borderaxespad=0.1, handletextpad=0.1, columnspacing=1.2,
    )  # fmt: skip


def _scale_traces(axes: Any) -> None:
    """Scale and ticks of all panels: they share both axes."""
    axes.set_yscale("log")
    axes.yaxis.set_major_locator(FixedLocator([1e-6, 1e-4, 1e-2, 1.0, 1e2]))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda tick, _: _power(tick)))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))


def _draw_trace(axes: Any, row: Row) -> None:
    trace, exact = row.vqe.trace if row.vqe else (), _exact(row)
    zero = min(point.energy for point in trace) if exact is None else exact
    evaluations = [point.evaluation for point in trace]
    above = [max(mha(point.energy - zero), FLOOR) for point in trace]
    axes.axhspan(0.3 * FLOOR, BAND, color=_BAND, alpha=0.1, linewidth=0)
    axes.plot(evaluations, above, color=_VQE, linewidth=1.3, ls="--" if exact is None else "-")
    axes.plot(evaluations[-1], above[-1], "o", color=_VQE, markersize=4)
    axes.set_title(
        numbers.label(row.name, 26), loc="left", fontsize=9, y=1.0, pad=3, color=_INK,
        parse_math=False,
    )  # fmt: skip


def _limits(values: Sequence[float]) -> tuple[float, float]:
    """Axis limits [mHa] with some air; the upper edge of the band is always inside."""
    low = min(values, default=0.0)
    return (1.7 * low if low < -LINEAR else -LINEAR), 1.7 * max([*values, 2 * BAND])


def _decimal(value: float) -> str:
    return f"{value:g}".replace("-", numbers.MINUS)


def _power(value: float) -> str:
    return numbers.power_of_ten(round(math.log10(value)))


def _to_svg(figure: Figure, prefix: str) -> str:
    stream = io.StringIO()
    metadata = {"Date": None, "Creator": None, "Format": None, "Type": None}
    with warnings.catch_warnings():
        # A name may hold any script; the browser has the glyphs that matplotlib's font lacks.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        warnings.filterwarnings("ignore", message="Matplotlib currently does not support")
        figure.savefig(stream, format="svg", transparent=True, metadata=metadata)
    return svg.inline(stream.getvalue(), prefix=prefix, colors=_COLORS)

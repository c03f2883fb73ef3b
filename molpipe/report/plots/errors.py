"""VQE and CCSD against the exact energy of the same Hamiltonian, one line a molecule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from matplotlib.figure import Figure

from molpipe.model.document import Row
from molpipe.report import numbers
from molpipe.report.plots import style
from molpipe.report.plots.against_judge import ccsd_error, vqe_error

SHOWN: Final = 40
"""So many molecules at most, those with the largest errors."""

LINEAR: Final = 1e-3
"""The axis is linear within this [mHa]."""


def plotted(rows: Sequence[Row]) -> list[Row]:
    """The rows of the plot: in input order, or the largest errors where there are many."""
    judged = [row for row in rows if vqe_error(row) is not None]
    if len(judged) <= SHOWN:
        return judged
    return sorted(judged, key=lambda row: -abs(vqe_error(row) or 0.0))[:SHOWN]


def draw(rows: Sequence[Row], *, prefix: str = "errors") -> str | None:
    """VQE minus CASCI and CCSD minus CASCI [mHa] in the active space.

    Symmetric logarithmic axis. ``prefix`` keeps the identifiers of several plots in one page
    apart. None where no row has both energies.
    """
    shown = plotted(rows)
    if not shown:
        return None
    height = 0.92 + 0.27 * len(shown)
    names = [numbers.label(row.name, 30) for row in shown]
    left = (0.25 + 0.083 * max(map(len, names))) / style.WIDTH
    with style.styled(prefix):
        figure = Figure(figsize=(style.WIDTH, height))
        axes = figure.add_axes((left, 0.62 / height, 0.905 - left, 0.27 * len(shown) / height))
        _draw(axes, shown, names)
        return style.to_svg(figure, prefix)


def _draw(axes: Any, rows: Sequence[Row], names: Sequence[str]) -> None:
    places = range(len(rows))
    vqe = [vqe_error(row) or 0.0 for row in rows]
    ccsd = [(value, place) for place in places if (value := ccsd_error(rows[place])) is not None]
    low, high = _limits([*vqe, *(value for value, _ in ccsd)])
    axes.set_xscale("symlog", linthresh=LINEAR, linscale=0.9)
    axes.set_xlim(low, high)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.axvspan(-style.BAND, style.BAND, color=style.GREEN, alpha=0.1, linewidth=0)
    axes.axvline(0, color=style.INK, linewidth=0.8)
    axes.hlines(places, low, high, color=style.INK, alpha=0.12, linewidth=0.5)
    axes.plot(
        [value for value, _ in ccsd], [place for _, place in ccsd],
        "D", color=style.CCSD, markerfacecolor="none", markersize=5.5, markeredgewidth=1.2,
        label="CCSD − CASCI",
    )  # fmt: skip
    axes.plot(vqe, places, "o", color=style.VQE, markersize=5.5, label="VQE − CASCI")
    _label(axes, names, vqe)


def _label(axes: Any, names: Sequence[str], vqe: Sequence[float]) -> None:
    """Names on the left, the VQE error in figures on the right, the band above."""
    low, high = axes.get_xlim()
    axes.set_yticks(range(len(names)), names, parse_math=False)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    decades = [10.0**power for power in range(-3, 4)]
    ticks = [-tick for tick in decades if -tick >= low] + [0.0] + [t for t in decades if t <= high]
    style.decimal_ticks(axes.xaxis, ticks)
    axes.set_xlabel("error in the active space [mHa], logarithmic beyond ±0.001")
    across = axes.get_yaxis_transform()
    above = axes.get_xaxis_transform()
    bound = {"ha": "right", "va": "bottom", "color": style.GREEN}
    axes.text(style.BAND, 1, "1 kcal/mol ", transform=above, **bound)
    axes.text(1.085, 1, "VQE − CASCI", transform=axes.transAxes, ha="right", va="bottom")
    for place, error in enumerate(vqe):
        axes.text(1.085, place, numbers.signed(error), transform=across, ha="right", va="center")
    axes.legend(
        loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=2, frameon=False, reverse=True,
        borderaxespad=0.1, handletextpad=0.1, columnspacing=1.2,
    )  # fmt: skip


def _limits(values: Sequence[float]) -> tuple[float, float]:
    """Axis limits [mHa] with some air; the upper edge of the band is always inside."""
    low = min(values, default=0.0)
    return (1.7 * low if low < -LINEAR else -LINEAR), 1.7 * max([*values, 2 * style.BAND])

"""What all plots share: their size, colours that the page chooses, and the way to inline SVG.

matplotlib is used through Figure objects alone: no pyplot, no display, no global state.
Equal rows give equal bytes.
"""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Final

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from molpipe.report import numbers, svg
from molpipe.units import CHEMICAL_ACCURACY, mha

WIDTH: Final = 10.0
"""Of a plot over the whole column [inches of matplotlib]; the page scales it."""

BAND: Final = mha(CHEMICAL_ACCURACY)

# Stand-ins that become the page's colours; black becomes currentColor.
INK, VQE, CCSD, GREEN, SOFT = "#000000", "#0000fd", "#fd0000", "#00fd00", "#0a0b0c"
_COLORS: Final[Mapping[str, str]] = {
    INK: "currentColor",
    VQE: "var(--vqe, #1f5fa8)",
    CCSD: "var(--ccsd, #b5541c)",
    GREEN: "var(--band, #2e7d4f)",
    SOFT: "var(--soft, #5a626b)",
}
_STYLE: Final[dict[str, Any]] = {
    "svg.fonttype": "none",
    "font.size": 9.5,
    "axes.edgecolor": INK,
    "axes.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def styled(prefix: str) -> AbstractContextManager[None]:
    """The look of every plot; ``prefix`` makes the identifiers of one plot its own."""
    context: AbstractContextManager[None] = mpl.rc_context({**_STYLE, "svg.hashsalt": prefix})
    return context


def to_svg(figure: Figure, prefix: str) -> str:
    """The figure as an ``<svg>`` element that takes its font and colours from the page."""
    stream = io.StringIO()
    metadata = {"Date": None, "Creator": None, "Format": None, "Type": None}
    with warnings.catch_warnings():
        # A name may hold any script; the browser has the glyphs that matplotlib's font lacks.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        warnings.filterwarnings("ignore", message="Matplotlib currently does not support")
        figure.savefig(stream, format="svg", transparent=True, metadata=metadata)
    return svg.inline(stream.getvalue(), prefix=prefix, colors=_COLORS)


def decimal_ticks(axis: Any, ticks: list[float]) -> None:
    """These ticks and no others, written as plain decimals."""
    axis.set_major_locator(FixedLocator(ticks))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda tick, _: _decimal(tick)))


def power_ticks(axis: Any, ticks: list[float]) -> None:
    """These ticks and no others, written as powers of ten."""
    axis.set_major_locator(FixedLocator(ticks))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(
        FuncFormatter(lambda tick, _: numbers.power_of_ten(round(math.log10(tick))))
    )


def minus_signs(axis: Any) -> None:
    """The ticks that matplotlib chose, with a real minus sign and no offset."""
    axis.set_major_formatter(FuncFormatter(lambda tick, _: _decimal(tick)))


def spread(places: list[float], gap: float, low: float, high: float) -> list[float]:
    """Places for labels beside their points: in the order of ``places``, ``gap`` apart.

    They stay between ``low`` and ``high`` as long as there is room for them.
    """
    order = sorted(range(len(places)), key=places.__getitem__)
    found = list(places)
    floor = low
    for index in order:
        found[index] = floor = max(places[index], floor)
        floor += gap
    ceiling = high
    for index in reversed(order):
        found[index] = ceiling = min(found[index], ceiling)
        ceiling -= gap
    return found


def _decimal(value: float) -> str:
    return f"{round(value, 9):,.12g}".replace("-", numbers.MINUS)

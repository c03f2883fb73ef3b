"""Natural occupations: how far each molecule is from pairs of electrons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from matplotlib.figure import Figure

from molpipe.model.document import Row
from molpipe.report import numbers
from molpipe.report.plots import style

SHOWN: Final = 40
"""So many molecules at most, those furthest from whole pairs."""

FAR: Final = 0.1
"""An orbital further than this from 0 and from 2 is drawn on a tinted ground."""

_KINDS: Final[Mapping[str, tuple[str, dict[str, Any]]]] = {
    "natural_occupations": (
        "MP2",
        {"marker": "o", "color": style.CCSD, "markerfacecolor": "none", "markersize": 4.4},
    ),
    "unrestricted_natural_occupations": (
        "unrestricted Hartree-Fock",
        {"marker": "|", "color": style.SOFT, "markersize": 8},
    ),
    "casscf_occupations": (
        "CASSCF",
        {"marker": "D", "color": style.VQE, "markerfacecolor": "none", "markersize": 4},
    ),
}
"""Field of the diagnostics -> which occupations they are, and their marks."""


def openness(row: Row) -> float:
    """How far the most open orbital is from empty and from full, by any method: 0 to 1."""
    found = (n for kind in _KINDS for n in getattr(row.diagnostics, kind, None) or ())
    return max((min(n, 2 - n) for n in found), default=0.0)


def plotted(rows: Sequence[Row]) -> list[Row]:
    """The rows of the plot, the most open ones first."""
    known = [row for row in rows if row.diagnostics and row.diagnostics.natural_occupations]
    return sorted(known, key=lambda row: -openness(row))[:SHOWN]


def draw(rows: Sequence[Row], *, prefix: str = "occupations") -> str | None:
    """Natural occupations (0 to 2), one line a molecule; None where none are known."""
    shown = plotted(rows)
    if not shown:
        return None
    height = 0.92 + 0.24 * len(shown)
    names = [numbers.label(row.name, 30) for row in shown]
    left = (0.25 + 0.083 * max(map(len, names))) / style.WIDTH
    with style.styled(prefix):
        figure = Figure(figsize=(style.WIDTH, height))
        axes = figure.add_axes((left, 0.56 / height, 0.985 - left, 0.24 * len(shown) / height))
        _draw(axes, shown)
        axes.set_yticks(range(len(names)), names, parse_math=False)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.legend(
            loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=3, frameon=False,
            borderaxespad=0.1, handletextpad=0.1, columnspacing=1.2,
        )  # fmt: skip
        return style.to_svg(figure, prefix)


def _draw(axes: Any, rows: Sequence[Row]) -> None:
    axes.set_xlim(-0.03, 2.03)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.hlines(range(len(rows)), 0, 2, color=style.INK, alpha=0.12, linewidth=0.5)
    axes.axvspan(FAR, 2 - FAR, color=style.CCSD, alpha=0.06, linewidth=0)
    for kind, (name, look) in _KINDS.items():
        points = [
            (n, place)
            for place, row in enumerate(rows)
            for n in getattr(row.diagnostics, kind, None) or ()
        ]
        if points:
            axes.plot(
                *zip(*points, strict=True), linestyle="", markeredgewidth=0.9, label=name, **look
            )
    style.decimal_ticks(axes.xaxis, [0.0, 0.1, 0.5, 1.0, 1.5, 1.9, 2.0])
    axes.set_xlabel("electrons in a natural orbital")

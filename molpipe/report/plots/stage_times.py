"""Where the time went: the seconds of every stage of every molecule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any, Final

from matplotlib.figure import Figure

from molpipe.model.document import Row
from molpipe.report import numbers
from molpipe.report.plots import style

STAGES: Final[Mapping[str, str]] = {
    "conformer": "geometry",
    "scf": "Hartree-Fock",
    "problem": "Hamiltonian",
    "reference": "references",
    "vqe": "VQE",
    "circuit_check": "circuit check",
    "nevpt2": "NEVPT2",
    "baseline": "DFT",
}
"""Field of a row's seconds -> what the stage does, in the order of the work."""

_SHORTEST: Final = 1e-3
"""Shorter times [s] are drawn here."""


def times(rows: Sequence[Row]) -> dict[str, list[float]]:
    """The seconds of every stage that took any, by its name."""
    found = {
        name: [t for row in rows if (t := getattr(row.seconds, field)) is not None]
        for field, name in STAGES.items()
    }
    return {name: seconds for name, seconds in found.items() if any(seconds)}


def draw(rows: Sequence[Row], *, prefix: str = "seconds") -> str | None:
    """Every molecule a dot on the line of a stage, its total at the right; None without times."""
    found = times(rows)
    if not found:
        return None
    with style.styled(prefix):
        figure = Figure(figsize=(style.WIDTH / 2, 3.1))
        axes = figure.add_axes((0.2, 0.155, 0.63, 0.755))
        _draw(axes, found)
        return style.to_svg(figure, prefix)


def _draw(axes: Any, found: Mapping[str, Sequence[float]]) -> None:
    drawn = [[max(t, _SHORTEST) for t in seconds] for seconds in found.values()]
    axes.set_xscale("log")
    axes.set_xlim(0.7 * _SHORTEST, 2 * max(max(seconds) for seconds in drawn))
    axes.set_ylim(len(found) - 0.5, -0.5)
    for place, seconds in enumerate(drawn):
        axes.plot(
            seconds, [place] * len(seconds), "o", color=style.SOFT, alpha=0.35, markersize=4,
            markeredgewidth=0,
        )  # fmt: skip
        axes.plot(median(seconds), place, "|", color=style.VQE, markersize=13, markeredgewidth=2)
    across = axes.get_yaxis_transform()
    axes.text(1.22, 1.01, "total [s]", transform=axes.transAxes, ha="right", va="bottom")
    for place, every in enumerate(found.values()):
        total = numbers.seconds(sum(every))
        axes.text(1.22, place, total, transform=across, ha="right", va="center")
    axes.set_yticks(range(len(found)), list(found))
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    style.decimal_ticks(axes.xaxis, _ticks(axes.get_xlim()[1]))
    axes.set_xlabel("seconds")


def _ticks(high: float) -> list[float]:
    decades = [10.0**power for power in range(-3, 6)]
    inside = [tick for tick in decades if tick <= high]
    return inside if len(inside) < 5 else inside[::2]

"""One molecule in several active spaces: how its energies fall as the space grows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from matplotlib.figure import Figure

from molpipe.model.document import Row
from molpipe.report.plots import style
from molpipe.units import mha

_LEAST_SIZES: Final = 2
_Line = list[tuple[int, float]]
_METHODS: Final = {"ccsd": "CCSD", "casci": "CASCI", "vqe": "VQE"}
_COLORS: Final = {"ccsd": style.CCSD, "casci": style.INK, "vqe": style.VQE}


def draw(basis: str, rows: Sequence[Row], *, prefix: str) -> str | None:
    """Energies [mHa] above the lowest, over the orbitals of the space, in one basis.

    None where there are no two sizes of the space.
    """
    lines = {method: line for method in _METHODS if (line := _line(rows, method))}
    sizes = sorted({n for line in lines.values() for n, _ in line})
    if len(sizes) < _LEAST_SIZES:
        return None
    with style.styled(prefix):
        figure = Figure(figsize=(style.WIDTH / 2, 3.0))
        axes = figure.add_axes((0.14, 0.16, 0.68, 0.75))
        _draw(axes, lines)
        axes.set_title(basis, loc="left", fontsize=9.5, parse_math=False)
        style.decimal_ticks(axes.xaxis, [float(size) for size in sizes])
        return style.to_svg(figure, prefix)


def _draw(axes: Any, lines: Mapping[str, _Line]) -> None:
    lowest = min(e for line in lines.values() for _, e in line)
    ends = []
    for method, line in lines.items():
        points = [(n, mha(energy - lowest)) for n, energy in line]
        axes.plot(
            *zip(*points, strict=True), "-o", color=_COLORS[method], linewidth=1.3,
            markersize=4.5, markeredgewidth=0,
        )  # fmt: skip
        ends.append((points[-1], _METHODS[method], _COLORS[method]))
    axes.set_xlabel("orbitals in the active space")
    axes.set_ylabel("energy above the lowest [mHa]")
    style.minus_signs(axes.yaxis)
    _name(axes, ends)


def _line(rows: Sequence[Row], method: str) -> _Line:
    found = [
        (row.problem.active_orbitals, getattr(row.energies.active, method).good)
        for row in rows
        if row.problem and row.energies
    ]
    return sorted((n, energy) for n, energy in found if energy is not None)


def _name(axes: Any, ends: list[tuple[tuple[int, float], str, str]]) -> None:
    axes.autoscale_view()
    to_axes = axes.transAxes.inverted()
    heights = [float(to_axes.transform(axes.transData.transform(end))[1]) for end, _, _ in ends]
    for (end, name, color), place in zip(ends, style.spread(heights, 0.075, 0, 1), strict=True):
        axes.annotate(
            name, end, xytext=(1.05, place), textcoords="axes fraction", va="center", color=color,
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": color, "alpha": 0.35, "linewidth": 0.5},
        )  # fmt: skip

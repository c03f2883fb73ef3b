"""One series: the energies of every method along it, and their signed errors."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from matplotlib.figure import Figure

from molpipe.model.curves import Curve, Energies
from molpipe.report.plots import style
from molpipe.units import mha

HEIGHT: Final = 3.7
LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
"""What the events of a curve are called in the plot and in the list below it."""

_LINEAR: Final = 0.1
"""Errors are drawn to scale within this [mHa]."""

_LINES: Final = ("-", "--", "-.", ":")
_MARKERS: Final = ("o", "s", "^", "v")


def draw(curve: Curve, *, prefix: str) -> str | None:
    """Energies [mHa] above the lowest one, and errors [mHa] where there is a judge, side by side.

    Energies of the active space, where there are any: those in all orbitals lie far below them.
    Bands and letters mark the events. None where no method has an energy.
    """
    inside = {m: line for m, line in curve.energies.items() if _is_inside(m)} or curve.energies
    known = [e for line in inside.values() for e in line if e is not None]
    if not known:
        return None
    lowest = min(known)
    above = {
        method: tuple(None if e is None else mha(e - lowest) for e in line)
        for method, line in inside.items()
    }
    with style.styled(prefix):
        figure = Figure(figsize=(style.WIDTH, HEIGHT))
        two = bool(curve.errors_mha)
        axes = figure.add_axes((0.075, 0.155, 0.3 if two else 0.68, 0.745))
        _panel(axes, curve, above, "energy above the lowest [mHa]")
        if two:
            errors = figure.add_axes((0.625, 0.155, 0.235, 0.745))
            _panel(errors, curve, curve.errors_mha, f"error against {curve.judge} [mHa]")
        return style.to_svg(figure, prefix)


def _is_inside(method: str) -> bool:
    return "all orbitals" not in method and "NEVPT2" not in method


def _panel(axes: Any, curve: Curve, lines: Mapping[str, Energies], title: str) -> None:
    ends = []
    for method, values in lines.items():
        points = [(x, y) for x, y in zip(curve.coordinates, values, strict=True) if y is not None]
        if not points:
            continue
        look = _look(method, curve)
        axes.plot(*zip(*_gaps(curve, values), strict=True), linewidth=1.3, **look)
        ends.append((points[-1], method, look["color"]))
    if lines is curve.errors_mha:
        axes.set_yscale("symlog", linthresh=_LINEAR, linscale=0.6)
    else:
        style.minus_signs(axes.yaxis)
    style.minus_signs(axes.xaxis)
    axes.margins(x=0.02)
    axes.set_xlabel(" ".join(filter(None, (curve.label, curve.unit and f"[{curve.unit}]"))))
    axes.set_title(title, loc="left", fontsize=9.5, color=style.SOFT, pad=16)
    if lines is curve.errors_mha:
        _error_scale(axes, curve)
    _mark(axes, curve)
    _name(axes, ends)


def _gaps(curve: Curve, values: Energies) -> Iterator[tuple[float, float]]:
    """The points, with a break where the method has none."""
    for x, y in zip(curve.coordinates, values, strict=True):
        yield x, math.nan if y is None else y


def _look(method: str, curve: Curve) -> dict[str, Any]:
    """Blue for VQE, orange for coupled cluster, ink for the judge; dotted in all orbitals."""
    kind = next((kind for kind in ("VQE", "CCSD") if kind in method), "")
    same = [other for other in curve.energies if kind and kind in other]
    place = same.index(method) if method in same else 0
    color = {"VQE": style.VQE, "CCSD": style.CCSD, "": style.SOFT}[kind]
    if method == curve.judge:
        color = style.INK
    return {
        "color": color,
        "linestyle": ":" if "all orbitals" in method else _LINES[place % 3],
        "marker": _MARKERS[place % 4] if kind == "VQE" else ".",
        "markersize": 4,
        "markeredgewidth": 0,
    }


def _error_scale(axes: Any, curve: Curve) -> None:
    errors = [e for line in curve.errors_mha.values() for e in line if e is not None]
    low, high = min([*errors, -style.BAND]), max([*errors, style.BAND])
    axes.set_ylim(2 * low, 2 * high)
    axes.axhspan(-style.BAND, style.BAND, color=style.GREEN, alpha=0.1, linewidth=0)
    axes.axhline(0, color=style.INK, linewidth=0.7)
    decades = [10.0**power for power in range(-1, 7)]
    ticks = [-t for t in decades if -t >= 2 * low] + [0.0] + [t for t in decades if t <= 2 * high]
    style.decimal_ticks(axes.yaxis, ticks)


def _mark(axes: Any, curve: Curve) -> None:
    """Where something happens: a band from one point to the next, and a letter above it."""
    width = (curve.coordinates[-1] - curve.coordinates[0]) or 1.0
    top = axes.get_xaxis_transform()
    letters: dict[tuple[float, float], str] = {}
    for letter, event in zip(LETTERS, curve.events, strict=False):
        span = (event.coordinate, event.until)
        letters[span] = letters.get(span, "") + letter
    beginnings: dict[float, str] = {}
    for (left, right), named in letters.items():
        spare = max(0.0, 0.006 * width - (right - left)) / 2
        axes.axvspan(left - spare, right + spare, color=style.INK, alpha=0.03, linewidth=0)
        beginnings[left] = beginnings.get(left, "") + named
    for left, named in beginnings.items():
        axes.text(left, 1.01, " ".join(named), transform=top, va="bottom", fontsize=8.5)


def _name(axes: Any, ends: Sequence[tuple[tuple[float, float], str, str]]) -> None:
    """The methods beside the ends of their lines, in their colours."""
    axes.autoscale_view()
    to_axes = axes.transData + axes.transAxes.inverted()
    for last in {end[0] for end, _, _ in ends}:
        together = [one for one in ends if one[0][0] == last]
        places = [to_axes.transform(end) for end, _, _ in together]
        heights = style.spread([float(y) for _, y in places], 0.07, 0.0, 0.96)
        for (end, method, color), (x, _), y in zip(together, places, heights, strict=True):
            axes.annotate(
                method, end, xytext=(float(x) + 0.05, y), textcoords="axes fraction",
                va="center", color=color, annotation_clip=False, parse_math=False,
                arrowprops={"arrowstyle": "-", "color": color, "alpha": 0.35, "linewidth": 0.5},
            )  # fmt: skip

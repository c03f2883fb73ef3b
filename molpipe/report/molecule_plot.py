"""One molecule in one picture: its structure, the methods side by side, the VQE on its way.

The picture is shown as an image, where no colour or font of the page reaches: it brings its
own paper and its own colours. It is written by hand, because a flow draws one for every
molecule while others compute, and matplotlib takes 100 ms for it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from molpipe.model.document import MoleculeBlock, Row
from molpipe.model.results import TracePoint
from molpipe.report import drawing, numbers
from molpipe.units import CHEMICAL_ACCURACY, mha

PAPER, INK, SOFT, VQE, BAND = "#ffffff", "#1a1d21", "#5a626b", "#1f5fa8", "#2e7d4f"
_VARIABLES: Final = {
    INK: "currentColor", SOFT: "var(--soft)", VQE: "var(--vqe)", BAND: "var(--band)",
}  # fmt: skip
HEIGHT: Final = 236
MARGIN: Final = 18

ACCURACY: Final = mha(CHEMICAL_ACCURACY)
LINEAR: Final = 0.01
"""Differences [mHa] well below this are drawn to scale, those above on a logarithmic axis."""

FLOOR: Final = 1e-6
"""Energies nearer than this to the reference [mHa] are drawn here."""

POINTS: Final = 150
"""So many evaluations are drawn at most."""

_METHODS: Final = {"hf": "HF", "mp2": "MP2", "ccsd": "CCSD", "ccsd_t": "CCSD(T)", "vqe": "VQE"}
_REFERENCES: Final = {"casci": "CASCI", "ccsd": "CCSD", "hf": "HF"}
_TOP, _BOTTOM = 36, HEIGHT - 52


@dataclass(frozen=True)
class _Panel:
    width: int
    elements: str


@dataclass(frozen=True)
class _Scale:
    """The line through two points: ``low`` is drawn at ``start``, ``high`` at ``end`` [px]."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


@dataclass(frozen=True)
class _Reference:
    """The energy [Ha] that others are compared with, and whether it may judge the VQE."""

    method: str
    energy: float
    judges: bool

    @property
    def name(self) -> str:
        return _REFERENCES[self.method]


def molecule_plot(row: Row) -> str | None:
    """What is known of a row as an SVG document, or None where there is nothing to draw.

    Differences in the active space [mHa] to the energy that judges the VQE, CASCI or CCSD;
    where none may judge, to the best that was computed, and the title says so.
    """
    reference = _reference(row)
    panels = (_structure(row.molecule), _differences(row, reference), _convergence(row, reference))
    width, drawn = MARGIN, ""
    for panel in filter(None, panels):
        drawn += f'<g transform="translate({width} 0)">{panel.elements}</g>'
        width += panel.width + MARGIN
    if not drawn:
        return None
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{HEIGHT}" '
        f'viewBox="0 0 {width} {HEIGHT}" fill="{INK}" font-family="Helvetica,Arial,sans-serif" '
        f'font-size="12"><rect width="{width}" height="{HEIGHT}" fill="{PAPER}"/>{drawn}</svg>'
    )


def inline_panels(row: Row) -> str | None:
    """Differences and convergence of :func:`molecule_plot` for an HTML page, in its colours."""
    reference = _reference(row)
    drawn, width = "", 0
    for panel in filter(None, (_differences(row, reference), _convergence(row, reference))):
        drawn += f'<g transform="translate({width})">{panel.elements}</g>'
        width += panel.width + 3 * MARGIN
    if not drawn:
        return None
    for color, variable in _VARIABLES.items():
        drawn = drawn.replace(f'"{color}"', f'"{variable}"')
    for default in (' fill="var(--soft)"', ' text-anchor="start"'):
        drawn = drawn.replace(default, "")
    drawn = drawn.replace('.0"', '"')
    width, height, top = width - 3 * MARGIN, HEIGHT - 10, 4
    size, box = f'width="{width}" height="{height}"', f'viewBox="0 {top} {width} {height}"'
    return f'<svg {size} {box} fill="var(--soft)" font-size="12">{drawn}</svg>'


def _reference(row: Row) -> _Reference | None:
    judge = row.comparison.solver.judge if row.comparison else None
    for method in filter(None, (judge, *_REFERENCES)):
        energy = getattr(row.energies.active, method).good if row.energies else None
        if energy is not None:
            return _Reference(method, energy, method == judge)
    return None


def _structure(molecule: MoleculeBlock | None) -> _Panel | None:
    drawn = drawing.molecule_svg(molecule) if molecule else None
    if drawn is None:
        return None
    place = f'<svg y="{(HEIGHT - drawing.HEIGHT) // 2}"'
    size = f'{place} width="{drawing.WIDTH}" height="{drawing.HEIGHT}"'
    return _Panel(drawing.WIDTH, drawn.replace("<svg", size, 1).replace("currentColor", INK))


def _differences(row: Row, reference: _Reference | None) -> _Panel | None:
    """Every method of the active space against the reference."""
    if reference is None or row.energies is None:
        return None
    found = [
        (name, mha(value - reference.energy))
        for method, name in _METHODS.items()
        if method != reference.method
        and (value := getattr(row.energies.active, method).value) is not None
    ]
    if not found:
        return None
    doubt = "" if reference.judges or not row.comparison else ", which may not judge"
    title = f"energy − {reference.name} [mHa]{doubt}"
    return _Panel(320, _text(0, 20, title) + "".join(_lollipops(found)))


def _lollipops(found: Sequence[tuple[str, float]]) -> Iterator[str]:
    values = [value for _, value in found]
    low, high = min(*values, -ACCURACY), max(*values, ACCURACY)
    across = _Scale(_bent(low), _bent(high), 66, 248)
    left, zero, right = (across(_bent(value)) for value in (-ACCURACY, 0.0, ACCURACY))
    yield _band(left, _TOP, right - left)
    yield _line(zero, _TOP, zero, _BOTTOM)
    for tick in _ticks(low, high):
        yield _text(across(_bent(tick)), _BOTTOM + 16, _decimal(tick), SOFT, "middle")
    yield _text(0, _BOTTOM + 38, "logarithmic beyond ±0.01; band: ±1 kcal/mol", SOFT)
    step = (_BOTTOM - _TOP) / len(found)
    for place, (name, value) in enumerate(found):
        color = VQE if name == "VQE" else SOFT
        x, y = across(_bent(value)), _TOP + step * (place + 0.5)
        yield _text(0, y + 4, name, color)
        yield _line(zero, y, x, y, color, 2)
        yield _dot(x, y, color)
        yield _text(320, y + 4, numbers.signed(value), color, "end")


def _convergence(row: Row, reference: _Reference | None) -> _Panel | None:
    """Energy of every evaluation, above the reference or above the lowest energy found."""
    trace = row.vqe.trace if row.vqe else ()
    if len(trace) < 2:
        return None
    lowest = min(point.energy for point in trace)
    zero, name = lowest, "its lowest energy"
    if reference and reference.judges and mha(reference.energy - lowest) <= FLOOR:
        zero, name = reference.energy, reference.name
    title = f"VQE above {name} [mHa]"
    return _Panel(250, _text(0, 20, title) + "".join(_descent(trace, zero)))


def _descent(trace: Sequence[TracePoint], zero: float) -> Iterator[str]:
    above = [math.log10(max(mha(point.energy - zero), FLOOR)) for point in trace]
    low = math.floor(min(*above, math.log10(ACCURACY)))
    high = math.ceil(max(*above, math.log10(ACCURACY)))
    across = _Scale(0, trace[-1].evaluation, 40, 244)
    down = _Scale(low, high, _BOTTOM, _TOP)
    band = down(math.log10(ACCURACY))
    yield _band(40, band, 204)
    yield _line(40, _TOP, 40, _BOTTOM) + _line(40, _BOTTOM, 244, _BOTTOM)
    for power in range(low, high + 1, math.ceil((high - low) / 5)):
        yield _text(34, down(power) + 4, numbers.power_of_ten(power), SOFT, "end")
    for end in (0, trace[-1].evaluation):
        yield _text(across(end), _BOTTOM + 16, f"{end:,}", SOFT, "middle")
    yield _text(142, _BOTTOM + 38, "evaluation", SOFT, "middle")
    thinned = range(0, len(trace), math.ceil(len(trace) / POINTS))
    line = [(across(trace[i].evaluation), down(above[i])) for i in (*thinned, len(trace) - 1)]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in line)
    yield f'<polyline points="{points}" fill="none" stroke="{VQE}" stroke-width="1.6"/>'
    yield _dot(*line[-1], VQE)


def _ticks(low: float, high: float) -> list[float]:
    """Zero, and every second power of ten that is drawn [mHa]."""
    powers = [10.0**power for power in range(-1, 8, 2)]
    below = [-power for power in powers if -power >= low]
    return [*below, 0.0, *(power for power in powers if power <= high)]


def _bent(value: float) -> float:
    """Linear near zero, logarithmic far from it, with its sign."""
    return math.asinh(value / LINEAR)


def _decimal(value: float) -> str:
    return f"{value:,g}".replace("-", numbers.MINUS)


def _text(x: float, y: float, text: str, color: str = INK, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{color}" text-anchor="{anchor}">{text}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, color: str = INK, width: float = 0.8) -> str:
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} stroke="{color}" stroke-width="{width}"/>'


def _dot(x: float, y: float, color: str) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{color}"/>'


def _band(x: float, y: float, width: float) -> str:
    size = f'width="{width:.1f}" height="{_BOTTOM - y:.1f}"'
    return f'<rect x="{x:.1f}" y="{y:.1f}" {size} fill="{BAND}" fill-opacity="0.12"/>'

"""Curves on the terminal: signed errors along them, and what happens on the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from molpipe.model.curves import Curve
from molpipe.report import numbers
from molpipe.report.terminal_changes import table_of


def curves_table(curves: Sequence[Curve]) -> Group:
    """Each curve: method minus judge at each coordinate, non-parallelity errors, minima, events."""
    return Group(*(Padding(Group(*_parts(curve)), (0, 0, 1, 0)) for curve in curves))


def _parts(curve: Curve) -> Iterator[RenderableType]:
    unit = f" [{curve.unit}]" if curve.unit else ""
    judge = curve.judge or "no judge"
    yield Text(f"{numbers.label(curve.name)}: {numbers.label(curve.label)}{unit}", "bold")
    yield _errors(curve) if curve.judge else Text(f"no errors: {curve.reason}")
    yield Text(f"methods minus {judge} in the active space [mHa]", "dim")
    for event in curve.events:
        yield Text(event.sentence)
    if minima := list(_minima(curve)):
        yield Text(f"minimum: {'; '.join(minima)}")


def _errors(curve: Curve) -> Table:
    table = table_of("coordinate", f"{curve.judge} [Ha]", *curve.errors_mha)
    for column in table.columns:
        column.justify = "right"
    exact = curve.energies[curve.judge or ""]
    for number, coordinate in enumerate(curve.coordinates):
        errors = (numbers.signed(e[number], 2) for e in curve.errors_mha.values())
        table.add_row(f"{coordinate:g}", numbers.energy(exact[number]), *errors)
    npe = (numbers.plain(curve.npe_mha.get(method), 2) for method in curve.errors_mha)
    table.add_section()
    table.add_row("max − min", "", *npe)
    return table


def _minima(curve: Curve) -> Iterator[str]:
    """Of the judge and the circuits: what is asked for."""
    for method in (curve.judge, *curve.rows):
        if found := curve.minima.get(method or ""):
            depth = "" if found.depth_mha is None else f", {found.depth_mha:.1f} mHa deep"
            yield f"{method} {found.coordinate:.3f}{depth}"

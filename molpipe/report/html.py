"""The comparison report: one HTML file that holds everything it shows and asks for nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from molpipe.model.document import Results, Row
from molpipe.model.results import EnergyValue
from molpipe.report import drawing, figures, numbers, relative, words


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run as the template sees it; ``anchor`` keeps the anchors of several runs apart."""

    anchor: str
    results: Results
    title: str
    sentences: tuple[str, ...]
    answered: tuple[Row, ...]
    errors: Markup | None
    n_errors: int
    traces: Markup | None
    n_traces: int

    @property
    def troubled(self) -> tuple[Row, ...]:
        """The rows that are not complete."""
        return tuple(row for row in self.results.rows if row.failure or not row.energies)


def write(results: Sequence[Results], path: Path) -> None:
    """Write the report of one run, or of several after one another, to ``path``.

    The file opens offline, and nothing that stands in a batch can run in it: every text is
    escaped, and a content security policy refuses scripts and requests altogether.

    Raises:
        OSError: the folder cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(render(results), encoding="utf-8", errors="replace")
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def render(results: Sequence[Results]) -> str:
    """The report as text; equal results give equal text."""
    runs = [_run(f"run{number}", run) for number, run in enumerate(results, start=1)]
    return _environment().get_template("report.html.j2").render(runs=runs)


def energy_lines(row: Row) -> Iterator[tuple[str, EnergyValue | None, EnergyValue | None]]:
    """Method, energy in the active space, energy in all orbitals; None where it has no place.

    A method that has a value in neither is left out; :func:`remarks` names it.
    """
    for name, active, full in _methods(row):
        if any(energy and energy.value is not None for energy in (active, full)):
            yield name, active, full


def remarks(row: Row) -> Mapping[str, Sequence[str]]:
    """Every energy that is missing or not converged, gathered under the reason why."""
    gathered: dict[str, list[str]] = {}
    for name, active, full in _methods(row):
        for energy, place in ((active, " in the active space"), (full, " in all orbitals")):
            if energy and energy.status != "ok":
                status = words.reading_of_status(energy.status)
                reason = f"{status}, {energy.reason}" if energy.reason else status
                gathered.setdefault(reason, []).append(name + (place if active and full else ""))
    return gathered


def _methods(row: Row) -> Iterator[tuple[str, EnergyValue | None, EnergyValue | None]]:
    if row.energies is None:
        return
    for field, name in words.METHODS.items():
        active = getattr(row.energies.active, field, None)
        yield name, active, getattr(row.energies.full, field, None)


def _run(anchor: str, results: Results) -> Run:
    rows = results.rows
    return Run(
        anchor=anchor,
        results=results,
        title=words.run_title(results),
        sentences=words.summary(results),
        answered=tuple(row for row in rows if row.energies),
        errors=_safe(figures.energy_error_figure(rows, prefix=f"{anchor}-errors")),
        n_errors=len(figures.plotted_errors(rows)),
        traces=_safe(figures.trace_figure(rows, prefix=f"{anchor}-traces")),
        n_traces=len(figures.plotted_traces(rows)),
    )


def _picture(row: Row) -> Markup | None:
    return _safe(drawing.molecule_svg(row.molecule)) if row.molecule else None


def _safe(drawn: str | None) -> Markup | None:
    """An SVG that was made, and escaped, by the drawing modules."""
    return Markup(drawn) if drawn else None


def flat(settings: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Nested settings as dotted keys with their values."""
    for key, value in settings.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("molpipe.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for formatter in (
        *(numbers.energy, numbers.signed, numbers.plain, numbers.scientific, numbers.percent),
        *(numbers.seconds, numbers.duration, numbers.formula, numbers.label),
        words.reading_of_status,
    ):
        environment.filters[formatter.__name__] = formatter
    environment.globals |= {
        "energy_lines": energy_lines,
        "remarks": remarks,
        "picture": _picture,
        "flat": flat,
        "solver_verdicts": words.SOLVER_VERDICTS,
        "model_verdicts": words.MODEL_VERDICTS,
        "method": words.method,
        "why": words.why,
        "columns": relative.columns,
        "equation": relative.equation,
        "relative_sentences": relative.sentences,
    }
    return environment

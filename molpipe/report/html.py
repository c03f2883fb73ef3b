"""The comparison report: one HTML file that holds everything it shows and asks for nothing."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from molpipe.analysis.headline import SEVERITY
from molpipe.analysis.variants import flat
from molpipe.files import write_text
from molpipe.model.document import Results, Row
from molpipe.model.settings import Settings
from molpipe.report import drawing, numbers, relative, words
from molpipe.report.methods import remarks, rungs
from molpipe.report.molecule_plot import inline_panels
from molpipe.report.plots.stage_times import STAGES
from molpipe.report.sections.programme import SHORT_CLASSES
from molpipe.report.sections.provenance import changed
from molpipe.report.sections.run import Run

SCRIPT: Final = "table.js"

_BETWEEN_BLOCKS: Final = re.compile(
    r"\n+(?=</?(?:article|caption|d[dlt]|details|div|h\d|p|summary|t(?:able|body|head|r)|section)\b)"
)
"""Ends of lines that nobody sees, and that a browser keeps: 45,000 in a report of 500 rows."""


def write(results: Sequence[Results], path: Path) -> None:
    """Write the report of one run, or of several after one another, to ``path``.

    The file opens offline, and nothing that stands in a batch can run in it: every text is
    escaped, and a content security policy refuses every request and every script but the one
    that sorts and filters the tables, which it knows by its hash.

    Raises:
        OSError: the folder cannot be written.
    """
    write_text(path, render(results))


def render(results: Sequence[Results]) -> str:
    """The report as text; equal results give equal text."""
    runs = [Run(f"run{number}", run) for number, run in enumerate(results, start=1)]
    text = _environment().get_template("report.html.j2").render(runs=runs, **_script())
    return _BETWEEN_BLOCKS.sub("", text)


def load() -> None:
    """Compile the templates, which otherwise the first report of a process does."""
    for name in _environment().list_templates(extensions=["j2"]):
        _environment().get_template(name)


@cache
def _script() -> Mapping[str, str]:
    """The one script of the page, and the hash by which the policy of the page knows it."""
    text = files("molpipe.report").joinpath("templates", SCRIPT).read_text("utf-8")
    digest = hashlib.sha256(text.encode()).digest()
    return {"script": Markup(text), "script_hash": base64.b64encode(digest).decode()}


def _picture(row: Row) -> Markup | None:
    return (
        _safe(_sized(drawing.molecule_svg(row.molecule, size=drawing.TIGHT)))
        if row.molecule
        else None
    )


def _sized(drawn: str | None) -> str | None:
    """A drawing that is shown as large as it was drawn, where there is room."""
    width = drawn.partition('viewBox="0 0 ')[2].partition(" ")[0] if drawn else ""
    return drawn.replace("<svg", f'<svg width="{width}"', 1) if drawn else None


def _panels(row: Row) -> Markup | None:
    return _safe(inline_panels(row))


def _safe(drawn: str | None) -> Markup | None:
    """An SVG that was made, and escaped, by the drawing modules."""
    return Markup(drawn) if drawn else None


def _defaults() -> dict[str, Any]:
    return Settings().model_dump(mode="json")


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
        *(words.reading_of_status, words.title),
    ):
        environment.filters[formatter.__name__] = formatter
    environment.filters["svg"] = _safe
    environment.globals |= {
        "rungs": rungs,
        "remarks": remarks,
        "picture": _picture,
        "panels": _panels,
        "flat": flat,
        "changed": changed,
        "defaults": _defaults,
        "stages": STAGES,
        "solver_verdicts": words.SOLVER_VERDICTS,
        "model_verdicts": words.MODEL_VERDICTS,
        "severity": SEVERITY,
        "classes": SHORT_CLASSES,
        "method": words.method,
        "why": words.why,
        "columns": relative.columns,
        "equation": relative.equation,
        "ranking_sentences": relative.ranking_sentences,
        "series_sentences": relative.series_sentences,
    }
    return environment

"""results.csv: the rows of results.json, flat, one line a row.

The columns are those of the document types, in their order, so that they do not depend on
what a batch happened to compute. Lists become text (``O 0.0 0.0 0.117; H ...``); the
parameters and the trace of the VQE stay in results.json.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import re
import typing
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Final

from molpipe.files import write_text
from molpipe.model.document import Results, Row
from molpipe.model.settings import setting_keys

LEFT_OUT: Final = frozenset({"vqe.parameters", "vqe.trace", "stage_keys"})
"""What is too long for a cell."""

_UNITS: Final[Mapping[str, str]] = {
    "molecule.geometry": "angstrom",
    "problem.scf_solution.followed_from": "Ha",
    "problem.core_energy": "Ha",
    "vqe.start_energy": "Ha",
    "vqe.gradient_norm": "Ha",
    "vqe.stderr": "Ha",
    "vqe.circuit_check.energy": "Ha",
    "vqe_state.residual": "Ha",
}

# What a spreadsheet may run: see OWASP "CSV Injection", with the full-width forms.
_FORMULA: Final = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""What a terminal that shows the file may obey; line ends and tabs are text."""

_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def write(results: Results, path: Path) -> None:
    """Write the rows of ``results`` to ``path``: CSV in UTF-8, null as an empty cell.

    Cells that a spreadsheet would run as a formula get a leading apostrophe.

    Raises:
        OSError: the folder cannot be written.
    """
    write_text(path, to_csv(results))


def to_csv(results: Results) -> str:
    """The text of results.csv; the columns that the batch carried through stand last."""
    extra = list(dict.fromkeys(key for row in results.rows for key in row.extra))
    stream = io.StringIO()
    lines = csv.writer(stream)
    carried = (cell(f"extra.{key}") for key in extra)
    lines.writerow([*(_header(path) for path in columns()), *carried])
    for row in results.rows:
        known = [cell(_follow(row, path)) for path in columns()]
        lines.writerow([*known, *(cell(row.extra.get(key)) for key in extra)])
    return stream.getvalue()


@cache
def columns() -> tuple[str, ...]:
    """The dotted path of every column of results.json that has one here."""
    return tuple(path for path in _paths(Row, "") if path not in LEFT_OUT)


def _paths(kind: Any, prefix: str) -> Iterator[str]:
    hints = typing.get_type_hints(kind)
    for item in dataclasses.fields(kind):
        path, inner = prefix + item.name, _without_none(hints[item.name])
        if path == "extra":
            continue
        if path == "settings":
            yield from (f"settings.{key}" for key in setting_keys())
        elif dataclasses.is_dataclass(inner):
            yield from _paths(inner, f"{path}.")
        else:
            yield path


def _without_none(hint: Any) -> Any:
    """The type in ``type | None``; any other type as it is."""
    if isinstance(hint, UnionType):
        inner = [kind for kind in typing.get_args(hint) if kind is not NoneType]
        return inner[0] if len(inner) == 1 else hint
    return hint


def _header(path: str) -> str:
    """``energies.active.vqe.value`` is headed ``energies.active.vqe [Ha]``."""
    if path.startswith("energies.") and path.endswith(".value"):
        return f"{path.removesuffix('.value')} [Ha]"
    unit = "s" if path.startswith("seconds.") else _UNITS.get(path)
    return f"{path} [{unit}]" if unit else path


def _follow(value: Any, path: str) -> Any:
    """The value at a dotted path, None where a block on the way was not reached."""
    for name in path.split("."):
        if value is None:
            return None
        value = value.get(name) if isinstance(value, Mapping) else getattr(value, name)
    return value


def cell(value: object) -> str:
    """A value as text that no spreadsheet runs and no terminal obeys."""
    if isinstance(value, bool):
        return str(value).lower()
    text = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", _text(value))
    if isinstance(value, str | tuple) and _FORMULA.match(text) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def _text(value: object, separator: str = "; ") -> str:
    if value is None:
        return ""
    if dataclasses.is_dataclass(value):
        value = tuple(getattr(value, item.name) for item in dataclasses.fields(value))
    if isinstance(value, tuple | list):
        return separator.join(_text(item, " ") for item in value if item is not None)
    return str(value)

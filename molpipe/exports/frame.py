"""Rows of runs as a tidy pandas frame: one line a row, units in the names of the columns.

These columns and their types do not depend on what was found; those that a batch brought along
follow as ``extra.NAME``. Text is ``string``, whole numbers
are ``Int64``, yes and no ``boolean`` (these three know a missing value), numbers ``float64``,
moments ``datetime64[us, UTC]``.
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final

import pandas as pd

from molpipe.model.document import EnergiesBlock
from molpipe.store.query import COLUMNS

_TYPES: Final[Mapping[type, str]] = {
    str: "string",
    int: "Int64",
    bool: "boolean",
    float: "float64",
    datetime: "datetime64[us, UTC]",
}

_UNITS: Final[Mapping[str, str]] = {
    "stderr": "Ha",
    "gradient_norm": "Ha",
    "vqe_seconds": "s",
    "total_seconds": "s",
}

BESIDE_ENERGIES: Final = "vqe_minus_hf [mHa]"
"""The energies stand before the differences between them."""


def frame(
    rows: Sequence[Any], energies: Sequence[Any], *, unconverged: bool = False
) -> pd.DataFrame:
    """The lines of :func:`molpipe.store.query.find_lines` side by side.

    Args:
        rows: one line a row of a run.
        energies: those of their results; ``value`` [Ha].
        unconverged: keep energies of calculations that did not converge, too.
    """
    labels = [column.name for column in COLUMNS]
    found = pd.DataFrame.from_records(
        [tuple(row) for row in rows], columns=[*labels, "result_id", "extra"], coerce_float=False
    )
    wanted = ("ok", "unconverged") if unconverged else ("ok",)
    by_method: dict[str, dict[str, float]] = {name: {} for name in energy_columns()}
    for result, space, method, value, status in energies:
        if status in wanted and (values := by_method.get(f"{space}_{method} [Ha]")) is not None:
            values[result] = value
    results = list(found["result_id"])
    parts = {
        _heading(column.name): found[column.name].astype(_TYPES[column.type.python_type])
        for column in COLUMNS
    }
    for name, values in by_method.items():
        parts[name] = pd.Series([values.get(result) for result in results], dtype="float64")
    return pd.DataFrame({name: parts[name] for name in columns()} | _extra(found["extra"]))


def _extra(carried: Iterable[Mapping[str, str]]) -> dict[str, pd.Series]:
    """The columns that the batches themselves brought along."""
    lines = list(carried)
    names = dict.fromkeys(name for line in lines for name in line)
    return {
        f"extra.{name}": pd.Series([line.get(name) for line in lines], dtype="string")
        for name in names
    }


@cache
def columns() -> tuple[str, ...]:
    """Every column of the frame, in its order."""
    headings = [_heading(column.name) for column in COLUMNS]
    place = headings.index(BESIDE_ENERGIES)
    return (*headings[:place], *energy_columns(), *headings[place:])


@cache
def energy_columns() -> tuple[str, ...]:
    """``active_hf [Ha]`` to ``full_dft [Ha]``."""
    return tuple(f"{space}_{method} [Ha]" for space, method in _methods())


def _methods() -> Iterator[tuple[str, str]]:
    for space, block in typing.get_type_hints(EnergiesBlock).items():
        for item in dataclasses.fields(block):
            yield space, item.name


def _heading(column: str) -> str:
    """``vqe_minus_hf_mha`` is headed ``vqe_minus_hf [mHa]``."""
    if column.endswith("_mha"):
        return f"{column.removesuffix('_mha')} [mHa]"
    unit = _UNITS.get(column)
    return f"{column} [{unit}]" if unit else column

"""A frame of results as a file: CSV or Parquet."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd

from molpipe.errors import InputError
from molpipe.exports.results_csv import cell
from molpipe.files import replacing, write_text


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write ``frame`` to ``path``: CSV in UTF-8, a missing value as an empty cell.

    Cells that a spreadsheet would run as a formula get a leading apostrophe.

    Raises:
        OSError: the folder cannot be written.
    """
    write_text(path, to_csv(frame))


def to_csv(frame: pd.DataFrame) -> str:
    """The text of the file; every number comes back exactly."""
    stream = io.StringIO()
    lines = csv.writer(stream)
    lines.writerow(frame.columns)
    plain = frame.astype(object).where(frame.notna(), None)
    for line in plain.itertuples(index=False, name=None):
        lines.writerow([cell(value) for value in line])
    return stream.getvalue()


def write_parquet(frame: pd.DataFrame, path: Path) -> None:
    """Write ``frame`` to ``path``, with its types.

    Raises:
        InputError: pyarrow is not installed.
        OSError: the folder cannot be written.
    """
    try:
        with replacing(path) as temporary:
            frame.to_parquet(temporary, engine="pyarrow", index=False)
    except ImportError as error:
        raise InputError(
            "pyarrow is not installed, which writes Parquet",
            hint="pip install 'molpipe[parquet]', or write CSV",
        ) from error

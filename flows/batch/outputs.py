"""The three files that a run leaves behind."""

from __future__ import annotations

import os
from pathlib import Path

from molpipe.errors import InputError
from molpipe.exports import results_csv, results_json
from molpipe.model.document import Results
from molpipe.report import html


def open_folder(folder: Path) -> None:
    """Make the folder of the results, before anything is computed for it.

    Raises:
        InputError: it cannot be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable(folder, error.strerror or str(error)) from None
    if not os.access(folder, os.W_OK):
        raise _unusable(folder, "it cannot be written")


def write_outputs(results: Results, folder: Path) -> None:
    """Write results.json, results.csv and report.html into ``folder``.

    Raises:
        InputError: it cannot be written any more, as when its disk is full.
    """
    try:
        results_json.write(results, folder / "results.json")
        results_csv.write(results, folder / "results.csv")
        html.write([results], folder / "report.html")
    except OSError as error:
        raise _unusable(folder, error.strerror or str(error), kept=True) from error


def _unusable(folder: Path, why: str, *, kept: bool = False) -> InputError:
    known = "; the result database has every row, so that nothing is computed again"
    return InputError(
        f"the results cannot go into {folder}: {why}",
        hint=f"make room, or name another folder with --out{known if kept else ''}",
        code="BAD_OUT",
    )

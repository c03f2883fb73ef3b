"""The three files that a run leaves behind."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from pathlib import Path

from molpipe.errors import InputError, MolpipeError
from molpipe.exports import results_csv, results_json
from molpipe.limits import Runner
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
    """Write the three files into ``folder``; see :func:`written`."""
    with written(results, folder):
        pass


@contextmanager
def written(results: Results, folder: Path, helper: Runner | None = None) -> Iterator[None]:
    """Write results.json, results.csv and report.html into ``folder`` while this block runs.

    Args:
        results: the finished batch.
        folder: an existing one.
        helper: has a warm process on this machine, which draws the report meanwhile.

    Raises:
        InputError: it cannot be written any more, as when its disk is full.
    """
    try:
        with ThreadPoolExecutor(1, thread_name_prefix="report") as thread:
            path = folder.absolute() / "report.html"
            report = thread.submit(copy_context().run, _write_report, results, path, helper)
            results_json.write(results, folder / "results.json")
            results_csv.write(results, folder / "results.csv")
            yield
            report.result()
    except OSError as error:
        raise _unusable(folder, error.strerror or str(error), kept=True) from error


def _write_report(results: Results, path: Path, helper: Runner | None) -> None:
    if helper is not None:
        try:
            helper.run(html.write, [results], path, seconds=math.inf, memory_gb=math.inf)
        except MolpipeError:  # it was stopped, or its process is gone
            pass
        else:
            return
    html.write([results], path)


def _unusable(folder: Path, why: str, *, kept: bool = False) -> InputError:
    known = "; the result database has every row, so that nothing is computed again"
    return InputError(
        f"the results cannot go into {folder}: {why}",
        hint=f"make room, or name another folder with --out{known if kept else ''}",
        code="BAD_OUT",
    )

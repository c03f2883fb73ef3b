"""Runs compared, whatever they are called by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from molpipe.analysis.sides import METHOD, compare_by, compare_methods, compare_runs
from molpipe.desk.runs import load_run
from molpipe.model.changes import Changes
from molpipe.model.document import Results
from molpipe.store import Store


def compare_named(
    runs: Sequence[str | Path | Results],
    open_store: Callable[[], Store],
    *,
    by: str | None = None,
    tolerance_mha: float | None = None,
) -> Changes:
    """What changed from the first run to each of the others, or between rows by a setting.

    Args:
        runs: results, or what :func:`molpipe.desk.runs.load_run` takes.
        open_store: opens the result database; called only where a run is no file.
        by: a setting such as ``ansatz``, or ``method``; None to compare whole runs.
        tolerance_mha: of every energy [mHa]; None for what each has of its own.

    Raises:
        InputError: a run is not there, or they cannot be compared.
        StoreError: the result database or a file cannot be read.
    """
    loaded = [run if isinstance(run, Results) else load_run(str(run), open_store) for run in runs]
    if by is None:
        return compare_runs(loaded, tolerance_mha=tolerance_mha)
    if by == METHOD:
        return compare_methods(loaded, tolerance_mha=tolerance_mha)
    return compare_by(by, loaded, tolerance_mha=tolerance_mha)

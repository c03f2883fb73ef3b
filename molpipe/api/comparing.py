"""Compare runs, and compute a stored result again."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from molpipe.model.changes import Changes
from molpipe.model.document import Results
from molpipe.model.reproduction import Reproduction


def compare(
    *runs: str | Path | Results,
    by: str | None = None,
    tolerance: float | None = None,
    database: str | None = None,
) -> Changes:
    """What changed from the first run to each of the others, or between rows by a setting.

    Args:
        runs: results, results.json files, ids of runs or how they begin, or names of batches.
        by: a setting (``ansatz``, ``basis``, ``backend`` ...) or ``method``; None for whole runs.
        tolerance: of every energy [mHa]; None for what each has of its own.
        database: result database, a path or a URL; None for the default one.

    Returns:
        Every quantity before and after, with the causes; ``any`` says whether something changed.

    Raises:
        InputError: a run is not there, or they cannot be compared.
    """
    from molpipe.desk.comparing import compare_named  # noqa: PLC0415
    from molpipe.store import open_existing  # noqa: PLC0415

    return compare_named(
        runs,
        partial(open_existing, database, environment=os.environ),
        by=by,
        tolerance_mha=tolerance,
    )


def reproduce(
    key: str, *, tolerance: float | None = None, database: str | None = None, workers: int = 1
) -> tuple[Reproduction, ...]:
    """Compute stored results again from what is stored with them, past the result database.

    Args:
        key: the name or the key of a row, or a run as :func:`compare` takes it: all of its rows.
        tolerance: of every energy [mHa]; None for what each has of its own.
        database: result database, a path or a URL; None for the default one.
        workers: calculations at once, each in a child process with the limits of its row.

    Returns:
        For each row what was stored, what came out, and whether it ``came_back``.

    Raises:
        InputError: there is no such result, or it has no energies.
    """
    from molpipe.desk.finding import find_results  # noqa: PLC0415
    from molpipe.desk.reproducing import reproduce_in_children  # noqa: PLC0415
    from molpipe.provenance import versions  # noqa: PLC0415
    from molpipe.store import open_existing  # noqa: PLC0415

    found = find_results(key, partial(open_existing, database, environment=os.environ))
    return reproduce_in_children(
        found, versions=versions(), workers=workers, tolerance_mha=tolerance
    )

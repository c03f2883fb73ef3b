"""Runs by whatever somebody calls them: an id, the name of a batch, a results.json."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from molpipe.analysis.batch import with_relative_energies
from molpipe.errors import InputError
from molpipe.exports import results_json
from molpipe.model.document import Results
from molpipe.store import RunSummary, Store

RESULTS = "results.json"


def load_run(wanted: str, open_store: Callable[[], Store]) -> Results:
    """The run that somebody means by ``wanted``.

    Args:
        wanted: a results.json or its folder (``runs/pilot/``, with a slash); else the name of a
            batch, for its latest run, with ``~1`` behind it for the one before, and so on; else
            how the id of a run begins.
        open_store: opens the result database; called only where no file is meant.

    Raises:
        InputError: there is no such run, or there are several.
        StoreError: the result database or the file cannot be read.
    """
    if is_file(wanted):
        path = Path(wanted)
        return _read(path / RESULTS if path.is_dir() else path)
    with open_store() as store:
        return _stored(find_run(wanted, store.runs()), store)


def latest_run(open_store: Callable[[], Store]) -> Results:
    """The run that began last.

    Raises:
        InputError: no run is stored yet.
        StoreError: the result database cannot be read.
    """
    with open_store() as store:
        runs = store.runs()
        if not runs:
            raise InputError("no run is stored yet", hint="molpipe run BATCH", code="NO_RUN")
        return _stored(runs[0], store)


def is_file(wanted: str) -> bool:
    """Whether a results.json or its folder is meant, and no run of the result database.

    A folder is written with a slash: ``pilot`` is the batch, ``pilot/`` the folder beside us.
    """
    path, is_path = Path(wanted), "/" in wanted or os.sep in wanted
    return path.suffix == ".json" or (is_path and (path / RESULTS).is_file())


def find_run(wanted: str, runs: list[RunSummary]) -> RunSummary:
    """The latest run of that name (``pilot~1``: before), or the one whose id begins so.

    Raises:
        InputError: there is none, or several ids begin so.
    """
    name, _, back = wanted.rpartition("~") if "~" in wanted else (wanted, "", "0")
    named = [run for run in runs if run.name == name]
    if back.isdecimal() and int(back) < len(named):
        return named[int(back)]
    by_id = [run for run in runs if wanted and run.id.startswith(wanted.lower())]
    if len(by_id) == 1:
        return by_id[0]
    latest = ", ".join(f"{run.id[:8]} ({run.name})" for run in runs[:5]) or "none is stored yet"
    if len(by_id) > 1:
        raise InputError(
            f"{len(by_id)} runs have an id that begins with {wanted!r}",
            hint=f"write more of it; latest runs: {latest}",
            code="SEVERAL_RUNS",
        )
    raise InputError(
        f"no run is called {wanted!r}, and no id begins so",
        hint=f"latest runs: {latest}; a file is called results.json",
        code="NO_RUN",
    )


def _stored(run: RunSummary, store: Store) -> Results:
    results = store.load_run(run.id)
    assert results is not None
    return with_relative_energies(results)


def _read(path: Path) -> Results:
    try:
        return results_json.read(path)
    except OSError as error:
        raise InputError(
            f"{path} cannot be read: {error.strerror}", hint="name a results.json", code="NO_FILE"
        ) from None

"""Stored results by key or name, with the run that computed them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from molpipe.desk.runs import is_file, load_run
from molpipe.errors import InputError
from molpipe.model.document import Results, Row
from molpipe.store import Store


@dataclass(frozen=True, kw_only=True)
class Origin:
    """The run that computed a row: its id, its rows, and the versions it had."""

    run_id: str
    rows: tuple[Row, ...]
    versions: Mapping[str, str]

    @classmethod
    def of(cls, results: Results) -> Origin:
        """The run of a results document."""
        batch = results.batch
        return cls(run_id=batch.id, rows=results.rows, versions=batch.versions)


@dataclass(frozen=True, kw_only=True)
class Found:
    """Rows to compute again, the run that computed them, names of rows without energies."""

    rows: tuple[Row, ...]
    origin: Origin
    left_out: tuple[str, ...] = ()


def find_results(wanted: str, open_store: Callable[[], Store]) -> Found:
    """What somebody means: a row by name or key, else every row of a run.

    Of several rows with that name the latest counts, as in ``molpipe show``; a row that was
    recalled from the database belongs to the run that computed it.

    Args:
        wanted: the name of a row, its key or 8 characters of it or more, or a run as
            :func:`molpipe.desk.runs.load_run` takes it.
        open_store: opens the result database; called only where no file is meant.

    Raises:
        InputError: there is nothing of that name.
        StoreError: the result database cannot be read.
    """
    if not is_file(wanted):
        with open_store() as store:
            found = _row(wanted, store)
        if found is not None:
            return found
    try:
        results = load_run(wanted, open_store)
    except InputError as error:
        if error.code != "NO_RUN":
            raise
        raise InputError(
            f"no result and no run is called {wanted!r}, and no key begins so",
            hint=error.hint,
            code="NO_RESULT",
        ) from None
    rows = tuple(row for row in results.rows if row.energies is not None)
    others = tuple(row.name for row in results.rows if row.energies is None)
    if not rows:
        raise InputError(f"no row of {wanted!r} has energies", code="NO_ENERGIES")
    return Found(rows=rows, origin=Origin.of(results), left_out=others)


def _row(wanted: str, store: Store) -> Found | None:
    found = store.find_rows(wanted)
    if not found:
        return None
    run, row = found[0]
    if row.key is not None and row.reused:
        computed = [pair for pair in store.find_rows(row.key) if not pair[1].reused]
        run, row = computed[0] if computed else (run, row)
    results = store.load_run(run.id)
    assert results is not None
    (same,) = (other for other in results.rows if other.row == row.row)
    return Found(rows=(same,), origin=Origin.of(results))

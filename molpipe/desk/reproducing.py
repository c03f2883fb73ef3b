"""Stored results computed again, and whether their numbers came back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Final

from molpipe.analysis.causes import version_causes
from molpipe.analysis.changes import row_changes
from molpipe.desk.afresh import Afresh
from molpipe.desk.finding import Found
from molpipe.desk.recomputing import check, recompute, units_of
from molpipe.limits import Runner, Workers
from molpipe.model.changes import MoleculeChanges
from molpipe.model.document import Row
from molpipe.model.reproduction import Reproduction

_NUMBERS: Final = ("energy", "count")
_WORDS: Final = ("status", "VQE")
"""What follows from a row alone; verdicts also look at the other rows of its batch."""

Listener = Callable[[Reproduction], None]
"""Is told of each row when it is done."""


def reproduce_in_children(
    found: Found,
    *,
    versions: Mapping[str, str],
    workers: int,
    tolerance_mha: float | None = None,
    listener: Listener | None = None,
) -> tuple[Reproduction, ...]:
    """:func:`reproduce`, with ``workers`` child processes under the limits of each row.

    Raises:
        InputError: a row has no energies, or a setting that this version does not know.
    """
    threads = max(check(row).limits.threads for row in found.rows)
    with Workers(processes=workers, threads=threads) as runner:
        return reproduce(
            found,
            runner,
            versions=versions,
            at_once=workers,
            tolerance_mha=tolerance_mha,
            listener=listener,
        )


def reproduce(
    found: Found,
    runner: Runner,
    *,
    versions: Mapping[str, str],
    at_once: int = 1,
    tolerance_mha: float | None = None,
    listener: Listener | None = None,
) -> tuple[Reproduction, ...]:
    """Compute rows again; nothing is recalled from the result database and nothing kept there.

    The stored geometry and the effective settings go in; a point of a series is computed after
    the points before it.

    Args:
        found: the rows, and the run that computed them.
        runner: does the calculations; it is stopped where this is interrupted.
        versions: of the libraries now.
        at_once: rows at once.
        tolerance_mha: of every energy [mHa]; None for what each has of its own.
        listener: is told of each row when it is done, in this thread.

    Raises:
        InputError: a row has no energies, or a setting that this version does not know.
    """
    for row in found.rows:
        check(row)
    numbers = {row.row for row in found.rows}
    units = units_of(found.rows, found.origin.rows)
    done: dict[int, Reproduction] = {}
    with ThreadPoolExecutor(at_once) as pool:
        try:
            for rows in pool.map(partial(recompute, perform=Afresh(runner).perform), units):
                for stored, again in rows:
                    if stored.row in numbers:
                        one = _reproduction(stored, again, found, versions, tolerance_mha)
                        done[stored.row] = one
                        if listener is not None:
                            listener(one)
        except BaseException:  # also Ctrl-C: the pool waits for its threads
            runner.stop()
            raise
    return tuple(done[row.row] for row in found.rows)


def _reproduction(
    stored: Row,
    again: Row,
    found: Found,
    versions: Mapping[str, str],
    tolerance_mha: float | None,
) -> Reproduction:
    return Reproduction(
        run_id=found.origin.run_id,
        stored=stored,
        again=again,
        changes=_of_the_row(row_changes(stored, again, tolerance_mha)),
        versions=version_causes(found.origin.versions, versions),
    )


def _of_the_row(changes: MoleculeChanges) -> MoleculeChanges:
    kept = [q for q in changes.quantities if q.kind in _NUMBERS or q.name in _WORDS]
    return replace(changes, quantities=tuple(kept))

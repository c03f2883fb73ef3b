"""The rows of a batch as they are answered: a few at once, in their order, each kept and shown."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, cast

from prefect.exceptions import CancelledRun, FailedRun
from prefect.futures import PrefectConcurrentFuture, PrefectFuture, as_completed, wait

from flows.batch.artifacts import Artifacts
from flows.batch.bench import Bench
from flows.batch.tasks import called, molecule
from flows.batch.window import Window
from flows.place import Listener
from molpipe.model.document import Row
from molpipe.model.molecule import BatchRow
from molpipe.store import Store

Unit = tuple[BatchRow, ...]
"""A row, or the rows of a series (:func:`molpipe.pipeline.units`)."""

Answer = Callable[[Unit], Sequence[Row] | None]
"""Answers a unit; what it returns decides how its task ends."""


class Answers:
    """Counts the rows that were answered; each is kept and shown at once, in any thread."""

    def __init__(
        self, store: Store, run_id: str, artifacts: Artifacts, listener: Listener | None
    ) -> None:
        self.count = 0
        self._store = store
        self._run_id = run_id
        self._artifacts = artifacts
        self._listener = listener
        self._one_at_a_time = threading.Lock()

    def keep(self, row: Row) -> None:
        """Keep a row; the listener is told of one at a time."""
        self._store.keep_row(self._run_id, row)
        self._artifacts.answered(row)
        with self._one_at_a_time:
            self.count += 1
            if self._listener is not None:
                self._listener(row)


def answer_all(units: Iterable[Unit], answer: Answer, bench: Bench, window: Window) -> None:
    """Answer every unit in a task of its own, as many at a time as there is room for.

    Once the bench is stopped, what has not begun is answered without a task.
    """
    waiting: deque[Unit] = deque(units)
    futures: list[PrefectFuture[Any]] = []

    def begin(unit: Unit) -> Sequence[Row] | None:
        try:
            return answer(unit)
        except BaseException:
            bench.stop()
            raise
        finally:
            window.leave()

    try:
        while waiting and not bench.stopped:
            window.enter()
            futures = [*_running(futures), _submit(waiting[0], begin)]
            waiting.popleft()
        for future in as_completed(futures):
            _look_at(future)
    except BaseException as error:
        bench.stop()
        wait(futures)
        if isinstance(error, Exception):  # no row can be kept; to cancel, Prefect raises others
            raise
        _answer_here(waiting, answer)
        raise
    _answer_here(waiting, answer)


def _running(futures: Iterable[PrefectFuture[Any]]) -> Iterator[PrefectFuture[Any]]:
    """Without those that ended: each holds all that Prefect knows of its task."""
    for future in futures:
        in_thread = cast(PrefectConcurrentFuture[Any], future)  # as all of the flow's tasks are
        if in_thread.wrapped_future.done():
            _look_at(future)
        else:
            yield future


def _look_at(future: PrefectFuture[Any]) -> None:
    """Wait for a task, and raise what ended it, unless it ended as its rows did."""
    future.wait()
    if not future.state.is_completed():  # for Prefect, to ask for its result is the work of 3 ms
        with suppress(FailedRun, CancelledRun):
            future.result()


def _answer_here(units: Iterable[Unit], answer: Answer) -> None:
    for unit in units:
        answer(unit)


def _submit(unit: Unit, begin: Answer) -> PrefectFuture[Any]:
    first, answer = unit[0], partial(begin, unit)
    if len(unit) == 1:
        return called(molecule, "molecule").submit(first.name, answer)
    return called(molecule, "series").submit(first.series or first.name, answer)

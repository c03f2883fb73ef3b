"""What one run of the flow does, from the request to the files it leaves behind."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from prefect import get_run_logger
from prefect.futures import PrefectFuture, as_completed, wait

from flows.batch.artifacts import Artifacts
from flows.batch.bench import Bench
from flows.batch.interrupt import on_interrupt
from flows.batch.outputs import open_folder, write_outputs
from flows.batch.reading import Asked, read_request
from flows.batch.tasks import called, molecule
from flows.circuits.routing import Routed
from flows.circuits.sub_run import run_on_pool
from flows.place import Listener, Place
from flows.request import BatchRequest
from molpipe.analysis.batch import compare_rows, with_relative_energies
from molpipe.model.document import Results, Row
from molpipe.model.molecule import BatchRow
from molpipe.pipeline import run_series, units
from molpipe.provenance import versions
from molpipe.stages import Perform
from molpipe.store import RunStart, Store, open_store, utc_now

Performer = Bench | Routed


def run_batch(request: BatchRequest, place: Place, run_id: str) -> Results:
    """Answer every row of a batch, keep the rows, write the files.

    Raises:
        InputError: the batch cannot be read, its reactions do not fit it, or the folder of the
            results cannot be written.
        StoreError: the result database cannot be used.
    """
    threads = request.settings.limits.threads
    with (
        open_store(place.database, environment=os.environ) as store,
        place.open_workers(threads=threads) as workers,
    ):
        asked = read_request(request, place, store, workers)
        open_folder(place.out)
        start = _start(request, asked, run_id)
        store.begin_run(start)
        bench = Bench(
            store,
            workers,
            versions=start.versions,
            force=request.force,
            retry_refused=request.retry_refused,
        )
        artifacts = Artifacts(request.title, start.n_rows, wanted=place.has_ui)
        answers = _Answers(store, run_id, artifacts, place.listener)
        with on_interrupt(bench.stop):
            try:
                _answer_all(bench, store, request, asked, answers)
            finally:  # also where Prefect ends the run: what was finished is shown
                results = _finish(store, start, answers.rows)
                write_outputs(results, place.out)
                artifacts.finished(results, str(place.out / "report.html"))
    return results


def _start(request: BatchRequest, asked: Asked, run_id: str) -> RunStart:
    batch = asked.batch
    settings = request.settings.model_dump(mode="json")
    reactions = [reaction.model_dump(mode="json") for reaction in asked.reactions]
    return RunStart(
        id=run_id,
        name=batch.name,
        source=batch.source,
        source_sha256=batch.source_sha256,
        columns=batch.columns,
        n_rows=len(batch.rows),
        started=utc_now(),
        settings=settings | ({"reactions": reactions} if reactions else {}),
        versions=versions(),
    )


class _Answers:
    """The rows that were answered: each is kept and shown at once, in any thread."""

    def __init__(
        self, store: Store, run_id: str, artifacts: Artifacts, listener: Listener | None
    ) -> None:
        self.rows: list[Row] = []
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
            self.rows.append(row)
            if self._listener is not None:
                self._listener(row)


def _answer_all(
    bench: Bench, store: Store, request: BatchRequest, asked: Asked, answers: _Answers
) -> None:
    performer = _performer(bench, store, request, asked)
    answer = partial(_answer, performer, request, answers)
    futures = [_submit(unit, answer) for unit in units(asked.batch.rows)]
    try:
        for future in as_completed(futures):
            future.result()
    except BaseException:  # Prefect raises one of its own to end a run that is cancelled
        bench.stop()
        wait(futures)
        raise


def _performer(bench: Bench, store: Store, request: BatchRequest, asked: Asked) -> Performer:
    """Who performs the stages; circuits may have been run on a pool of their own before."""
    if request.pool == "cpu":
        return bench
    routed = Routed(bench, store)
    routed.hand_over(
        units(asked.batch.rows),
        request.settings,
        partial(
            run_on_pool,
            name=f"circuits of {request.title}",
            patience=request.settings.limits.seconds,
            stopped=lambda: bench.stopped,
            say=get_run_logger().info,
        ),
        force=request.force,
        retry_refused=request.retry_refused,
    )
    return routed


def _submit(
    unit: tuple[BatchRow, ...], answer: Callable[[tuple[BatchRow, ...]], None]
) -> PrefectFuture[Any]:
    first, begin = unit[0], partial(answer, unit)
    if len(unit) == 1:
        return called(molecule, "molecule").submit(first.name, begin)
    return called(molecule, "series").submit(first.series or first.name, begin)


def _answer(
    performer: Performer, request: BatchRequest, answers: _Answers, unit: tuple[BatchRow, ...]
) -> None:
    def perform(row: BatchRow) -> Perform:
        return partial(performer.perform, row.name, row.row)

    for row in run_series(unit, request.settings, perform):
        answers.keep(row)


def _finish(store: Store, start: RunStart, rows: list[Row]) -> Results:
    for row in compare_rows(rows):
        store.keep_row(start.id, row)
    finished = utc_now()
    store.finish_run(
        start.id, finished=finished, seconds=(finished - start.started).total_seconds()
    )
    results = store.load_run(start.id)
    assert results is not None
    return with_relative_energies(results)

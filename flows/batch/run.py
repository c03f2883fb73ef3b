"""What one run of the flow does, from the request to the files it leaves behind."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

from prefect import get_run_logger

from flows.batch.answers import Answers, Unit, answer_all
from flows.batch.artifacts import Artifacts
from flows.batch.bench import Bench
from flows.batch.interrupt import on_interrupt
from flows.batch.outputs import open_folder, written
from flows.batch.reading import Asked, read_request
from flows.batch.shares import shared
from flows.batch.window import Window, in_flight
from flows.circuits.routing import Routed
from flows.circuits.sub_run import run_on_pool
from flows.place import Place
from flows.request import BatchRequest
from molpipe.analysis.batch import compare_rows, with_relative_energies
from molpipe.cluster import LOCAL
from molpipe.limits.collected import collected
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
        store.leases() as leases,
        place.open_workers(threads=threads) as workers,
    ):
        asked = read_request(request, place, store, workers)
        open_folder(place.out)
        start, began = _start(request, asked, run_id), time.monotonic()
        store.begin_run(start)
        window = Window(in_flight(place.workers))
        bench = Bench(
            store,
            workers,
            leases,
            versions=start.versions,
            force=request.force,
            retry_refused=request.retry_refused,
            aside=window.aside,
        )
        artifacts = Artifacts(request.title, start.n_rows, wanted=place.has_ui)
        answers = Answers(store, run_id, artifacts, place.listener)
        with on_interrupt(bench.stop), _frozen():
            try:
                with shared(request, run_id, lambda: start.n_rows - answers.count > place.workers):
                    _answer_all(bench, store, request, asked, answers, place, window)
            finally:  # also where Prefect ends the run: what was finished is shown
                results, changed = _finish(store, start, time.monotonic() - began)
                helper = workers if place.runner == LOCAL and bench.made else None
                with written(results, place.out, helper):
                    artifacts.finished(results, changed, str(place.out / "report.html"))
    return results


@contextmanager
def _frozen() -> Iterator[None]:
    """What is loaded by now is no garbage: the collector need not walk through it."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


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


def _answer_all(
    bench: Bench,
    store: Store,
    request: BatchRequest,
    asked: Asked,
    answers: Answers,
    place: Place,
    window: Window,
) -> None:
    performer = _performer(bench, store, request, asked, place)
    answer = partial(_answer, performer, request, answers)
    answer_all(units(asked.batch.rows), answer, bench, window)


def _performer(
    bench: Bench, store: Store, request: BatchRequest, asked: Asked, place: Place
) -> Performer:
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
        at_once=in_flight(place.workers),
        force=request.force,
        retry_refused=request.retry_refused,
    )
    return routed


def _answer(performer: Performer, request: BatchRequest, answers: Answers, unit: Unit) -> list[Row]:
    def perform(row: BatchRow) -> Perform:
        return partial(performer.perform, row.name, row.row)

    answered = []
    with collected() as said:
        for row in run_series(unit, request.settings, perform):
            said.say()
            answers.keep(row)
            answered.append(row)
    return answered


def _finish(store: Store, start: RunStart, seconds: float) -> tuple[Results, set[int]]:
    """The batch, and its rows that changed when they were compared with each other.

    ``seconds`` is not read from the clock on the wall, which somebody may set meanwhile.
    """
    changed = compare_rows(_kept(store, start).rows)
    for row in changed:
        store.keep_row(start.id, row)
    finished = start.started + timedelta(seconds=seconds)
    store.finish_run(start.id, finished=finished, seconds=seconds)
    return with_relative_energies(_kept(store, start)), {row.row for row in changed}


def _kept(store: Store, start: RunStart) -> Results:
    """From the store: until the end no process of a long batch holds all of its rows."""
    results = store.load_run(start.id)
    assert results is not None
    return results

"""The flow that helps a batch: it computes some of its stages elsewhere, and answers nothing."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import copy_context
from functools import partial
from typing import Annotated, Final
from uuid import UUID

from prefect import flow, runtime
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.exceptions import ObjectNotFound
from prefect.states import Completed, Failed
from pydantic import Field

from flows.batch.answers import Unit, answer_all
from flows.batch.bench import Bench
from flows.batch.reading import read_request
from flows.batch.shares import FAULTS, WORKER_VARIABLE, may_take
from flows.batch.window import Window, in_flight
from flows.place import Place, current_place, end_with_worker, speak_up
from flows.request import BatchRequest
from molpipe.errors import MolpipeError
from molpipe.handover import prepare_series
from molpipe.model.molecule import BatchRow
from molpipe.pipeline import run_series, units
from molpipe.provenance import versions
from molpipe.stages import Perform
from molpipe.store import Store, open_store

LOOK_SECONDS: Final = 5.0

RunId = Annotated[str, Field(pattern="^[0-9a-f]{32}$")]


@flow(name="batch-share", persist_result=False)
def batch_share(request: BatchRequest, run: RunId) -> State[None]:
    """Compute, on another machine, what the run of a batch has not come to yet.

    Args:
        request: of that run.
        run: id of that run (32 hexadecimal digits).
    """
    end_with_worker()
    if not may_take(os.environ.get(WORKER_VARIABLE, ""), runtime.flow_run.tags):
        return Completed(message="nothing done: this worker computes the batch already")
    if _is_over(run):
        return Completed(message="nothing done: the batch is over")
    place = current_place(request.title, str(runtime.flow_run.id))
    speak_up()
    try:
        with open_store(place.database, environment=os.environ) as store:
            made = _help(request, run, store, place)
    except MolpipeError as error:
        return Failed(message=error.line, data=error)
    return Completed(message=f"computed {made} stages of {request.title}")


def _help(request: BatchRequest, run: str, store: Store, place: Place) -> int:
    """Compute until nothing is left, or the batch is over; how many stages it were."""
    threads = request.settings.limits.threads
    with store.leases() as leases, place.open_workers(threads=threads) as workers:
        asked = read_request(request, place, store, workers)
        window = Window(in_flight(place.workers))
        bench = Bench(
            store,
            workers,
            leases,
            versions=versions(),
            force=False,
            retry_refused=False,
            helps=True,
            aside=window.aside,
        )
        share = Share(request, run, store, bench)
        # From its end, because the batch begins at the other one.
        left = [unit for unit in reversed(units(asked.batch.rows)) if not share.is_answered(unit)]
        with _stopped_with(run, bench):
            answer_all(left, share.take, bench, window)
        return bench.made


class Share:
    """What one run does for another."""

    def __init__(self, request: BatchRequest, run: str, store: Store, bench: Bench) -> None:
        self._request = request
        self._run = run
        self._store = store
        self._bench = bench

    def is_answered(self, unit: Unit) -> bool:
        """Whether the batch is done with it."""
        return all(self._store.is_answered(self._run, row.row) for row in unit)

    def take(self, unit: Unit) -> None:
        """Perform the stages of a unit; circuits only where the batch does so itself."""
        if self._bench.stopped or self.is_answered(unit):
            return
        work = run_series if self._request.pool == "cpu" else prepare_series
        deque(work(unit, self._request.settings, self._perform), maxlen=0)

    def _perform(self, row: BatchRow) -> Perform:
        return partial(self._bench.perform, row.name, -row.row)


@contextmanager
def _stopped_with(run: str, bench: Bench) -> Iterator[None]:
    """Stop the bench when the batch is over, however it ended."""
    done = threading.Event()

    def watch() -> None:
        while not done.wait(LOOK_SECONDS):
            with suppress(*FAULTS):
                if _is_over(run):
                    bench.stop()
                    return

    # Prefect tells by the context which server it is.
    threading.Thread(target=copy_context().run, args=(watch,), daemon=True).start()
    try:
        yield
    finally:
        done.set()


def _is_over(run: str) -> bool:
    try:
        with get_client(sync_client=True) as client:
            state = client.read_flow_run(UUID(run)).state
    except ObjectNotFound:
        return True
    return state is not None and state.is_final()

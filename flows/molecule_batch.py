"""The flow: a batch of molecules in, an answered row for each of them out."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextvars import ContextVar
from functools import partial
from pathlib import Path
from uuid import uuid4

from prefect import flow
from prefect.futures import PrefectFuture, as_completed
from prefect.task_runners import ThreadPoolTaskRunner
from prefect.tasks import Task

from flows.bench import Bench
from flows.interrupt import on_interrupt
from flows.outputs import open_folder, write_outputs
from flows.request import BatchRequest
from flows.tasks import molecule
from molpipe.analysis.batch import compare_rows, with_relative_energies
from molpipe.analysis.stoichiometry import check_reactions
from molpipe.chem.intake import read_batch
from molpipe.limits import Workers
from molpipe.model.document import Results, Row
from molpipe.model.molecule import Batch, BatchRow
from molpipe.pipeline import run_series, units
from molpipe.provenance import versions
from molpipe.store import RunStart, Store, open_store, utc_now

THREADS = 16
"""Rows in the hands of Prefect at once; most of them wait for a child process."""

READ_SECONDS = 20.0
"""Wall time for reading one molecule [s]; RDKit has inputs on which it does not come back."""

Listener = Callable[[Row], None]

on_row: ContextVar[Listener | None] = ContextVar("on_row", default=None)
"""Called with every row as it is answered, one at a time, in any thread (the progress)."""


@flow(
    name="molecule-batch",
    flow_run_name="{request.name}",
    task_runner=ThreadPoolTaskRunner(max_workers=THREADS),  # type: ignore[arg-type]  # invariant
)
def molecule_batch(request: BatchRequest) -> Results:
    """Compute a batch; rows that fail are rows with a failure, never a failed flow.

    Raises:
        InputError: the batch cannot be read, its reactions do not fit it, or the folder of the
            results cannot be written.
        StoreError: the result database cannot be used.
    """
    with _workers(request) as workers:
        batch = _read(workers, request)
        open_folder(Path(request.out))
        with open_store(request.database, environment=os.environ) as store:
            start = _start(batch, request)
            store.begin_run(start)
            bench = _bench(store, workers, request)
            with on_interrupt(bench.stop):
                keep = _keeper(store, start.id)
                answer = partial(_answer, bench, request, keep)
                rows = _collect([_task(unit).submit(answer, unit) for unit in units(batch.rows)])
            results = _finish(store, start, rows)
    write_outputs(results, Path(request.out))
    return results


def _workers(request: BatchRequest) -> Workers:
    return Workers(processes=request.workers, threads=request.settings.limits.threads)


def _read(workers: Workers, request: BatchRequest) -> Batch:
    memory_gb = request.settings.limits.memory_gb
    perform = partial(workers.run, seconds=READ_SECONDS, memory_gb=memory_gb)
    batch = read_batch(Path(request.batch), request.settings, perform=perform)
    check_reactions(request.reactions, batch.rows)
    return batch


def _start(batch: Batch, request: BatchRequest) -> RunStart:
    return RunStart(
        id=uuid4().hex,
        name=batch.name,
        source=batch.source,
        source_sha256=batch.source_sha256,
        columns=batch.columns,
        n_rows=len(batch.rows),
        started=utc_now(),
        settings=request.named_settings,
        versions=versions(),
    )


def _bench(store: Store, workers: Workers, request: BatchRequest) -> Bench:
    return Bench(
        store,
        workers,
        versions=versions(),
        force=request.force,
        retry_refused=request.retry_refused,
    )


def _keeper(store: Store, run_id: str) -> Listener:
    """Keeps a row and tells the listener of it, one row at a time."""
    listener, one_at_a_time = on_row.get(), threading.Lock()

    def keep(row: Row) -> None:
        store.keep_row(run_id, row)
        if listener is not None:
            with one_at_a_time:
                listener(row)

    return keep


def _task(unit: tuple[BatchRow, ...]) -> Task[..., list[Row]]:
    return molecule if len(unit) == 1 else molecule.with_options(name="series")


def _answer(
    bench: Bench, request: BatchRequest, keep: Listener, unit: tuple[BatchRow, ...]
) -> list[Row]:
    rows = []
    for row in run_series(unit, request.settings, lambda row: partial(bench.perform, row.name)):
        keep(row)
        rows.append(row)
    return rows


def _collect(futures: list[PrefectFuture[list[Row]]]) -> list[Row]:
    return [row for future in as_completed(futures) for row in future.result()]


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

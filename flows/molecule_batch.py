"""The flow: a batch of molecules in, an answered row for each of them out."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from pathlib import Path
from uuid import uuid4

from prefect import flow
from prefect.futures import PrefectFuture, as_completed
from prefect.task_runners import ThreadPoolTaskRunner

from flows.bench import Bench
from flows.interrupt import on_interrupt
from flows.outputs import open_folder, write_outputs
from flows.request import BatchRequest
from flows.tasks import molecule
from molpipe.analysis.duplicates import link_duplicates
from molpipe.chem.intake import read_batch
from molpipe.limits import Workers
from molpipe.model.document import Results, Row
from molpipe.model.molecule import Batch, BatchRow
from molpipe.pipeline import run_row
from molpipe.provenance import versions
from molpipe.store import RunStart, Store, open_store, utc_now

THREADS = 16
"""Rows in the hands of Prefect at once; most of them wait for a child process."""

Listener = Callable[[Row], None]

on_row: ContextVar[Listener | None] = ContextVar("on_row", default=None)
"""Called in the flow's own thread with every row that is answered (the progress display)."""


@flow(
    name="molecule-batch",
    flow_run_name="{request.name}",
    task_runner=ThreadPoolTaskRunner(max_workers=THREADS),  # type: ignore[arg-type]  # invariant
)
def molecule_batch(request: BatchRequest) -> Results:
    """Compute a batch; rows that fail are rows with a failure, never a failed flow.

    Raises:
        InputError: the batch cannot be read, or the folder of the results not be written.
        StoreError: the result database cannot be used.
    """
    batch = read_batch(Path(request.batch), request.settings)
    open_folder(Path(request.out))
    with open_store(request.database, environment=os.environ) as store:
        start = _start(batch, request)
        store.begin_run(start)
        with _bench(store, request) as bench, on_interrupt(bench.stop):
            answer = partial(_answer, bench, store, request, start.id)
            rows = _collect([molecule.submit(answer, row) for row in batch.rows])
        results = _finish(store, start, rows)
    write_outputs(results, Path(request.out))
    return results


def _start(batch: Batch, request: BatchRequest) -> RunStart:
    return RunStart(
        id=uuid4().hex,
        name=batch.name,
        source=batch.source,
        source_sha256=batch.source_sha256,
        columns=batch.columns,
        n_rows=len(batch.rows),
        started=utc_now(),
        settings=request.settings.model_dump(mode="json"),
        versions=versions(),
    )


@contextmanager
def _bench(store: Store, request: BatchRequest) -> Iterator[Bench]:
    threads = request.settings.limits.threads
    with Workers(processes=request.workers, threads=threads) as workers:
        yield Bench(
            store,
            workers,
            versions=versions(),
            force=request.force,
            retry_refused=request.retry_refused,
        )


def _answer(bench: Bench, store: Store, request: BatchRequest, run_id: str, row: BatchRow) -> Row:
    answered = run_row(row, request.settings, partial(bench.perform, row.name))
    store.keep_row(run_id, answered)
    return answered


def _collect(futures: list[PrefectFuture[Row]]) -> list[Row]:
    listener = on_row.get()
    rows = []
    for future in as_completed(futures):
        rows.append(future.result())
        if listener is not None:
            listener(rows[-1])
    return rows


def _finish(store: Store, start: RunStart, rows: list[Row]) -> Results:
    for row in link_duplicates(rows):
        store.keep_row(start.id, row)
    finished = utc_now()
    store.finish_run(
        start.id, finished=finished, seconds=(finished - start.started).total_seconds()
    )
    results = store.load_run(start.id)
    assert results is not None
    return results

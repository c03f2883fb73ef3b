"""The end of a run: when it was, and how long it took."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flows.batch.run import _finish
from molpipe.store import RunStart, open_store

START = RunStart(
    id="0" * 32,
    name="batch",
    source="pasted",
    source_sha256="0" * 64,
    columns={},
    n_rows=0,
    started=datetime(2026, 3, 1, 12, tzinfo=UTC),
    settings={},
    versions={},
)


def test_a_clock_that_is_set_meanwhile_changes_neither(tmp_path):
    """The clock on the wall says when a run began; how long it took is counted by another."""
    with open_store(tmp_path / "results.db", environment={}) as store:
        store.begin_run(START)
        batch = _finish(store, START, 12.5)[0].batch
        (summary,) = store.runs()
    assert batch.seconds == summary.seconds == 12.5
    assert summary.finished - summary.started == timedelta(seconds=12.5)

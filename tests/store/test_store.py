"""What is kept comes back: by key, by run, by name; whoever else writes, and after a kill."""

import dataclasses
import signal
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import numpy as np
import pytest

from molpipe.errors import CorruptRecord, SchemaTooNew, StoreError
from molpipe.model.codec import encode
from molpipe.model.molecule import Geometry
from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.results import VQEResult
from molpipe.store import open_store
from tests.model.samples import PROBLEM, STORED, VQE
from tests.sample_results import sample_results
from tests.store.conftest import NOON, execute
from tests.store.processes import in_processes

KEY = "0123456789abcdef" * 4
VERSIONS = {"molpipe": "0.1.0"}
ROWS = sample_results().rows


# Stage results.


@pytest.mark.parametrize("value", STORED, ids=lambda value: type(value).__name__)
def test_a_stage_result_comes_back(store, value):
    store.keep(KEY, "stage", value, seconds=1.25, versions=VERSIONS)
    staged = store.recall(KEY, type(value))
    assert encode(staged.value) == encode(value)
    assert (staged.seconds, staged.recalled) == (1.25, True)


def test_an_unknown_key_is_absent(store):
    assert store.recall(KEY, VQEResult) is None


def test_keeping_again_replaces(store):
    for energy in (-1.0, -2.0):
        value = dataclasses.replace(VQE, energy=energy)
        store.keep(KEY, "vqe", value, seconds=-energy, versions=VERSIONS)
    staged = store.recall(KEY, VQEResult)
    assert (staged.value.energy, staged.seconds) == (-2.0, 2.0)


def test_results_outlive_the_store(store, database):
    store.keep(KEY, "problem", PROBLEM, seconds=1.0, versions=VERSIONS)
    store.close()
    with open_store(database, environment={}) as again:
        staged = again.recall(KEY, ActiveSpaceProblem)
    assert np.array_equal(staged.value.two_body, PROBLEM.two_body)


@pytest.mark.parametrize(
    "payload", [b"", b"rubbish", zlib.compress(b"rubbish"), zlib.compress(encode(VQE))[:-9]]
)
def test_a_corrupt_record_is_logged_and_absent(store, database, caplog, payload):
    store.keep(KEY, "vqe", VQE, seconds=1.0, versions=VERSIONS)
    execute(database, "UPDATE stage_results SET payload = :payload", payload=payload)
    assert store.recall(KEY, VQEResult) is None
    assert KEY in caplog.text
    store.keep(KEY, "vqe", VQE, seconds=1.0, versions=VERSIONS)
    assert store.recall(KEY, VQEResult) is not None


def test_a_record_of_another_type_is_logged_and_absent(store, caplog):
    store.keep(KEY, "vqe", VQE, seconds=1.0, versions=VERSIONS)
    assert store.recall(KEY, Geometry) is None
    assert "VQEResult" in caplog.text


def test_a_record_of_a_newer_molpipe_is_not_overwritten(store, database):
    store.keep(KEY, "vqe", VQE, seconds=1.0, versions=VERSIONS)
    newer = zlib.compress(encode(VQE).replace(b'"version":1', b'"version":999'))
    execute(database, "UPDATE stage_results SET payload = :payload", payload=newer)
    with pytest.raises(SchemaTooNew):
        store.recall(KEY, VQEResult)


# Runs.


def test_a_run_comes_back_in_input_order(store, run_start):
    store.begin_run(run_start)
    for row in reversed(ROWS):
        store.keep_row(run_start.id, row)
    store.finish_run(run_start.id, finished=NOON + timedelta(hours=1), seconds=3599.5)
    results = store.load_run(run_start.id)
    assert results.rows == ROWS
    batch = results.batch
    assert (batch.started, batch.finished) == (
        "2026-03-01T12:00:00+00:00",
        "2026-03-01T13:00:00+00:00",
    )
    assert batch.seconds == 3599.5
    assert batch.settings == run_start.settings
    assert batch.columns == run_start.columns
    assert batch.versions == run_start.versions


def test_a_run_that_never_ended_holds_what_was_answered(store, run_start):
    store.begin_run(run_start)
    store.keep_row(run_start.id, ROWS[1])
    results = store.load_run(run_start.id)
    assert results.rows == (ROWS[1],)
    assert results.batch.finished >= results.batch.started
    (summary,) = store.runs()
    assert (summary.finished, summary.seconds) == (None, None)


def test_a_row_is_replaced_and_a_run_begun_again_keeps_its_rows(store, run_start):
    store.begin_run(run_start)
    first = ROWS[0]
    store.keep_row(run_start.id, dataclasses.replace(first, status="cancelled"))
    store.begin_run(run_start)
    store.keep_row(run_start.id, first)
    assert store.load_run(run_start.id).rows == (first,)


def test_a_row_is_answered_when_it_is_kept_and_was_not_cancelled(store, run_start):
    store.begin_run(run_start)
    first, second = ROWS[:2]
    store.keep_row(run_start.id, first)
    store.keep_row(run_start.id, dataclasses.replace(second, status="cancelled"))
    found = [store.is_answered(run_start.id, number) for number in (first.row, second.row, 99)]
    assert found == [True, False, False]
    assert not store.is_answered("another run", first.row)


def test_an_unknown_run_is_none_and_takes_no_rows(store):
    assert store.load_run("nothing") is None
    with pytest.raises(StoreError):
        store.keep_row("nothing", ROWS[0])


def test_runs_are_listed_newest_first_with_their_counts(store, run_start):
    later = dataclasses.replace(run_start, id="later", started=NOON + timedelta(days=1))
    earlier = dataclasses.replace(run_start, id="earlier", started=NOON - timedelta(days=1))
    for start in (run_start, later, earlier):
        store.begin_run(start)
    for row, status in zip(ROWS, ("ok", "failed", "ok"), strict=False):
        store.keep_row("later", dataclasses.replace(row, status=status))
    summaries = store.runs()
    assert [summary.id for summary in summaries] == ["later", "pilot-1", "earlier"]
    assert summaries[0].statuses == {"ok": 2, "failed": 1}
    assert summaries[1].statuses == {}
    assert summaries[0].n_rows == 3
    assert summaries[0].started == later.started


def test_a_corrupt_row_is_named(store, database, run_start):
    store.begin_run(run_start)
    store.keep_row(run_start.id, ROWS[0])
    execute(database, "UPDATE documents SET document = :document", document='{"row": 1}')
    with pytest.raises(CorruptRecord, match="row 1 of run pilot-1"):
        store.load_run(run_start.id)


@pytest.fixture
def two_runs(store, run_start):
    """Row 1, "water", in both runs, with another key in the later one; others beside it."""
    later = dataclasses.replace(run_start, id="later", started=NOON + timedelta(days=1))
    for start, key in ((run_start, KEY), (later, "f" * 64)):
        store.begin_run(start)
        water = dataclasses.replace(ROWS[0], row=1, name="water", key=key)
        store.keep_row(start.id, water)
        store.keep_row(start.id, dataclasses.replace(water, row=2, name="wat%", key=None))
    return store


def test_rows_are_found_by_name_newest_first(two_runs):
    found = two_runs.find_rows("water")
    assert [(summary.id, row.name) for summary, row in found] == [
        ("later", "water"),
        ("pilot-1", "water"),
    ]


@pytest.mark.parametrize("text", [KEY, KEY[:8], KEY[:20].upper()])
def test_rows_are_found_by_the_start_of_their_key(two_runs, text):
    ((summary, row),) = two_runs.find_rows(text)
    assert (summary.id, row.key) == ("pilot-1", KEY)


def test_the_last_key_of_all_is_found(two_runs):
    assert [row.key for _, row in two_runs.find_rows("ffffffff")] == ["f" * 64]


@pytest.mark.parametrize("text", ["", "wate", "Water", "w%", KEY[:7], "0123456x", KEY + "0"])
def test_nothing_else_is_found(two_runs, text):
    assert two_runs.find_rows(text) == []


def test_a_name_is_text_and_no_pattern(two_runs):
    assert [row.name for _, row in two_runs.find_rows("wat%")] == ["wat%", "wat%"]


# Several writers, and kills.


def test_threads_share_a_store(store, run_start):
    store.begin_run(run_start)
    rows = [dataclasses.replace(ROWS[0], row=number) for number in range(1, 41)]

    def write(row):
        store.keep_row(run_start.id, row)
        store.keep(f"{row.row:064x}", "vqe", VQE, seconds=1.0, versions=VERSIONS)
        return store.recall(f"{row.row:064x}", VQEResult)

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(write, rows))
    assert store.load_run(run_start.id).rows == tuple(rows)


WRITE = """
def work(number, database):
    row = sample_results().rows[0]
    with open_store(database, environment={}) as store:
        for n in range(1, ROWS + 1):
            store.keep_row("pilot-1", replace(row, row=ROWS * number + n))
"""


@pytest.mark.slow
@pytest.mark.parametrize("n_rows", [30, 200])
def test_four_processes_write_at_once_and_nothing_is_lost(store, database, run_start, n_rows):
    store.begin_run(run_start)
    in_processes(4, WRITE.replace("ROWS", str(n_rows)), database)
    (summary,) = store.runs()
    assert summary.statuses == {"ok": 4 * n_rows}
    kept = [row.row for row in store.load_run(run_start.id).rows]
    assert kept == list(range(1, 4 * n_rows + 1))


WRITER = """
import os, signal, sys
from molpipe.store import open_store
from tests.sample_results import sample_results

with open_store(sys.argv[1], environment={}) as store:
    for row in sample_results().rows[:3]:
        store.keep_row("pilot-1", row)
    print("kept", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_kill_loses_no_row_that_was_kept(store, database, run_start):
    store.begin_run(run_start)
    ended = subprocess.run(
        [sys.executable, "-c", WRITER, database], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout) == (-signal.SIGKILL, "kept\n")
    assert store.load_run(run_start.id).rows == ROWS[:3]

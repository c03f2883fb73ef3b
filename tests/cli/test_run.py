"""molpipe run as a process: a whole batch, killed half-way, interrupted, run again."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace

import psutil
import pytest

from molpipe.cli.results import exit_code
from molpipe.model.molecule import Failure
from molpipe.store import open_store
from tests.sample_results import answered, sample_results

ROWS = 8
CHEAP = ("basis=sto-3g", "active_space=4,4", "conformer.refine=none", "full_space=none")


def with_rows(*rows):
    return replace(sample_results(), rows=rows)


def test_exit_code_tells_what_became_of_the_batch():
    ok = answered()
    broken = Failure(stage="vqe", code="INVARIANT_BROKEN", message="below FCI")
    assert exit_code(with_rows(ok)) == 0
    assert exit_code(with_rows(ok, replace(ok, status="refused"))) == 1
    assert exit_code(with_rows(ok, replace(ok, status="failed", failure=broken))) == 3
    assert exit_code(with_rows(ok, replace(ok, status="cancelled"))) == 130


@pytest.fixture
def start(tmp_path, monkeypatch):
    """Start ``molpipe run`` on chains of carbon, as a process with a Prefect home of its own."""
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "prefect"))
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    lines = "".join(f"c{n},{'C' * n}\n" for n in range(1, ROWS + 1))
    (tmp_path / "batch.csv").write_text("name,smiles\n" + lines)

    def run(out):
        settings = [word for setting in CHEAP for word in ("--set", setting)]
        options = ["--database", "results.db", "--workers", "1", "--out", out]
        with (tmp_path / "stderr.txt").open("a") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "molpipe", "run", "batch.csv", *settings, *options],
                cwd=tmp_path,
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )

    return run


def rows_kept(folder):
    """How many rows the database holds so far."""
    with open_store(folder / "results.db", environment={}) as store:
        return sum(sum(run.statuses.values()) for run in store.runs())


def wait_for_rows(folder, count, process):
    while process.poll() is None and rows_kept(folder) < count:
        time.sleep(0.2)
    assert process.poll() is None, (folder / "stderr.txt").read_text()


def results(folder, out):
    return json.loads((folder / out / "results.json").read_text())


def left_behind(pid):
    """Processes of the run that are still there after a few seconds: children, Prefect's server."""
    end = time.monotonic() + 10
    while left := [p for p in psutil.process_iter(["cmdline"]) if belongs(p, pid)]:
        if time.monotonic() > end:
            break
        time.sleep(0.2)
    return left


def belongs(process, pid):
    """In the session of the run, or an embedded server, which names its parent last."""
    try:
        ours = os.getsid(process.pid) == pid
    except ProcessLookupError:
        return False
    words = process.info["cmdline"]  # None or empty: dead, and not yet reaped
    return bool(words) and (ours or words[-1] == str(pid))


@pytest.mark.slow
def test_a_killed_run_is_resumed_where_it_was(start, tmp_path):
    process = start("first")
    wait_for_rows(tmp_path, 3, process)
    process.kill()
    process.wait()
    assert left_behind(process.pid) == []
    kept = rows_kept(tmp_path)
    assert not (tmp_path / "first" / "results.json").exists()
    assert start("second").wait() == 0
    rows = results(tmp_path, "second")["rows"]
    assert [row["row"] for row in rows] == list(range(1, ROWS + 1))
    assert all(row["status"] == "ok" for row in rows)
    assert kept <= sum(row["reused"] for row in rows) < ROWS
    assert start("third").wait() == 0
    assert all(row["reused"] for row in results(tmp_path, "third")["rows"])


@pytest.mark.slow
def test_ctrl_c_in_a_terminal_leaves_what_was_done(start, tmp_path):
    """The terminal sends the signal to every process of the group, Prefect's server included."""
    process = start("out")
    wait_for_rows(tmp_path, 2, process)
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(timeout=60) == 130
    assert "Traceback" not in (tmp_path / "stderr.txt").read_text()
    statuses = [row["status"] for row in results(tmp_path, "out")["rows"]]
    assert len(statuses) == ROWS
    assert set(statuses) == {"ok", "cancelled"}
    assert left_behind(process.pid) == []


@pytest.fixture
def times_kept(tmp_path):
    """How often each key of a stage was kept, whichever process did it."""
    database = tmp_path / "results.db"
    open_store(database, environment={}).close()
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(
            "CREATE TABLE kept (key TEXT);"
            "CREATE TRIGGER first AFTER INSERT ON stage_results"
            " BEGIN INSERT INTO kept VALUES (new.key); END;"
            "CREATE TRIGGER again AFTER UPDATE ON stage_results"
            " BEGIN INSERT INTO kept VALUES (new.key); END;"
        )

    def count():
        with closing(sqlite3.connect(database)) as connection:
            return dict(connection.execute("SELECT key, count(*) FROM kept GROUP BY key"))

    return count


def energies(folder, out):
    rows = results(folder, out)["rows"]
    assert [row["row"] for row in rows] == list(range(1, ROWS + 1))
    return [row["energies"]["active"]["vqe"]["value"] for row in rows]


def leases_left(folder):
    with closing(sqlite3.connect(folder / "results.db")) as connection:
        return connection.execute("SELECT count(*) FROM leases").fetchone()[0]


def suspend_at_work(process, folder):
    """Suspend a run while it computes a stage, and not while it writes."""
    while process.poll() is None:
        os.killpg(process.pid, signal.SIGSTOP)
        if is_computing(process.pid, folder):
            return
        os.killpg(process.pid, signal.SIGCONT)
        time.sleep(0.02)
    pytest.fail("the run ended before it could be suspended")


def is_computing(pid, folder):
    held = "SELECT count(*) FROM leases WHERE process = ?"
    with closing(sqlite3.connect(folder / "results.db", timeout=0.1)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")  # nobody is writing
        except sqlite3.OperationalError:
            return False
        return connection.execute(held, [pid]).fetchone() == (1,)


@pytest.mark.slow
def test_two_runs_at_once_share_a_fresh_home_a_database_and_the_work(start, tmp_path, times_kept):
    first, second = start("one"), start("two")
    assert (first.wait(), second.wait()) == (0, 0)
    assert energies(tmp_path, "one") == energies(tmp_path, "two")
    assert set(times_kept().values()) == {1}
    assert leases_left(tmp_path) == 0


@pytest.mark.slow
def test_the_work_of_a_run_that_is_killed_is_taken_over_by_another(start, tmp_path, times_kept):
    first, second = start("one"), start("two")
    wait_for_rows(tmp_path, 3, first)
    first.kill()
    first.wait()
    killed = time.monotonic()
    assert second.wait() == 0
    assert time.monotonic() - killed < 60
    assert None not in energies(tmp_path, "two")
    assert set(times_kept().values()) == {1}, "what was finished is not computed again"
    assert leases_left(tmp_path) == 0
    assert "Traceback" not in (tmp_path / "stderr.txt").read_text()


@pytest.mark.slow
def test_a_run_that_was_suspended_loses_its_work_and_nothing_else(start, tmp_path):
    """It is taken for dead; when it goes on it recalls what the other one computed."""
    first, second = start("one"), start("two")
    wait_for_rows(tmp_path, 2, first)
    suspend_at_work(first, tmp_path)
    try:
        assert second.wait() == 0
    finally:
        os.killpg(first.pid, signal.SIGCONT)
    assert first.wait() == 0
    assert energies(tmp_path, "one") == energies(tmp_path, "two")
    assert "has not been heard of for 30 s" in (tmp_path / "stderr.txt").read_text()
    assert leases_left(tmp_path) == 0

"""The kill table: `molpipe run` in the middle of a batch, and what it needs taken away.

docs/reliability.md names these tests.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager

import psutil
import pytest

from molpipe.limits.child import NAME
from molpipe.store import open_store
from tests.browser.up import COMMAND, clean_environment
from tests.reliability.kept import count_from_now_on, rows_answered, times_kept
from tests.tolerances import VARIATIONAL

pytestmark = pytest.mark.slow

ROWS = 4
CHAINS = "name,smiles\n" + "".join(f"c{n},{'C' * n}\n" for n in range(1, ROWS + 1))
SETTINGS = ("basis=6-31g*", "active_space=4,4", "conformer.refine=none", "full_space=none")
OPTIONS = [word for setting in SETTINGS for word in ("--set", setting)]
SECONDS = 300.0


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """One home of Prefect for all runs, which has to be made only once."""
    return clean_environment() | {"PREFECT_HOME": str(tmp_path_factory.mktemp("prefect"))}


@pytest.fixture
def start(tmp_path, environment):
    """Start ``molpipe run`` on chains of carbon."""
    (tmp_path / "batch.csv").write_text(CHAINS)

    @contextmanager
    def run(out, database="results.db"):
        options = ["--database", database, "--workers", "1", "--out", out]
        with (
            (tmp_path / f"{out}.txt").open("w") as log,
            subprocess.Popen(
                [COMMAND, "run", "batch.csv", *OPTIONS, *options],
                cwd=tmp_path,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            ) as process,
        ):
            try:
                yield process
            finally:
                process.kill()

    return run


def ended(process):
    return process.wait(timeout=SECONDS)


def said(folder, out):
    return (folder / f"{out}.txt").read_text()


def results(folder, out):
    return json.loads((folder / out / "results.json").read_text())["rows"]


def energies(rows):
    return [row["energies"]["active"]["vqe"]["value"] for row in rows]


def wait_for(condition):
    end = time.monotonic() + SECONDS
    while not (found := condition()):
        assert time.monotonic() < end
        time.sleep(0.1)
    return found


def calculating(process):
    children = psutil.Process(process.pid).children(recursive=True)
    return [child for child in children if child.name() == NAME]


def child_called(process, word):
    for child in psutil.Process(process.pid).children():
        if word in " ".join(child.cmdline()):
            return child
    return None


def test_kill_of_a_child_and_of_the_prefect_server_beside_it(start, tmp_path):
    """The calculation is tried again, the server started again; the user sees a line of each."""
    database = tmp_path / "results.db"
    count_from_now_on(database)
    with start("out") as process:
        wait_for(lambda: rows_answered(database) >= 2)
        wait_for(lambda: calculating(process)).pop().kill()
        wait_for(lambda: child_called(process, "embedded")).kill()
        assert ended(process) == 0, said(tmp_path, "out")
    assert [row["status"] for row in results(tmp_path, "out")] == ["ok"] * ROWS
    assert set(times_kept(database).values()) == {1}, "nothing was computed twice"
    assert "embedded server ended with -9: it is started again" in said(tmp_path, "out")
    assert re.search(r"\w+: c\d: .* ended by SIGKILL, it is tried once more", said(tmp_path, "out"))
    assert "EventsWorker" not in said(tmp_path, "out"), "Prefect may keep that to itself"
    assert "Traceback" not in said(tmp_path, "out")


def test_a_corrupt_record_is_computed_again(start, tmp_path):
    database = tmp_path / "results.db"
    count_from_now_on(database)
    with start("first") as process:
        assert ended(process) == 0
    with closing(sqlite3.connect(database)) as connection, connection:
        wanted = "SELECT key FROM stage_results WHERE stage = 'problem' LIMIT 1"
        (key,) = connection.execute(wanted).fetchone()
        connection.execute("UPDATE stage_results SET payload = x'00' WHERE key = ?", [key])
    before = times_kept(database)
    check = [COMMAND, "db", "check", "--database", database]
    found = subprocess.run(check, capture_output=True, text=True, check=False)
    assert (found.returncode, "corrupt" in found.stdout) == (1, True)
    with start("second") as process:
        assert ended(process) == 0
    after = times_kept(database)
    assert {name for name in after if after[name] != before[name]} == {key}
    assert "is unreadable" in said(tmp_path, "second")
    assert energies(results(tmp_path, "second")) == pytest.approx(
        energies(results(tmp_path, "first")), abs=VARIATIONAL
    )
    assert subprocess.run(check, capture_output=True, check=False).returncode == 0


def test_a_database_that_is_away(start, tmp_path, postgresql):
    """PostgreSQL is stopped in the middle of a batch, and comes back."""
    database = postgresql.create_database()

    def answered():
        with open_store(database, environment={}) as store:
            return sum(sum(run.statuses.values()) for run in store.runs())

    with start("out", database) as process:
        wait_for(lambda: answered() >= 2)
        postgresql.stop()
        try:
            wait_for(lambda: "does not answer, trying again" in said(tmp_path, "out"))
            time.sleep(5.0)
        finally:
            postgresql.start()
        assert ended(process) == 0, said(tmp_path, "out")
    assert "answers again" in said(tmp_path, "out")
    assert "quite-secret" not in said(tmp_path, "out")
    rows = results(tmp_path, "out")
    assert [(row["status"], row["reused"]) for row in rows] == [("ok", False)] * ROWS


IN_A_SMALL_DISK = """
mount -t tmpfs -o size=800k small disk || exit 99
"$@" --out full; echo $? > full.code
mount -o remount,size=50m disk
"$@" --out room; echo $? > room.code
mount -o remount,ro disk
"$@" --out read-only; echo $? > read-only.code
"""


def test_a_full_disk_and_an_unwritable_database(tmp_path, environment):
    """In a mount of its own, which ends with the process; root is not needed where users may."""
    alone = ["unshare", "--map-root-user", "--mount"]
    if sys.platform != "linux" or not shutil.which("unshare"):
        pytest.skip("unshare of util-linux makes the small disk")
    if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system lets nobody make a mount of his own")
    (tmp_path / "batch.csv").write_text(CHAINS)
    (tmp_path / "disk").mkdir()
    run = [COMMAND, "run", "batch.csv", *OPTIONS, "--workers", "1", "--database", "disk/r.db"]
    ended = subprocess.run(
        [*alone, "sh", "-c", IN_A_SMALL_DISK, "sh", *run],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    codes = [(tmp_path / f"{out}.code").read_text() for out in ("full", "room", "read-only")]
    assert codes == ["2\n", "0\n", "2\n"], ended.stdout + ended.stderr
    full, read_only = (line for line in ended.stderr.splitlines() if line.startswith("molpipe:"))
    assert full.startswith(
        "molpipe: the result database disk/r.db failed: database or disk is full"
    )
    assert "make room on its disk; what was finished is kept" in full
    assert "disk/r.db" in read_only
    assert "--database or MOLPIPE_DATABASE" in read_only
    assert "Traceback" not in ended.stderr
    rows = results(tmp_path, "room")
    assert [row["status"] for row in rows] == ["ok"] * ROWS
    assert 0 < sum(row["reused"] for row in rows) < ROWS
    assert os.listdir(tmp_path / "disk") == []

"""molpipe run with the workers of a Dask cluster in the place of this machine's processes."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys

import pytest

from molpipe.cli import main
from molpipe.store import open_store
from tests.browser.up import clean_environment
from tests.dask_cluster import dask_cluster, wait_for
from tests.tolerances import PLACE

ROWS = 4
START = 300.0
"""A new Prefect home and two rows on a busy machine [s]."""
SETTINGS = ("--set", "basis=sto-3g", "--set", "active_space=4,4", "--set", "full_space=none")


def batch(folder):
    """Chains of carbon, and one that is refused."""
    lines = "".join(f"c{n},{'C' * n}\n" for n in range(1, ROWS + 1))
    (folder / "batch.csv").write_text(f"name,smiles\n{lines}broken,C1CC\n")
    return folder / "batch.csv"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A Prefect home for all of these runs: a new one takes its time."""
    return tmp_path_factory.mktemp("prefect")


@pytest.fixture
def start(tmp_path, home):
    """Start ``molpipe run`` with a database of its own; the test's end is its end."""
    started = []

    def run(out, *options):
        command = [sys.executable, "-m", "molpipe", "run", "batch.csv", *SETTINGS, *options]
        with (tmp_path / f"{out}.err").open("wb") as log:
            process = subprocess.Popen(
                [*command, "--out", out, "--database", f"{out}.db"],
                cwd=tmp_path,
                env=clean_environment() | {"PREFECT_HOME": str(home)},
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
        started.append(process)
        return process

    batch(tmp_path)
    yield run
    for process in started:
        process.kill()
        process.wait()


def rows(folder, out):
    return json.loads((folder / out / "results.json").read_text())["rows"]


def rows_kept(folder, out):
    with open_store(folder / f"{out}.db", environment={}) as store:
        return sum(sum(run.statuses.values()) for run in store.runs())


def energy(row):
    return row["energies"] and row["energies"]["active"]["vqe"]["value"]


@pytest.mark.parametrize(
    ("runner", "wanted"),
    [("dask:nowhere", "port is missing"), ("dask:127.0.0.1:{port}", "nobody listens")],
)
def test_a_cluster_that_is_not_there_is_one_line(runner, wanted, tmp_path, monkeypatch, capfd):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    monkeypatch.chdir(tmp_path)
    runner = runner.format(port=port)
    monkeypatch.setattr(sys, "argv", ["molpipe", "run", str(batch(tmp_path)), "--runner", runner])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    (line,) = capfd.readouterr().err.strip().splitlines()
    assert wanted in line
    assert not list((tmp_path / "runs").glob("batch*"))


@pytest.mark.slow
def test_a_batch_is_the_same_also_where_a_worker_is_killed(start, tmp_path):
    with dask_cluster(tmp_path / "dask", workers=2) as cluster:
        run = start("cluster", "--runner", f"dask:{cluster.address}")
        wait_for(lambda: run.poll() is not None or rows_kept(tmp_path, "cluster") >= 2, START)
        victim = cluster.workers()[0]
        victim.kill()
        assert run.wait() == 1, "one row is refused"
        assert victim not in cluster.workers()
    assert start("here", "--workers", "2").wait() == 1
    for there, here in zip(rows(tmp_path, "cluster"), rows(tmp_path, "here"), strict=True):
        assert (there["name"], there["status"]) == (here["name"], here["status"])
        assert there["key"] == here["key"]
        assert energy(there) == (energy(here) and pytest.approx(energy(here), abs=PLACE))
    assert "Traceback" not in (tmp_path / "cluster.err").read_text()


@pytest.mark.slow
def test_ctrl_c_ends_the_calculations_on_the_cluster(start, tmp_path):
    with dask_cluster(tmp_path / "dask", workers=1) as cluster:
        run = start("out", "--runner", f"dask:{cluster.address}")
        wait_for(lambda: run.poll() is not None or rows_kept(tmp_path, "out") >= 2, START)
        os.kill(run.pid, signal.SIGINT)
        assert run.wait(timeout=60) == 130
        wait_for(lambda: not cluster.busy())
    assert {row["status"] for row in rows(tmp_path, "out")} >= {"ok", "cancelled"}
    assert "Traceback" not in (tmp_path / "out.err").read_text()

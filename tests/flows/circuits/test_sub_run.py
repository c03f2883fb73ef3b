"""Waiting for a run on the pool ``quantum``: how it may end, and when nobody runs it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from functools import partial

import psutil
import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.filters import FlowFilter, FlowFilterName
from prefect.deployments.runner import EntrypointType, RunnerDeployment
from prefect.states import Cancelled as CancelledState
from prefect.states import Completed, Crashed, Failed, Pending, Running, Scheduled

from flows.batch.bench import Bench
from flows.circuits import sub_run
from flows.circuits.routing import Routed
from flows.circuits.sub_run import POLL_SECONDS, Seen, follow, run_on_pool
from flows.quantum_stage import quantum_stage
from molpipe.chem.intake import read_smiles
from molpipe.errors import BackendUnavailable, Cancelled
from molpipe.limits import Workers
from molpipe.model.settings import Settings
from molpipe.pipeline import run_row
from molpipe.store import open_store

QUEUED = Seen(Scheduled(), served=True)
ALONE = Seen(Scheduled(), served=False)
RUNS = Seen(Running(), served=True)
SILENT = Seen(None, served=False)


class Script:
    """A run whose states are known beforehand; the last one stays."""

    name = "circuits of pilot"

    def __init__(self, *seen):
        self.seen = list(seen)
        self.cancelled = False

    def look(self):
        return self.seen.pop(0) if len(self.seen) > 1 else self.seen[0]

    def cancel(self):
        self.cancelled = True


def done(state):
    return Seen(state, served=True)


def watch(run, *, patience=60.0, stopped=lambda: False):
    """Follow the run without sleeping; what was said, and how long it would have slept [s]."""
    said, slept = [], []
    follow(run, patience=patience, stopped=stopped, say=said.append, wait=slept.append)
    return said, sum(slept)


def test_a_run_that_completes_is_waited_for():
    run = Script(QUEUED, QUEUED, RUNS, RUNS, done(Completed()))
    said, slept = watch(run)
    assert slept == 4 * POLL_SECONDS
    assert [line.split(": ")[1] for line in said] == [
        "it waits for its turn in the work pool quantum",
        "it runs",
    ]
    assert not run.cancelled


@pytest.mark.parametrize(
    "state", [Crashed(message="killed"), Failed(message="no orders"), CancelledState()]
)
def test_any_other_end_is_named(state):
    run = Script(RUNS, done(state))
    with pytest.raises(BackendUnavailable) as caught:
        watch(run)
    message = caught.value.message
    assert message.startswith(f"the quantum-stage run {run.name} ended as {state.name}")
    assert message.endswith(state.message or state.name)
    assert not run.cancelled, "it is over"


@pytest.mark.parametrize("seen", [ALONE, Seen(Pending(), served=False), SILENT])
def test_a_run_that_nobody_takes_is_given_up_and_cancelled(seen):
    run = Script(seen)
    with pytest.raises(BackendUnavailable, match="was given up after 60 s: ") as caught:
        watch(run)
    assert "prefect worker start --pool quantum" in caught.value.hint
    assert run.cancelled


def test_a_queue_is_waited_for_longer_than_a_worker():
    run = Script(*[QUEUED] * 100, *[RUNS] * 100, done(Completed()))
    assert watch(run, patience=1.0)[1] == 200 * POLL_SECONDS


def test_only_the_time_without_a_worker_in_one_piece_counts():
    gap = [ALONE] * 20 + [QUEUED]
    run = Script(*gap, *gap, RUNS, done(Completed()))
    said, _ = watch(run, patience=25 * POLL_SECONDS)
    assert len(said) == 5
    assert "no worker serves the work pool quantum" in said[0]


def test_a_run_goes_on_while_its_worker_is_silent():
    busy = Seen(Running(), served=False)
    run = Script(*[busy] * 100, done(Completed()))
    assert watch(run, patience=1.0)[1] == 100 * POLL_SECONDS


def test_stopping_the_batch_cancels_the_run():
    run = Script(RUNS)
    with pytest.raises(Cancelled):
        watch(run, stopped=lambda: True)
    assert run.cancelled


def test_an_interrupt_cancels_the_run():
    run = Script(RUNS)

    def interrupt(seconds):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        follow(run, patience=1.0, stopped=lambda: False, say=lambda _: None, wait=interrupt)
    assert run.cancelled


def run_it(key="a" * 64, *, stopped=lambda: False, say=lambda _: None):
    run_on_pool(key, name="circuits", patience=120.0, stopped=stopped, say=say)


def test_without_the_deployment_the_advice_says_how_to_make_it(monkeypatch):
    monkeypatch.setattr(sub_run, "DEPLOYMENT", "quantum-stage/elsewhere")
    with pytest.raises(BackendUnavailable, match="no deployment quantum-stage/elsewhere"):
        run_it()


CHEAP = Settings(basis="sto-3g", active_space="2,2").with_overrides({"conformer.refine": "none"})
MINUTES = CHEAP.with_overrides({"active_space": "full", "backend": "cirq"})
"""Water's 14 qubits in a simulator of all states."""


@pytest.fixture(scope="module")
def database(prefect_home, tmp_path_factory):
    """The result database of a worker of the pool, which runs."""
    with get_client(sync_client=True) as client:
        client.create_work_pool(WorkPoolCreate(name=sub_run.POOL, type="process"), overwrite=True)
    deployment = RunnerDeployment.from_flow(
        quantum_stage,
        name="quantum-stage",
        work_pool_name=sub_run.POOL,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    deployment.apply()
    path = str(tmp_path_factory.mktemp("database") / "results.db")
    places = {
        "PREFECT_API_URL": prefect_home,
        "MOLPIPE_DATABASE": path,
        "MOLPIPE_HOME": os.path.dirname(path),
        "MOLPIPE_WORKERS": "1",
    }
    command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", sub_run.POOL]
    process = subprocess.Popen(command, env={**os.environ, **places})
    yield path
    process.terminate()
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:  # Prefect's worker; what matters is that it has no run left
        left = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        process.wait()
        assert left == []


@flow
def answer(database, smiles, stop_when, settings=CHEAP):
    """One molecule, whose circuit runs on the pool; stopped when that says so."""
    row = read_smiles(smiles)
    with (
        open_store(database, environment={}) as store,
        Workers(processes=1, threads=1) as workers,
    ):
        bench = Bench(store, workers, store.leases(), versions={}, force=False, retry_refused=False)
        routed = Routed(bench, store)

        def say(line):
            if line.endswith(stop_when):
                bench.stop()

        run_stage = partial(run_it, stopped=lambda: bench.stopped, say=say)
        how = {"at_once": 1, "force": False, "retry_refused": False}
        routed.hand_over([(row,)], settings, run_stage, **how)
        return run_row(row, settings, partial(routed.perform, row.name, row.row))


def stage_runs():
    """The states of all runs of the circuit stage."""
    with get_client(sync_client=True) as client:
        named = FlowFilter(name=FlowFilterName(any_=["quantum-stage"]))
        return [run.state for run in client.read_flow_runs(flow_filter=named)]


@pytest.mark.slow
def test_a_worker_of_the_pool_carries_out_the_circuits(database):
    before = len(stage_runs())
    row = answer(database, "[LiH]", "never")
    assert row.status == "ok", row.failure
    assert row.comparison.solver.verdict == "reproduces"
    assert len(stage_runs()) == before + 1
    assert answer(database, "[LiH]", "never").reused
    assert len(stage_runs()) == before + 1


@pytest.mark.slow
def test_a_worker_of_the_pool_stops_with_the_batch(database):
    assert answer(database, "O", "it runs", MINUTES).status == "cancelled"
    end = time.monotonic() + 60
    while not all(state.is_final() for state in stage_runs()) and time.monotonic() < end:
        time.sleep(0.5)
    assert any(state.is_cancelled() for state in stage_runs()), stage_runs()

"""What Prefect says of runs whose process is gone, and of runs that only seem to be."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State, StateType
from prefect.states import Running
from prefect.tasks import task

from flows import runs
from flows.client import DEPLOYMENT
from flows.service import sweep as sweeping
from flows.service.install import install
from flows.service.schedules import Schedules
from flows.service.sweep import LOOKS, RUN_VARIABLE, Sweep, keep_sweeping

pytestmark = pytest.mark.slow

OURS = "molpipe cpu"
GONE = 2**22 + 1
"""Linux gives no such number to a process."""


@pytest.fixture(scope="module", autouse=True)
def installed():
    install(Schedules(nightly=None, weekly=None))


@pytest.fixture(autouse=True)
def no_runs_are_left():
    yield

    async def clean(client):
        for run in await runs.runs_in(client, list(StateType)):
            await client.delete_flow_run(run.id)

    asked(clean)


def asked(function):
    async def call():
        async with get_client() as client:
            return await function(client)

    return asyncio.run(call())


def made(kind, *, message=None, worker=OURS, number=GONE):
    """A run in a state, taken up by a worker, which has started a process with this number."""

    async def make(client):
        deployment = await client.read_deployment_by_name(DEPLOYMENT)
        run = await client.create_flow_run_from_deployment(deployment.id, name="batch")
        if worker:
            await client.update_flow_run_labels(run.id, {runs.WORKER_LABEL: worker})
        if number:
            await client.update_flow_run(run.id, infrastructure_pid=str(number))
        await client.set_flow_run_state(run.id, State(type=kind, message=message), force=True)
        return run.id

    return asked(make)


def given_process(run, number):
    asked(lambda client: client.update_flow_run(run, infrastructure_pid=str(number)))


def state(run):
    return asked(lambda client: client.read_flow_run(run)).state


def looked(times=LOOKS):
    """What is said after so many looks."""
    sweep = Sweep([OURS])

    async def look():
        return [line for _ in range(times) for line in await sweep.look()]

    return asyncio.run(look())


@contextmanager
def process_of(run):
    """A process as Prefect starts it for a run."""
    words = [sys.executable, "-c", "print(flush=True); input()"]
    environment = os.environ | {RUN_VARIABLE: str(run)}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(words, env=environment, **pipes) as process:
        process.stdout.readline()
        try:
            yield process.pid
        finally:
            process.kill()


@pytest.mark.parametrize(
    ("kind", "becomes"),
    [
        (StateType.RUNNING, StateType.CRASHED),
        (StateType.PENDING, StateType.CRASHED),
        (StateType.CANCELLING, StateType.CANCELLED),
    ],
)
def test_a_run_whose_process_is_gone_is_over(kind, becomes):
    run = made(kind)
    with process_of(run) as number:
        given_process(run, number)
        assert looked() == []
        assert state(run).type == kind
    assert looked(LOOKS - 1) == []
    (line,) = looked()
    assert state(run).type == becomes
    assert run.hex[:8] in line
    assert state(run).message in line
    assert looked() == []


def test_a_number_that_another_process_has_now_does_not_deceive():
    run = made(StateType.RUNNING, number=os.getpid())
    looked()
    assert state(run).type == StateType.CRASHED
    assert state(run).message == runs.DIED


@pytest.mark.parametrize("worker", [OURS, None])
def test_one_that_had_not_begun_waits_for_the_next_worker(worker):
    """Its worker died between taking it and starting its process."""
    run = made(StateType.PENDING, worker=worker, number=None)
    looked()
    assert state(run).type == StateType.SCHEDULED


@pytest.mark.parametrize("kind", [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING])
def test_runs_of_other_workers_are_left_alone(kind):
    """Their processes are on other machines; the automation waits for their heartbeats."""
    run = made(kind, worker="ProcessWorker 1234")
    assert looked() == []
    assert state(run).type == kind


def test_one_that_was_taken_for_dead_runs_again():
    """A clock that is set forward by an hour makes every heartbeat late."""
    run = made(StateType.CRASHED, message=runs.DIED)
    with process_of(run) as number:
        given_process(run, number)
        looked()
        assert state(run).type == StateType.RUNNING


def test_one_that_said_itself_that_it_crashed_stays_so():
    run = made(StateType.CRASHED, message="no more memory")
    with process_of(run) as number:
        given_process(run, number)
        assert looked() == []


def test_a_state_that_changed_is_looked_at_anew():
    run, sweep = made(StateType.RUNNING), Sweep([OURS])
    for _ in range(LOOKS - 1):
        assert asyncio.run(sweep.look()) == []
    asked(lambda client: client.set_flow_run_state(run, Running(), force=True))
    assert asyncio.run(sweep.look()) == []
    assert state(run).type == StateType.RUNNING


@task
def stage():
    """What a run does."""


def test_what_a_dead_run_had_begun_is_over_as_well():
    dead, living = made(StateType.CRASHED), made(StateType.RUNNING, worker="another")

    async def begin(client):
        return [
            await client.create_task_run(stage, run, dynamic_key="0", state=Running())
            for run in (dead, living)
        ]

    begun = asked(begin)
    looked()
    found = [asked(lambda client, id=each.id: client.read_task_run(id)) for each in begun]
    assert [each.state.type for each in found] == [StateType.CRASHED, StateType.RUNNING]


def test_it_goes_on_when_the_server_was_away(monkeypatch):
    monkeypatch.setattr(sweeping, "LOOK_SECONDS", 0.0)
    stop, answers = threading.Event(), iter([RuntimeError("no server"), ["marked"]])

    async def look(self):
        answer = next(answers, None)
        if answer is None:
            stop.set()
            return []
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(Sweep, "look", look)
    said = []
    keep_sweeping([OURS], stop, said.append)
    assert said == ["marked"]

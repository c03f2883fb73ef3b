"""What the service makes on its server: once, however often it is asked."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State, StateType

from flows import deployments, runs
from flows.service import install as service
from flows.service.install import drain, install, next_runs
from flows.service.schedules import Schedules
from molpipe.store import utc_now

pytestmark = pytest.mark.slow

YEARLY = Schedules(nightly="0 3 1 1 *", weekly=None, timezone="Europe/Berlin")


async def _found():
    async with get_client() as client:
        made = await client.read_deployments(deployment_filter=runs.OURS)
        pools = await client.read_work_pools()
        automations = await client.read_automations_by_name(deployments.RECOVERY)
    return made, pools, automations


def found():
    return asyncio.run(_found())


def crons(made):
    return {
        each.name: [(entry.schedule.cron, entry.schedule.timezone) for entry in each.schedules]
        for each in made
    }


def test_it_makes_everything_once():
    for _ in range(2):
        install(Schedules())
        made, pools, automations = found()
        assert crons(made) == {
            "molecule-batch": [],
            "nightly-pilot": [("0 2 * * *", "UTC")],
            "reference-watch": [("0 4 * * 0", "UTC")],
            "quantum-stage": [],
            "batch-share": [],
        }
        assert Counter(pool.name for pool in pools) >= Counter(deployments.POOLS.keys())
        assert {pool.type for pool in pools} == {"process"}
        assert len(automations) == 1
        assert automations[0].enabled


def test_schedules_are_replaced_and_go():
    install(Schedules())
    install(YEARLY)
    assert crons(found()[0]) == {
        "molecule-batch": [],
        "nightly-pilot": [("0 3 1 1 *", "Europe/Berlin")],
        "reference-watch": [],
        "quantum-stage": [],
        "batch-share": [],
    }


def test_nothing_that_prefect_stores_names_a_place_or_a_secret(monkeypatch):
    """Workers find these in their environment; pools and deployments hold none of it."""
    monkeypatch.setenv("MOLPIPE_DATABASE", "postgresql://me:canary@db/results")
    monkeypatch.setenv("MOLPIPE_HOME", "/canary")
    monkeypatch.setenv("PREFECT_API_AUTH_STRING", "user:canary")
    install(Schedules())
    made, pools, automations = found()
    for each in (*made, *pools, *automations):
        assert "canary" not in each.model_dump_json()
    assert all(each.job_variables == {} for each in made)


def test_a_schedule_that_makes_runs_is_told_from_one_that_makes_none(monkeypatch):
    """The session's server has no scheduler: first nobody makes runs, then we do."""
    install(YEARLY)
    monkeypatch.setattr(service, "SCHEDULE_SECONDS", 0.5)
    monkeypatch.setattr(service, "POLL_SECONDS", 0.1)
    assert list(next_runs()) == [("nightly-pilot", None)]

    tomorrow = (utc_now() + timedelta(days=1)).replace(microsecond=0)
    monkeypatch.setattr(service, "_first_scheduled", lambda _: _later(tomorrow))
    ((name, moment),) = next_runs()
    assert (name, moment) == ("nightly-pilot", tomorrow)
    assert moment.tzinfo.key == "Europe/Berlin", "said in the zone that was asked for"


async def _later(moment):
    return moment


async def _made(name, kind=None):
    async with get_client() as client:
        batch = await client.read_deployment_by_name("molecule-batch/molecule-batch")
        run = (await client.create_flow_run_from_deployment(batch.id, name=name)).id
        if kind:
            await client.set_flow_run_state(run, State(type=kind), force=True)
        return run


def state(run):
    async def read():
        async with get_client() as client:
            return (await client.read_flow_run(run)).state.type.value

    return asyncio.run(read())


@pytest.fixture
def hasty(monkeypatch):
    monkeypatch.setattr(service, "DRAIN_SECONDS", 1.0)
    install(YEARLY)


@pytest.mark.usefixtures("hasty")
def test_what_waits_is_not_drained():
    run = asyncio.run(_made("waits"))
    drain()
    assert state(run) == "SCHEDULED"


@pytest.mark.usefixtures("hasty")
def test_what_runs_is_asked_to_end_and_what_only_starts_is_over():
    running = asyncio.run(_made("runs", StateType.RUNNING))
    starting = asyncio.run(_made("starts", StateType.PENDING))
    drain()
    assert (state(running), state(starting)) == ("CANCELLING", "CANCELLED")


@pytest.mark.usefixtures("hasty")
def test_what_a_worker_takes_meanwhile_is_over_as_well(monkeypatch):
    taken = []

    async def cancel(*_, **__):
        taken.append(await _made("taken", StateType.PENDING))

    asyncio.run(_made("runs", StateType.RUNNING))
    monkeypatch.setattr(runs, "cancel", cancel)
    drain()
    assert len(taken) > 1
    assert {state(run) for run in taken[:-1]} == {"CANCELLED"}


@pytest.fixture(autouse=True)
def no_runs_are_left():
    yield

    async def clean():
        async with get_client() as client:
            for run in await runs.runs_in(client, [*runs.WAITING, *runs.OPEN]):
                await client.delete_flow_run(run.id)

    asyncio.run(clean())

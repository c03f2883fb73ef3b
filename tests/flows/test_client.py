"""Submitting, listing and cancelling on a real server that no worker serves."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import httpx
import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State, StateType
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.states import Scheduled

from flows import client, runs
from flows.request import BatchRequest
from flows.service.install import install
from flows.service.schedules import Schedules
from molpipe.errors import BackendUnavailable, InputError
from molpipe.model.settings import Settings
from molpipe.store import utc_now

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def installed():
    install(Schedules(nightly="0 3 1 1 *", weekly="0 4 1 1 *"))


def asked(function):
    """The result of a coroutine function of a client."""

    async def call():
        async with get_client() as prefect:
            return await function(prefect)

    return asyncio.run(call())


@pytest.fixture(autouse=True)
def no_runs_are_left():
    yield

    async def clean(prefect):
        for run in await runs.runs_in(prefect, list(StateType)):
            await prefect.delete_flow_run(run.id)

    asked(clean)


def submitted(name="pilot", **given):
    return client.submit(BatchRequest(smiles="[He] helium", name=name, **given))


def moved(run, kind, **state):
    """The run in another state, as a worker would report it."""
    new = State(type=kind, **state)
    asked(lambda prefect: prefect.set_flow_run_state(UUID(run.id), new, force=True))
    return client.read_run(run.id)


def scheduled(days, deployment):
    """A run that is to start in so many days."""

    async def make(prefect):
        found = await prefect.read_deployment_by_name(f"{deployment}/{deployment}")
        state = Scheduled(scheduled_time=utc_now() + timedelta(days=days))
        made = await prefect.create_flow_run_from_deployment(
            found.id, name="elegant-chicken", state=state
        )
        return made.id.hex

    return asked(make)


@pytest.fixture
def auto(monkeypatch):
    """Makes runs look as made by the scheduler: a client cannot make such."""
    made = set()
    listed = runs.runs_in

    async def marked(*args, **kwargs):
        found = await listed(*args, **kwargs)
        return [
            run.model_copy(update={"auto_scheduled": run.auto_scheduled or run.id.hex in made})
            for run in found
        ]

    monkeypatch.setattr(runs, "runs_in", marked)
    return made


def test_a_submitted_batch_waits_with_what_was_asked_for():
    settings = Settings(basis="sto-3g").with_overrides({"limits.seconds": 60.0})
    request = BatchRequest(
        stored_batch="a" * 64, name="mine", pool="quantum", settings=settings, force=True
    )
    run = client.submit(request)
    assert (run.name, run.state, run.is_scheduled, run.is_over) == (
        "mine",
        "scheduled",
        False,
        False,
    )
    found = asked(lambda prefect: prefect.read_flow_run(UUID(run.id)))
    assert found.work_pool_name == "cpu"
    assert BatchRequest.model_validate(found.parameters["request"]) == request
    assert found.parameters["request"]["settings"] == {
        "basis": "sto-3g",
        "limits": {"seconds": 60.0},
    }
    assert client.read_run(run.id) == run


def test_the_same_batch_may_be_sent_twice():
    assert submitted().id != submitted().id


def test_recent_lists_what_runs_then_what_waits_then_what_ended():
    ended, waits, begun = submitted("ended"), submitted("waits"), submitted("begun")
    moved(ended, StateType.FAILED, message="no luck")
    moved(begun, StateType.RUNNING)
    found = client.recent(10)
    assert [(run.name, run.state) for run in found] == [
        ("begun", "running"),
        ("waits", "scheduled"),
        ("ended", "failed"),
    ]
    assert (found[2].message, found[2].is_over) == ("no luck", True)
    assert found[1].id == waits.id
    assert [run.name for run in client.recent(2)] == ["begun", "waits"]


def test_of_a_schedule_only_the_next_run_is_listed_by_its_deployment(auto):
    auto.update(scheduled(days, "nightly-pilot") for days in (3, 1, 2))
    auto.update(scheduled(days, "reference-watch") for days in (8, 15))
    submitted()
    found = client.recent(10)
    tomorrow, next_week = utc_now() + timedelta(days=1), utc_now() + timedelta(days=8)
    listed = {run.name: run for run in found}
    assert sorted(listed) == ["nightly-pilot", "pilot", "reference-watch"]
    assert len(found) == 3
    assert abs(listed["nightly-pilot"].started - tomorrow) < timedelta(minutes=5)
    assert abs(listed["reference-watch"].started - next_week) < timedelta(minutes=5)
    assert [run.is_scheduled for run in found if run.name != "pilot"] == [True, True]


@pytest.mark.parametrize(
    "named",
    [lambda run: "mine", lambda run: str(UUID(run.id)), lambda run: run.id[:8].upper()],
    ids=["name", "id", "beginning of the id"],
)
def test_a_run_that_waits_is_cancelled_at_once(named):
    run, other = submitted("mine"), submitted("other")
    stopped, left = client.cancel([named(run)])
    assert [(found.name, found.state) for found in stopped] == [("mine", "cancelled")]
    assert left == []
    assert client.read_run(other.id).state == "scheduled"


def test_several_names_of_one_run_are_one_run():
    run = submitted("mine")
    stopped, _ = client.cancel(["mine", run.id[:8]])
    assert [found.id for found in stopped] == [run.id]


def test_a_run_that_does_not_stop_is_said(monkeypatch):
    monkeypatch.setattr(client, "CANCEL_SECONDS", 0.1)
    run = moved(submitted(), StateType.RUNNING)

    async def with_process(prefect):
        await prefect.update_flow_run(UUID(run.id), infrastructure_pid="nowhere:1")

    asked(with_process)
    stopped, left = client.cancel([run.id])
    assert stopped == []
    assert [(found.id, found.state) for found in left] == [(run.id, "cancelling")]


def test_an_unknown_name_cancels_nothing():
    run = submitted()
    for wanted in ("nobody", run.id[:3], "", "a" * 32, "%", "../pilot"):
        with pytest.raises(InputError) as caught:
            client.cancel([run.id, wanted])
        assert (caught.value.code, repr(wanted) in caught.value.message) == ("NO_RUN", True)
    assert client.read_run(run.id).state == "scheduled"


def test_a_name_of_two_runs_names_both():
    first, second = submitted("twice"), submitted("twice")
    with pytest.raises(InputError) as caught:
        client.cancel(["twice"])
    assert caught.value.code == "AMBIGUOUS"
    assert all(run.id[:8] in caught.value.hint for run in (first, second))
    assert client.read_run(first.id).state == "scheduled"


def test_a_beginning_of_two_ids_names_more_of_both():
    """Prefect makes ids that begin with the time; here we choose them."""
    ids = ["019c0000-0000-7000-a000-" + digit * 12 for digit in "ab"]
    runs_ = [SimpleNamespace(id=UUID(each), name="other") for each in ids]
    with pytest.raises(InputError) as caught:
        client._only("019c0000", runs_)
    assert caught.value.code == "AMBIGUOUS"
    assert "'019c0000'" in caught.value.message
    assert caught.value.hint == "name one of 019c000000007000a000a, 019c000000007000a000b"
    assert client._only("019c000000007000a000b", runs_) is runs_[1]


def test_what_has_ended_cannot_be_cancelled():
    run = moved(submitted(), StateType.COMPLETED)
    with pytest.raises(InputError):
        client.cancel([run.id])
    assert client.read_run(run.id).state == "completed"


def test_a_server_without_our_deployments_is_said():
    async def remove(prefect):
        found = await prefect.read_deployment_by_name(client.DEPLOYMENT)
        await prefect.delete_deployment(found.id)

    asked(remove)
    try:
        with pytest.raises(BackendUnavailable, match="no deployment molecule-batch") as caught:
            submitted()
        assert "molpipe up" in caught.value.hint
    finally:
        install(Schedules(nightly="0 3 1 1 *", weekly="0 4 1 1 *"))


def test_no_worker_is_online_where_none_is():
    assert client.workers_online("cpu") == 0


def test_a_run_that_is_not_there_is_said():
    with pytest.raises(BackendUnavailable):
        client.read_run(uuid4().hex)


def test_a_server_that_went_away_is_said():
    with (
        temporary_settings({PREFECT_API_URL: "http://127.0.0.1:1/api"}),
        pytest.raises(BackendUnavailable, match="does not answer"),
    ):
        client.recent(1)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"json": {"detail": "no such thing"}}, "no such thing (409)"),
        ({"json": {"exception_message": "invalid"}}, '{"exception_message":"invalid"} (409)'),
        ({"json": ["a list"]}, '["a list"] (409)'),
        ({"text": "plain words"}, "plain words (409)"),
    ],
)
def test_the_reason_of_a_refusal_is_given(answer, said):
    assert client._reason(httpx.Response(409, **answer)) == said

"""Who is asked for help, who is not, and what is left of it: without a server."""

from __future__ import annotations

import asyncio
import threading
from types import SimpleNamespace
from uuid import uuid4

import httpx
import pytest
from prefect.client.schemas.objects import StateType

from flows.batch import shares
from flows.batch.shares import Shares, batch_tag, may_take, shared
from flows.request import BatchRequest
from flows.runs import WORKER_LABEL

RUN = "a" * 32
REQUEST = BatchRequest(stored_batch="pilot")


class Server:
    """What the client of a Prefect server answers, as far as shares ask it."""

    def __init__(self, *online):
        self.online = list(online)
        self.runs = []
        self.take(self.add(set()), "first")  # the run of the batch itself

    def add(self, tags):
        run = SimpleNamespace(
            id=uuid4(), tags=sorted(tags), labels={}, state_type=StateType.SCHEDULED
        )
        self.runs.append(run)
        return run

    def take(self, run, worker):
        run.labels[WORKER_LABEL] = worker
        run.state_type = StateType.RUNNING

    @property
    def shares(self):
        return self.runs[1:]

    async def read_workers_for_work_pool(self, pool):
        assert pool == "cpu"
        return [SimpleNamespace(name=name, status="ONLINE") for name in self.online] + [
            SimpleNamespace(name="long gone", status="OFFLINE")
        ]

    async def read_flow_runs(self, flow_run_filter, deployment_filter=None, sort=None, limit=200):
        if flow_run_filter.tags:
            return [run for run in self.runs if {*flow_run_filter.tags.all_} <= {*run.tags}]
        wanted = flow_run_filter.state.type.any_
        return [run for run in self.runs if run.state_type in wanted]

    async def read_deployment_by_name(self, name):
        return SimpleNamespace(id=name)

    async def create_flow_run_from_deployment(self, deployment, *, name, parameters, tags, **rest):
        self.said = deployment, name, parameters
        self.add(tags)

    async def update_flow_run(self, run_id, *, tags):
        next(run for run in self.runs if run.id == run_id).tags = tags

    async def delete_flow_run(self, run_id):
        self.runs = [run for run in self.runs if run.id != run_id]


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def server():
    return Server("first", "second")


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def look(server, clock):
    """Look at the server; ``wanted`` says whether there is something to do."""
    wanted = [True]
    kept = Shares(REQUEST, RUN, lambda: wanted[0], clock=clock)

    def look(is_wanted=True):
        wanted[0] = is_wanted
        asyncio.run(kept.look(server))
        return server.shares

    return look


def test_a_worker_that_is_idle_is_asked_once(look, server):
    look()
    (share,) = look()
    assert server.said == (
        "batch-share/batch-share",
        "help for pilot",
        {"request": {"stored_batch": "pilot"}, "run": RUN},
    )
    assert not may_take("first", share.tags), "it computes the batch"
    assert may_take("second", share.tags)


def test_where_no_other_worker_is_nobody_is_asked(look, server):
    server.online = ["first"]
    assert look() == []


def test_a_worker_that_is_busy_is_not_asked(look, server):
    server.take(server.add({"molpipe"}), "second")
    assert len(look()) == 1


def test_every_idle_worker_is_asked_in_turn_and_none_twice(look, server):
    server.online.append("third")
    server.take(look()[0], "second")
    share = look()[1]
    assert [name for name in ("first", "second", "third") if may_take(name, share.tags)] == [
        "third"
    ]
    server.take(share, "third")
    assert len(look()) == 2


def test_a_share_that_waits_is_not_for_who_has_found_other_work(look, server):
    server.online.append("third")
    (share,) = look()
    server.take(server.add({"molpipe"}), "third")
    look()
    assert [name for name in ("second", "third") if may_take(name, share.tags)] == ["second"]
    server.take(server.add({"molpipe"}), "second")
    assert share not in look(), "nobody could take it"


def test_nothing_is_decided_while_a_worker_takes_a_share(look, server):
    server.online.append("third")
    look()[0].state_type = StateType.PENDING
    assert len(look()) == 1


def test_a_worker_that_found_nothing_more_to_do_is_not_asked_again(look, server, clock):
    (share,) = look()
    server.take(share, "second")
    share.state_type = StateType.COMPLETED
    clock.now += 1000.0
    assert look() == [share]


@pytest.mark.parametrize("ended", [StateType.CRASHED, StateType.FAILED])
def test_one_that_died_is_replaced_after_a_while(look, server, clock, ended):
    (share,) = look()
    server.take(share, "second")
    share.state_type = ended
    assert look() == [share]
    clock.now += shares.AGAIN_SECONDS
    assert len(look()) == 2


def test_what_waits_is_deleted_when_it_is_not_wanted_any_more(look):
    look()
    assert look(is_wanted=False) == []


def test_at_the_end_nothing_waits(look, server):
    server.online.append("third")
    server.take(look()[0], "second")
    look()
    asyncio.run(Shares(REQUEST, RUN, lambda: True).close(server))
    assert [share.state_type for share in server.shares] == [StateType.RUNNING]


def test_the_shares_of_other_batches_are_none_of_its_business(look, server):
    foreign = server.add({batch_tag("b" * 32)})
    assert len(look()) == 2
    asyncio.run(Shares(REQUEST, RUN, lambda: True).close(server))
    assert server.shares == [foreign]


def test_a_server_that_is_away_is_said_once_and_changes_nothing(monkeypatch, caplog):
    looks = threading.Semaphore(0)

    def away():
        looks.release()
        raise httpx.ConnectError("nobody there")

    monkeypatch.setenv(shares.WORKER_VARIABLE, "first")
    monkeypatch.setattr(shares, "FIRST_LOOK_SECONDS", 0.0)
    monkeypatch.setattr(shares, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(shares, "get_client", away)
    with shared(REQUEST, RUN, lambda: True):
        for _ in range(3):
            assert looks.acquire(timeout=60)
    assert caplog.text.count("no other worker can be asked for help: nobody there") == 1


@pytest.mark.parametrize(
    ("request_", "worker"), [(REQUEST, ""), (REQUEST.model_copy(update={"force": True}), "first")]
)
def test_nobody_is_asked_outside_the_service_nor_by_force(monkeypatch, request_, worker):
    monkeypatch.setattr(shares, "Shares", pytest.fail)
    monkeypatch.delenv(shares.WORKER_VARIABLE, raising=False)
    if worker:
        monkeypatch.setenv(shares.WORKER_VARIABLE, worker)
    with shared(request_, RUN, lambda: True):
        pass


def test_tags_name_a_worker_whole():
    tags = shares.barred(["molpipe cpu"])
    assert not may_take("molpipe cpu", tags)
    assert may_take("molpipe cpu on node7 4711", tags)

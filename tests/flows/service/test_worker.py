"""Which runs a worker takes from a real server, and which it leaves to others."""

from __future__ import annotations

import asyncio
import warnings
from uuid import uuid4

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.deployments.runner import RunnerDeployment
from prefect.types.entrypoint import EntrypointType
from prefect.workers.base import BaseWorker
from prefect.workers.process import ProcessWorker

from flows.batch.shares import barred
from flows.batch_share import batch_share
from flows.service.worker import Worker

PARAMETERS = {"request": {}, "run": "a" * 32}
TAGS = {"inbox": set(), "help": barred(["busy"])}


async def make_pool():
    """A pool with a run in each of two queues; the second one bars the worker ``busy``."""
    pool = f"pool-{uuid4().hex[:8]}"
    async with get_client() as client:
        await client.create_work_pool(WorkPoolCreate(name=pool, type="process"))
        for queue, tags in TAGS.items():
            deployment = RunnerDeployment.from_flow(
                batch_share,
                name=f"{pool}-{queue}",
                work_pool_name=pool,
                work_queue_name=queue,
                entrypoint_type=EntrypointType.MODULE_PATH,
            )
            made = await deployment.aapply()
            await client.create_flow_run_from_deployment(
                made, name=queue, parameters=PARAMETERS, tags=tags
            )
    return pool


@pytest.fixture(scope="module")
def pool(prefect_home):
    return asyncio.run(make_pool())


def found(pool, name, *queues, rests=False):
    """The runs that a worker would take."""

    async def look():
        worker = Worker(work_pool_name=pool, name=name, work_queues=list(queues))
        if rests:
            worker.rest()
        async with get_client() as client:
            worker._client = client
            return [each.flow_run.name for each in await worker._get_scheduled_flow_runs()]

    return sorted(asyncio.run(look()))


def test_it_leaves_alone_what_its_tags_bar_it_from(pool):
    assert found(pool, "idle") == ["help", "inbox"]
    assert found(pool, "busy") == ["inbox"]


def test_it_takes_only_from_its_queues(pool):
    assert found(pool, "idle", "help") == ["help"]
    assert found(pool, "busy", "help") == []


def test_one_that_rests_takes_nothing(pool):
    assert found(pool, "idle", rests=True) == []


def test_new_batches_come_first(pool):
    async def queues():
        async with get_client() as client:
            return await client.read_work_queues(work_pool_name=pool)

    priorities = {queue.name: queue.priority for queue in asyncio.run(queues())}
    assert priorities["default"] < priorities["help"]


def test_prefects_own_worker_stays_the_one_for_pools_of_processes():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert BaseWorker.get_worker_class_from_type("process") is ProcessWorker

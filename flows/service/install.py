"""What the service does on its server, as plain calls."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import StateType
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import CronSchedule

from flows import deployments, runs
from flows.service.schedules import Schedules

DRAIN_SECONDS = 20.0
SCHEDULE_SECONDS = 120.0
POLL_SECONDS = 1.0


def install(schedules: Schedules) -> None:
    """Make pools, deployments and the recovery of dead runs."""
    asyncio.run(_install(schedules))


async def _install(schedules: Schedules) -> None:
    async with get_client() as client:
        await deployments.install(client, schedules)


def drain() -> None:
    """Cancel what runs; what only waits stays, and runs when the service is up again."""
    asyncio.run(_drain())


async def _drain() -> None:
    async with get_client() as client:
        why = "molpipe up was stopped: run it again, what is finished is kept"
        await runs.drain(client, why=why, seconds=DRAIN_SECONDS)


def next_runs() -> Iterator[tuple[str, datetime | None]]:
    """Each scheduled deployment with its next run; None where its schedule makes none."""
    end = time.monotonic() + SCHEDULE_SECONDS
    for deployment in asyncio.run(_scheduled()):
        yield deployment.name, _next_run(deployment, end)


async def _scheduled() -> list[DeploymentResponse]:
    async with get_client() as client:
        ours = await client.read_deployments(deployment_filter=runs.OURS)
        return [found for found in ours if any(entry.active for entry in found.schedules)]


def _next_run(deployment: DeploymentResponse, end: float) -> datetime | None:
    while time.monotonic() < end:
        if moment := asyncio.run(_first_scheduled(deployment)):
            return moment.astimezone(_zone(deployment))
        time.sleep(POLL_SECONDS)
    return None


async def _first_scheduled(deployment: DeploymentResponse) -> datetime | None:
    async with get_client() as client:
        waiting = await runs.runs_in(client, [StateType.SCHEDULED])
    starts = [
        run.expected_start_time
        for run in waiting
        if run.deployment_id == deployment.id and run.auto_scheduled and run.expected_start_time
    ]
    return min(starts, default=None)


def _zone(deployment: DeploymentResponse) -> ZoneInfo:
    schedules = (entry.schedule for entry in deployment.schedules)
    zones = (found.timezone for found in schedules if isinstance(found, CronSchedule))
    return ZoneInfo(next(zones, None) or "UTC")

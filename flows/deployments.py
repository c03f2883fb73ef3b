"""The deployments of molpipe on a Prefect server, their pools, and what finds dead runs."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final, Literal

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import StateType
from prefect.deployments.runner import RunnerDeployment
from prefect.events.actions import ChangeFlowRunState
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification
from prefect.exceptions import ObjectAlreadyExists
from prefect.flows import Flow
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType
from prefect.utilities.callables import ParameterSchema

from flows import runs
from flows.batch.shares import HELP
from flows.batch_share import batch_share
from flows.molecule_batch import molecule_batch
from flows.nightly_pilot import nightly_pilot
from flows.quantum_stage import quantum_stage
from flows.reference_watch import reference_watch
from flows.service.schedules import Schedules

POOLS: Final[Mapping[str, str]] = {
    "cpu": "Everything but circuits that ask for a pool of their own.",
    "quantum": "The circuits of batches with `pool: quantum`.",
}

INBOX: Final = "inbox"
"""The queue of what needs the files of this machine: a worker elsewhere leaves it alone."""

HEARTBEAT_SECONDS: Final = 30
DEAD_AFTER: Final = timedelta(seconds=3 * HEARTBEAT_SECONDS)
RECOVERY: Final = "molpipe: mark runs that died"


class _Closed(ParameterSchema):
    """Lets Prefect refuse a parameter that the flow does not have, before there is a run."""

    additionalProperties: Literal[False]


def deployments(schedules: Schedules) -> list[RunnerDeployment]:
    """Every deployment; a worker imports its flow from the installed package."""
    zone = schedules.timezone
    return [
        _deployment(molecule_batch, pool="cpu"),
        _deployment(nightly_pilot, pool="cpu", queue=INBOX, cron=schedules.nightly, timezone=zone),
        _deployment(reference_watch, pool="cpu", cron=schedules.weekly, timezone=zone),
        _deployment(quantum_stage, pool="quantum"),
        _deployment(batch_share, pool="cpu", queue=HELP),  # Prefect asks the newest queue last
    ]


def _deployment(
    flow: Flow[..., Any],
    *,
    pool: str,
    queue: str | None = None,
    cron: str | None = None,
    timezone: str = "UTC",
) -> RunnerDeployment:
    made = RunnerDeployment.from_flow(
        flow,
        name=flow.name,
        work_pool_name=pool,
        work_queue_name=queue,
        schedules=[Cron(cron, timezone=timezone)] if cron else [],
        description=(flow.fn.__doc__ or "").split("\n\n", maxsplit=1)[0],
        tags=["molpipe"],
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    open_ = made._parameter_openapi_schema.model_dump(exclude_unset=True)
    made._parameter_openapi_schema = _Closed(**open_, additionalProperties=False)
    return made


async def install(client: PrefectClient, schedules: Schedules) -> None:
    """Make pools, deployments and the recovery of dead runs what this molpipe wants."""
    for name, description in POOLS.items():
        pool = WorkPoolCreate(name=name, type="process", description=description)
        with contextlib.suppress(ObjectAlreadyExists):
            await client.create_work_pool(pool)
    if not await client.read_automations_by_name(RECOVERY):
        await client.create_automation(recovery())
    for deployment in deployments(schedules):
        await deployment.aapply()


def recovery() -> AutomationCore:
    """Marks a run Crashed that said nothing for three heartbeats: its process is gone."""
    heartbeat = "prefect.flow-run.heartbeat"
    ended = {f"prefect.flow-run.{end}" for end in ("Completed", "Failed", "Cancelled", "Crashed")}
    return AutomationCore(
        name=RECOVERY,
        description="A killed worker cannot say that its run is over.",
        trigger=EventTrigger(
            after={heartbeat},
            expect={heartbeat, *ended},
            match=ResourceSpecification({"prefect.resource.id": ["prefect.flow-run.*"]}),
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=DEAD_AFTER,
        ),
        actions=[
            ChangeFlowRunState(
                state=StateType.CRASHED,
                message=runs.DIED,
            )
        ],
    )

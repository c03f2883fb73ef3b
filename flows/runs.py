"""The flow runs of the service, as Prefect's server knows them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterTags,
    FlowRunFilter,
    FlowRunFilterId,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.states import Cancelled

OPEN = (StateType.RUNNING, StateType.PENDING, StateType.CANCELLING)
WAITING = (StateType.SCHEDULED,)
OURS = DeploymentFilter(tags=DeploymentFilterTags(all_=["molpipe"]))
WORKER_LABEL = "prefect.worker.name"
DIED = "Its process died. Nothing that was finished is lost: run it again."


async def runs_in(
    client: PrefectClient, states: Sequence[StateType], *, limit: int = 200
) -> list[FlowRun]:
    """Runs of our deployments in these states, the newest first."""
    wanted = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[*states])))
    newest = FlowRunSort.EXPECTED_START_TIME_DESC
    return await client.read_flow_runs(
        flow_run_filter=wanted, deployment_filter=OURS, sort=newest, limit=limit
    )


async def runs_by_id(client: PrefectClient, ids: Sequence[UUID]) -> list[FlowRun]:
    """The runs with these ids."""
    return await client.read_flow_runs(
        flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=list(ids)))
    )


def worker_of(run: FlowRun) -> str | None:
    """The name of the worker that took a run; None where none has."""
    name = run.labels.get(WORKER_LABEL)
    return None if name is None else str(name)


async def cancel(
    client: PrefectClient, runs: Sequence[FlowRun], *, why: str, seconds: float
) -> list[FlowRun]:
    """Cancel runs and wait until their processes have ended; those that did not in time."""
    for run in runs:
        state = State(type=StateType.CANCELLING, message=why)
        await client.set_flow_run_state(run.id, state)
    end = time.monotonic() + seconds
    left = [run.id for run in runs]
    while left:
        found = await runs_by_id(client, left)
        open_ = [run for run in found if run.state is None or not run.state.is_final()]
        if not open_ or time.monotonic() > end:
            return open_
        left = [run.id for run in open_]
        await asyncio.sleep(0.5)
    return []


async def drain(
    client: PrefectClient,
    *,
    why: str,
    seconds: float,
    is_ours: Callable[[FlowRun], bool] = lambda _: True,
) -> None:
    """Cancel what runs, and what a worker had just taken, for so long [s] at most.

    A run whose process is still starting cannot be asked to end: it sees that it is cancelled.
    """
    end = time.monotonic() + seconds
    while open_ := [run for run in await runs_in(client, OPEN) if is_ours(run)]:
        begun = []
        for run in open_:
            if run.state_type == StateType.PENDING:
                await client.set_flow_run_state(run.id, Cancelled(message=why), force=True)
            else:
                begun.append(run)
        await cancel(client, begun, why=why, seconds=max(end - time.monotonic(), 0.0))
        if time.monotonic() > end:
            return

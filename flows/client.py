"""Sending batches to a service, looking at them, stopping them: as plain calls."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID, uuid4

import httpx
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError

from flows import runs
from flows.request import BatchRequest
from flows.short_ids import shortened
from molpipe.errors import BackendUnavailable, InputError

DEPLOYMENT = "molecule-batch/molecule-batch"
ENDED = (StateType.COMPLETED, StateType.FAILED, StateType.CANCELLED, StateType.CRASHED)
CANCEL_SECONDS = 45.0
PREFIX = 4

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Run:
    """A flow run.

    Args:
        id: 32 hexadecimal digits.
        name: what it is called; of a run that its schedule has made and that still waits, the
            name of its deployment.
        is_scheduled: whether it is one of those.
        state: one of Prefect's types, in lower case.
        message: what Prefect says about the state.
        started: when it began, or will.
        seconds: how long it has run [s].
    """

    id: str
    name: str
    is_scheduled: bool
    state: str
    message: str
    started: datetime | None
    seconds: float

    @property
    def is_over(self) -> bool:
        """Whether nothing will change any more."""
        return self.state in {state.value.lower() for state in ENDED}


def _call(
    function: Callable[Concatenate[PrefectClient, P], Coroutine[Any, Any, T]],
) -> Callable[P, T]:
    """Make a plain call of a coroutine that needs a client; name what Prefect refuses."""

    async def connected(*args: P.args, **kwargs: P.kwargs) -> T:
        async with get_client() as client:
            return await function(client, *args, **kwargs)

    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return asyncio.run(connected(*args, **kwargs))
        except ObjectNotFound:
            raise BackendUnavailable(
                "the Prefect server has lost what we asked for", hint="molpipe status lists runs"
            ) from None
        except PrefectHTTPStatusError as error:
            raise BackendUnavailable(
                f"the Prefect server refused: {_reason(error.response)}",
                hint="molpipe doctor looks at Prefect",
            ) from None
        except (httpx.HTTPError, RuntimeError) as error:
            raise BackendUnavailable(
                f"the Prefect server does not answer: {error}", hint="is `molpipe up` running?"
            ) from None

    return call


def _reason(response: httpx.Response) -> str:
    try:
        found = response.json()
    except ValueError:
        found = None
    detail = found.get("detail") if isinstance(found, dict) else None
    return f"{detail or response.text} ({response.status_code})"


@_call
async def submit(client: PrefectClient, request: BatchRequest) -> Run:
    """Create a run of a batch; a worker takes it up.

    Raises:
        BackendUnavailable: the server has no deployment of ours, or does not answer.
    """
    try:
        deployment = await client.read_deployment_by_name(DEPLOYMENT)
    except ObjectNotFound:
        raise BackendUnavailable(
            f"the Prefect server has no deployment {DEPLOYMENT}",
            hint="start the service with `molpipe up`, or deploy to this server: docs/service.md",
        ) from None
    made = await client.create_flow_run_from_deployment(
        deployment.id,
        name=request.title,
        parameters={"request": request.model_dump(mode="json", exclude_defaults=True)},
        idempotency_key=uuid4().hex,  # the client may send it twice
    )
    return _run(made)


@_call
async def workers_online(client: PrefectClient, pool: str) -> int:
    """How many workers serve a pool."""
    workers = await client.read_workers_for_work_pool(pool)
    return sum(worker.status == "ONLINE" for worker in workers)


@_call
async def read_run(client: PrefectClient, run_id: str) -> Run:
    """A run as it is now."""
    return _run(await client.read_flow_run(UUID(run_id)))


@_call
async def recent(client: PrefectClient, limit: int) -> list[Run]:
    """Runs of our deployments: what runs, what waits, then what ended; each the newest first.

    Of what schedules have made, only the next run of each deployment.
    """
    waiting = await runs.runs_in(client, runs.WAITING)
    coming = {run.deployment_id: run for run in waiting if run.auto_scheduled}  # the last is next
    found = [
        *await runs.runs_in(client, runs.OPEN, limit=limit),
        *(run for run in waiting if not run.auto_scheduled or run in coming.values()),
        *await runs.runs_in(client, ENDED, limit=limit),
    ]
    ours = await client.read_deployments(deployment_filter=runs.OURS)
    names: dict[UUID | None, str] = {each.id: each.name for each in ours}
    return [_run(run, names) for run in found[:limit]]


@_call
async def cancel(client: PrefectClient, wanted: Sequence[str]) -> tuple[list[Run], list[Run]]:
    """Cancel runs by name or by the beginning of their ids, and wait until they have stopped.

    Returns:
        Those that have stopped, and those that have not within 45 s.

    Raises:
        InputError: NO_RUN or AMBIGUOUS; then nothing is cancelled.
    """
    waiting = await runs.runs_in(client, runs.WAITING)
    open_ = [
        *await runs.runs_in(client, runs.OPEN),
        *(run for run in waiting if not run.auto_scheduled),
    ]
    chosen = list({run.id: run for text in wanted for run in [_only(text, open_)]}.values())
    left = await runs.cancel(
        client, chosen, why="cancelled with molpipe cancel", seconds=CANCEL_SECONDS
    )
    ended = {run.id for run in chosen} - {run.id for run in left}
    found = await runs.runs_by_id(client, list(ended)) if ended else []
    return [_run(run) for run in found], [_run(run) for run in left]


def _only(text: str, among: Iterable[FlowRun]) -> FlowRun:
    key = text.replace("-", "").lower()
    found = [
        run
        for run in among
        if run.name == text or (len(key) >= PREFIX and run.id.hex.startswith(key))
    ]
    if len(found) == 1:
        return found[0]
    if not found:
        raise InputError(
            f"no run that waits or runs is called {text!r}, and no id begins so",
            hint="molpipe status lists them",
            code="NO_RUN",
        )
    raise InputError(
        f"{len(found)} runs are called {text!r}, or have an id that begins so",
        hint=f"name one of {', '.join(shortened([run.id.hex for run in found]).values())}",
        code="AMBIGUOUS",
    )


def _run(found: FlowRun, deployments: Mapping[UUID | None, str] = MappingProxyType({})) -> Run:
    state = found.state
    is_scheduled = found.auto_scheduled and state is not None and state.is_scheduled()
    return Run(
        id=found.id.hex,
        name=deployments.get(found.deployment_id, found.name) if is_scheduled else found.name,
        is_scheduled=is_scheduled,
        state=state.type.value.lower() if state else "pending",
        message=(state.message or "") if state else "",
        started=found.start_time or found.expected_start_time,
        seconds=found.total_run_time.total_seconds(),
    )

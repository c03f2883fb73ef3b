"""Runs whose process is gone are marked, so that no page says Running for ever.

Prefect's automation (:func:`flows.deployments.recovery`) waits for heartbeats and compares clocks.
Here the processes themselves are looked at: those of our workers are on this machine.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Final
from uuid import UUID

import httpx
import psutil  # type: ignore[import-untyped]
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
    TaskRunFilter,
    TaskRunFilterState,
    TaskRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, State, StateType, TaskRun
from prefect.states import Cancelled, Crashed, Running, Scheduled

from flows import runs
from flows.place import RUN_VARIABLE

LOOK_SECONDS: Final = 10.0
LOOKS: Final = 3
"""So often in a row a run must be found wrong: most that end say so themselves, a little later."""

LATELY: Final = 20
"""Runs that stopped which are looked at again."""

OPEN_TASKS: Final = (StateType.RUNNING, StateType.PENDING)
STOPPED: Final = (StateType.CRASHED, StateType.CANCELLED)


def keep_sweeping(
    workers: Iterable[str], stop: threading.Event, say: Callable[[str], None]
) -> None:
    """Look every ten seconds until ``stop`` is set; a server that is away is asked later.

    Args:
        workers: names of the workers that start processes on this machine, and nowhere else.
        stop: ends it.
        say: told each run that was marked.
    """
    sweep = Sweep(workers)
    while not stop.wait(LOOK_SECONDS):
        with contextlib.suppress(httpx.HTTPError, RuntimeError):
            for line in asyncio.run(sweep.look()):
                say(line)


class Sweep:
    """Remembers what was wrong at its last looks."""

    def __init__(self, workers: Iterable[str]) -> None:
        self._workers = frozenset(workers)
        self._looks: Counter[UUID | None] = Counter()

    async def look(self) -> list[str]:
        """Mark what was wrong three times in a row; a line about each run."""
        async with get_client() as client:
            wrong = [
                *(run for run in await runs.runs_in(client, runs.OPEN) if self._is_lost(run)),
                *(run for run in await _lately_stopped(client) if self._still_runs(run)),
            ]
            tasks = await _left_open(client)
            states = {*(run.state_id for run in wrong), *(task.state_id for task in tasks)}
            self._looks = Counter({state: self._looks[state] + 1 for state in states})
            for task in tasks:
                if self._is_due(task):
                    await client.set_task_run_state(task.id, Crashed(message=runs.DIED), force=True)
            return [await _mark(client, run) for run in wrong if self._is_due(run)]

    def _is_due(self, run: FlowRun | TaskRun) -> bool:
        return self._looks[run.state_id] >= LOOKS

    def _is_lost(self, run: FlowRun) -> bool:
        """Whether a worker of ours took it up, or nobody has, and no process carries it out."""
        taken_by = runs.worker_of(run)
        if taken_by is None:
            return run.state_type == StateType.PENDING
        return taken_by in self._workers and not _has_process(run)

    def _still_runs(self, run: FlowRun) -> bool:
        """Whether it was taken for dead, as an automation does after a clock was set forward."""
        said = run.state.message if run.state else None
        return said == runs.DIED and runs.worker_of(run) in self._workers and (_has_process(run))


def _has_process(run: FlowRun) -> bool:
    """Whether the process that was started for a run is there; its number may be another's now."""
    try:
        process = psutil.Process(int(run.infrastructure_pid or ""))
        return bool(process.environ().get(RUN_VARIABLE) == str(run.id))
    except (ValueError, psutil.Error):  # there is none, it has ended, or it is somebody else's
        return False


async def _lately_stopped(client: PrefectClient) -> list[FlowRun]:
    return await runs.runs_in(client, STOPPED, limit=LATELY)


async def _mark(client: PrefectClient, run: FlowRun) -> str:
    state = _true_state(run)
    await client.set_flow_run_state(run.id, state, force=True)
    return f"run {run.id.hex[:8]} {run.name} is now {state.name}: {state.message}"


def _true_state(run: FlowRun) -> State:
    if run.state_type in STOPPED:
        return Running(message="Its process lives, though somebody said that it had died.")
    if run.state_type == StateType.CANCELLING:
        return Cancelled(message="Its process died before it was cancelled.")
    if run.state_type == StateType.PENDING and run.infrastructure_pid is None:
        return Scheduled(message="Its worker died before it began: it waits for the next one.")
    return Crashed(message=runs.DIED)


async def _left_open(client: PrefectClient) -> Sequence[TaskRun]:
    """Task runs that say they run, of runs that do so no more."""
    ended = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[*STOPPED])))
    open_ = TaskRunFilter(state=TaskRunFilterState(type=TaskRunFilterStateType(any_=[*OPEN_TASKS])))
    return await client.read_task_runs(
        flow_run_filter=ended, deployment_filter=runs.OURS, task_run_filter=open_, limit=200
    )

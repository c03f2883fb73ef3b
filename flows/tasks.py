"""The Prefect tasks: one for a molecule, and inside it one for each stage that is computed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task, exponential_backoff

from molpipe.errors import BackendError
from molpipe.limits import Workers
from molpipe.model.document import Row
from molpipe.model.molecule import BatchRow
from molpipe.stages import timed
from molpipe.store import Staged


def _is_worth_a_retry(task: Task[Any, Any], run: TaskRun, state: State[Any]) -> bool:
    """Only a machine's failure may pass by itself; chemistry and input fail again."""
    del task, run
    return isinstance(state.result(raise_on_failure=False), BackendError)


@task(
    name="stage",
    cache_policy=NO_CACHE,
    retries=3,
    retry_delay_seconds=exponential_backoff(backoff_factor=2),
    retry_condition_fn=_is_worth_a_retry,
)
def compute(
    workers: Workers,
    function: Callable[..., Any],
    arguments: tuple[Any, ...],
    memory_gb: float,
    seconds: float,
) -> Staged[Any]:
    """Run one stage in a child process within its limits, timed there."""
    return workers.run(timed, function, *arguments, seconds=seconds, memory_gb=memory_gb)


@task(name="molecule", cache_policy=NO_CACHE)
def molecule(
    answer: Callable[[tuple[BatchRow, ...]], list[Row]], unit: tuple[BatchRow, ...]
) -> list[Row]:
    """Answer one row, or the rows of a series; each returns, whatever became of it."""
    return answer(unit)

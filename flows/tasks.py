"""The Prefect tasks: one for a molecule, and inside it one for each stage that is computed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task, exponential_backoff

from molpipe.errors import BackendError, CalculationError
from molpipe.limits import CHILD_DIED, Workers
from molpipe.model.molecule import BatchRow
from molpipe.stages import expected_gb, timed
from molpipe.store import Staged

P = ParamSpec("P")
R = TypeVar("R")


def _is_worth_a_retry(task: Task[Any, Any], run: TaskRun, state: State[Any]) -> bool:
    """A machine's failure may pass by itself; chemistry and input fail again.

    A process that was killed gets one more chance: it may have been another's memory that ran
    out, and a calculation that kills its process does it every time.
    """
    del task
    error = state.result(raise_on_failure=False)
    killed = isinstance(error, CalculationError) and error.code == CHILD_DIED
    return isinstance(error, BackendError) or (killed and run.run_count == 1)


def titled(work: Task[P, R], name: str, what: str) -> Task[P, R]:
    """The same task, called ``name``, its run ``name: what``."""
    plain = what.replace("{", "{{").replace("}", "}}")  # Prefect formats it
    return work.with_options(name=name, task_run_name=f"{name}: {plain}")


@task(
    name="stage",
    cache_policy=NO_CACHE,
    persist_result=False,
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
    return workers.run(
        timed,
        function,
        *arguments,
        seconds=seconds,
        memory_gb=memory_gb,
        expected_gb=expected_gb(function, arguments),
    )


@task(name="molecule", cache_policy=NO_CACHE, persist_result=False)
def molecule(answer: Callable[[tuple[BatchRow, ...]], None], unit: tuple[BatchRow, ...]) -> None:
    """Answer one row, or the rows of a series, whatever becomes of them."""
    answer(unit)

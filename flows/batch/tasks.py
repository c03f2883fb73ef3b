"""The Prefect tasks: one for a molecule, and inside it one for each stage that lasts."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextvars import copy_context
from functools import cache
from itertools import chain, repeat
from threading import Event
from typing import Any, Final, cast

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.states import Cancelled, Completed, Failed
from prefect.tasks import Task, exponential_backoff

from molpipe.errors import BackendError, CalculationError
from molpipe.limits import CHILD_DIED
from molpipe.limits.collected import at_once
from molpipe.model.document import Row
from molpipe.report.overview import worst_first
from molpipe.store import Staged

logger = logging.getLogger(__name__)

LASTS_SECONDS: Final = 1.0
"""A stage that is over by then has no task run: for Prefect that is the work of 40 ms."""

_THREADS: Final = ThreadPoolExecutor(max_workers=sys.maxsize, thread_name_prefix="stage")


def _is_worth_a_retry(task: Task[Any, Any], run: TaskRun, state: State[Any]) -> bool:
    """A machine's failure may pass by itself; chemistry and input fail again.

    A process that was killed gets one more chance: it may have been another's memory that ran
    out, and a calculation that kills its process does it every time.
    """
    del task
    error = state.result(raise_on_failure=False)
    if not may_pass(error) or (_was_killed(error) and run.run_count > 1):
        return False
    logger.warning("%s: %s, it is tried once more", run.name, error)
    return True


def may_pass(error: object) -> bool:
    """Whether what ended a calculation may pass by itself."""
    return isinstance(error, BackendError) or _was_killed(error)


def _was_killed(error: object) -> bool:
    return isinstance(error, CalculationError) and error.code == CHILD_DIED


@cache
def called(work: Task[..., Any], name: str) -> Task[..., Any]:
    """The same task, called ``name``, its run ``name: row``; Prefect takes 10 ms to make it."""
    return work.with_options(name=name, task_run_name=f"{name}: {{row}}")


@task(
    name="stage",
    cache_policy=NO_CACHE,
    persist_result=False,
    retries=3,
    retry_delay_seconds=exponential_backoff(backoff_factor=2),
    retry_condition_fn=_is_worth_a_retry,
)
def compute(row: str, calculation: Callable[[], Staged[Any]]) -> Staged[Any]:
    """Run one stage of a row; a function, because Prefect walks through all other arguments."""
    del row
    return calculation()


def perform(
    row: str,
    stage: str,
    calculation: Callable[[], Staged[Any]],
    begun: Event,
    *,
    patience: float = LASTS_SECONDS,
) -> Staged[Any]:
    """Run one stage of a row; in a task run of its own where it lasts, or is tried again.

    Args:
        row: whose stage it is.
        stage: its name.
        calculation: waits for a process, sets ``begun``, and computes.
        begun: not set yet.
        patience: the time from then on [s] after which it gets a task run.
    """
    first = _THREADS.submit(copy_context().run, calculation)
    first.add_done_callback(lambda _: begun.set())
    begun.wait()
    if wait([first], timeout=patience).done and not may_pass(first.exception()):
        return first.result()
    attempts = chain([first.result], repeat(calculation))

    def attempt() -> Staged[Any]:
        return next(attempts)()

    with at_once():
        return cast(Staged[Any], called(compute, stage)(row, attempt))


@task(name="molecule", cache_policy=NO_CACHE, persist_result=False)
def molecule(row: str, answer: Callable[[], Sequence[Row] | None]) -> State[Any]:
    """Answer one row, or the rows of a series; what became of the worst is seen in the UI."""
    del row
    return end_state(answer() or ())


def end_state(rows: Sequence[Row]) -> State[Any]:
    """The state of a task that answered these rows: ``Refused`` is a kind of failed one."""
    troubled = [row for row in worst_first(rows) if row.status != "ok"]
    if not troubled:
        return Completed()
    worst = troubled[0]
    message = worst.failure.message if worst.failure else None
    if worst.status == "cancelled":
        return Cancelled(message=message)
    return Failed(name=worst.status.capitalize(), message=message)

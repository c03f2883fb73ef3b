"""The circuit stage as a run of its own on the work pool ``quantum``."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final, NamedTuple, Protocol, cast
from uuid import UUID

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import FlowRun, State, WorkPoolStatus
from prefect.deployments import run_deployment
from prefect.exceptions import ObjectNotFound
from prefect.states import Cancelling

from molpipe.errors import BackendUnavailable, Cancelled

POOL: Final = "quantum"
DEPLOYMENT: Final = "quantum-stage/quantum-stage"
POLL_SECONDS: Final = 2.0

NO_WORKER: Final = (
    f"start one with `prefect worker start --pool {POOL}`, or everything with `molpipe up`"
)


class Seen(NamedTuple):
    """A look at a run.

    ``state`` is None where the server does not answer; ``served`` says that a worker takes runs
    from its pool.
    """

    state: State | None
    served: bool

    @property
    def alone(self) -> bool:
        """Whether nobody is there who could run it."""
        running = self.state is not None and self.state.is_running()
        return not (running or self.served)

    @property
    def situation(self) -> str:
        """How it stands, in words."""
        if self.state is None:
            return "the Prefect server does not answer for it"
        if self.state.is_running():
            return "it runs"
        if self.served:
            return f"it waits for its turn in the work pool {POOL}"
        return f"it waits, and no worker serves the work pool {POOL}"


class SubRun(Protocol):
    """A flow run elsewhere."""

    name: str

    def look(self) -> Seen:
        """How it stands."""

    def cancel(self) -> None:
        """Ask for its end."""


def run_on_pool(
    orders: str,
    *,
    name: str,
    patience: float,
    stopped: Callable[[], bool],
    say: Callable[[str], None],
) -> None:
    """Run the circuit stage on the pool ``quantum`` to its end, as a sub-run of this flow run.

    Args:
        orders: content key of the list of orders.
        name: what to call the run.
        patience: how long the run may wait while no worker serves the pool [s].
        stopped: whether the batch was stopped.
        say: told when the run begins to wait, or to run (a logger).

    Raises:
        BackendUnavailable: it did not complete; it is cancelled where it could still begin.
        Cancelled: the batch was stopped, and with it this run.
    """
    try:
        made = run_deployment(
            DEPLOYMENT, parameters={"orders": orders}, flow_run_name=name, timeout=0
        )
    except ObjectNotFound:
        raise BackendUnavailable(
            f"the Prefect server has no deployment {DEPLOYMENT}",
            hint="`molpipe up` makes it, or `prefect deploy --all` in a clone",
        ) from None
    except httpx.HTTPError as error:
        raise BackendUnavailable(f"the Prefect server started no run: {error}") from error
    with get_client(sync_client=True) as client:
        run = DeployedRun(client, cast(FlowRun, made).id, name)
        follow(run, patience=patience, stopped=stopped, say=say)


class DeployedRun:
    """A run of a deployment, seen through a client of the Prefect server."""

    def __init__(self, client: SyncPrefectClient, run_id: UUID, name: str) -> None:
        self.name = name
        self._client = client
        self._id = run_id

    def look(self) -> Seen:
        """How it stands."""
        try:
            state = self._client.read_flow_run(self._id).state
            pool = self._client.read_work_pool(POOL)
        except (httpx.HTTPError, ObjectNotFound):
            return Seen(state=None, served=False)
        return Seen(state=state, served=pool.status == WorkPoolStatus.READY)

    def cancel(self) -> None:
        """Ask for its end; the server passes it on to the worker."""
        with suppress(httpx.HTTPError):
            self._client.set_flow_run_state(self._id, Cancelling())


def follow(
    run: SubRun,
    *,
    patience: float,
    stopped: Callable[[], bool],
    say: Callable[[str], None],
    wait: Callable[[float], None] = time.sleep,
) -> None:
    """Wait until a run has completed; a run that nobody waits for any longer is cancelled.

    Raises:
        BackendUnavailable: it ended otherwise, or nobody could run it for ``patience`` [s].
        Cancelled: the batch was stopped.
    """
    try:
        state = _end(run, patience, stopped, say, wait)
    except BaseException:  # also what Prefect raises to cancel this run
        run.cancel()
        raise
    if not state.is_completed():
        why = f": {state.message}" if state.message else ""
        raise BackendUnavailable(
            f"the quantum-stage run {run.name} ended as {state.name}{why}",
            hint="look at that run in Prefect, then run the batch again: what was finished is kept",
        )


def _end(
    run: SubRun,
    patience: float,
    stopped: Callable[[], bool],
    say: Callable[[str], None],
    wait: Callable[[float], None],
) -> State:
    """The final state of a run."""
    alone, said = 0.0, ""
    while True:
        seen = run.look()
        if seen.state is not None and seen.state.is_final():
            return seen.state
        if stopped():
            raise Cancelled("the batch was stopped before its circuits ended")
        if alone > patience:
            raise BackendUnavailable(
                f"the quantum-stage run {run.name} was given up after {patience:g} s: {said}",
                hint=NO_WORKER,
            )
        if seen.situation != said:
            said = seen.situation
            advice = f"; {NO_WORKER}" if seen.alone else ""
            say(f"quantum-stage run {run.name}: {said}{advice}")
        wait(POLL_SECONDS)
        alone = alone + POLL_SECONDS if seen.alone else 0.0

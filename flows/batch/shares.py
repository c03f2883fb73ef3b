"""Help for a batch from workers that have nothing else to do.

While a batch is computed in the service, workers that are idle get a run that computes what the
batch has not come to yet (:mod:`flows.batch_share`). Its tags say which batch it is for, and
which workers are to leave it alone. No result depends on it.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
import time
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import copy_context
from typing import Any, Final
from uuid import uuid4

import httpx
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterTags
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.exceptions import ObjectNotFound, PrefectException

from flows import runs
from flows.request import BatchRequest

logger = logging.getLogger(__name__)

DEPLOYMENT: Final = "batch-share/batch-share"
POOL: Final = "cpu"
HELP: Final = "help"
"""The queue of these runs; it is asked after the others, so that new batches come first."""

OURS: Final = "molpipe"
WORKER_VARIABLE: Final = "PREFECT__WORKER_NAME"
"""Prefect tells a process with it which worker has started it."""

FIRST_LOOK_SECONDS: Final = 2.0
"""A batch that is over by then needs no help."""

LOOK_SECONDS: Final = 10.0
AGAIN_SECONDS: Final = 60.0
"""After a share that ended at once, as one that a worker took which must not."""

CLOSE_SECONDS: Final = 10.0
FAULTS: Final = (httpx.HTTPError, PrefectException, RuntimeError)


def batch_tag(run_id: str) -> str:
    """The tag of the shares of a batch."""
    return f"batch:{run_id}"


def barred(workers: Iterable[str]) -> set[str]:
    """Tags that keep workers from a run."""
    return {f"not:{worker}" for worker in workers}


def may_take(worker: str, tags: Iterable[str]) -> bool:
    """Whether the tags of a run let a worker take it."""
    return barred([worker]).isdisjoint(tags)


@contextmanager
def shared(request: BatchRequest, run_id: str, is_wanted: Callable[[], bool]) -> Iterator[None]:
    """Let idle workers help the run ``run_id`` in this block, where a worker has started it.

    With ``force`` nobody helps: what a helper computed would be computed again.

    Args:
        request: of the batch.
        run_id: 32 hexadecimal digits.
        is_wanted: whether there is something that they could do.
    """
    if request.force or WORKER_VARIABLE not in os.environ:
        yield
        return
    shares, stop = Shares(request, run_id, is_wanted), threading.Event()
    context = copy_context()  # Prefect tells by it whose log it is
    keeper = threading.Thread(target=context.run, args=(shares.keep, stop), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        stop.set()
        keeper.join(CLOSE_SECONDS)


class Shares:
    """The runs that help a batch."""

    def __init__(
        self,
        request: BatchRequest,
        run_id: str,
        is_wanted: Callable[[], bool],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._request = request
        self._run_id = run_id
        self._is_wanted = is_wanted
        self._clock = clock
        self._not_before = 0.0

    def keep(self, stop: threading.Event) -> None:
        """Look every ten seconds until ``stop`` is set; then nothing waits any more."""
        faulty, pause = False, FIRST_LOOK_SECONDS
        while not stop.wait(pause):
            pause = LOOK_SECONDS
            try:
                asyncio.run(self._connected(self.look))
            except FAULTS as error:
                if not faulty:
                    logger.warning("no other worker can be asked for help: %s", error)
                faulty = True
        with suppress(*FAULTS):
            asyncio.run(self._connected(self.close))

    async def look(self, client: PrefectClient) -> None:
        """Have one share wait where a worker is idle that could take it, and none elsewhere."""
        shares = await self._shares(client)
        if any(share.state_type == StateType.PENDING for share in shares):
            return  # its worker is about to say who it is
        taken = await runs.runs_in(client, runs.OPEN)
        served = [share for share in shares if share.state_type == StateType.COMPLETED]
        busy = {name for run in (*taken, *served) if (name := runs.worker_of(run))}
        waiting = [share for share in shares if share.state_type in runs.WAITING]
        if not self._is_wanted() or not await _online(client) - busy:
            await _delete(client, waiting)
            return
        tags = barred(busy) | {OURS, batch_tag(self._run_id)}
        if waiting and set(waiting[0].tags) != tags:
            await client.update_flow_run(waiting[0].id, tags=sorted(tags))
        elif not waiting and self._may_ask(shares):
            await self._ask(client, tags)

    async def close(self, client: PrefectClient) -> None:
        """Delete what waits; what runs looks after its batch, and ends by itself."""
        shares = await self._shares(client)
        await _delete(client, [share for share in shares if share.state_type in runs.WAITING])

    def _may_ask(self, shares: Iterable[FlowRun]) -> bool:
        return self._clock() >= self._not_before or any(
            share.state_type in runs.OPEN for share in shares
        )

    async def _ask(self, client: PrefectClient, tags: Iterable[str]) -> None:
        deployment = await client.read_deployment_by_name(DEPLOYMENT)
        request = self._request.model_dump(mode="json", exclude_defaults=True)
        await client.create_flow_run_from_deployment(
            deployment.id,
            name=f"help for {self._request.title}",
            parameters={"request": request, "run": self._run_id},
            tags=sorted(tags),
            idempotency_key=uuid4().hex,  # the client may send it twice
        )
        self._not_before = self._clock() + AGAIN_SECONDS

    async def _shares(self, client: PrefectClient) -> list[FlowRun]:
        tag = FlowRunFilterTags(all_=[batch_tag(self._run_id)])
        return await client.read_flow_runs(flow_run_filter=FlowRunFilter(tags=tag))

    @staticmethod
    async def _connected(do: Callable[[PrefectClient], Coroutine[Any, Any, None]]) -> None:
        async with get_client() as client:
            await do(client)


async def _online(client: PrefectClient) -> set[str]:
    """The names of the workers that serve the pool."""
    found = await client.read_workers_for_work_pool(POOL)
    return {worker.name for worker in found if worker.status == "ONLINE"}


async def _delete(client: PrefectClient, waiting: Iterable[FlowRun]) -> None:
    for share in waiting:
        with suppress(ObjectNotFound):
            await client.delete_flow_run(share.id)

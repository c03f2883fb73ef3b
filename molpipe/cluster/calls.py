"""Calculations on Dask workers, each sent and awaited by a thread of this process."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from molpipe.cluster.connection import gone
from molpipe.cluster.host import TOPIC, Order, perform
from molpipe.errors import BackendError
from molpipe.limits import logs

if TYPE_CHECKING:
    from distributed import Client, Future

POLL_SECONDS: Final = 0.05
FETCH_SECONDS: Final = 30.0
"""An answer that has not come by then may be lost with its worker: one looks again."""

Records = SimpleQueue[bytes]


class WorkerLost(Exception):
    """The Dask worker of a calculation is gone, and the calculation with it."""


class Calls:
    """Sends calls to workers; for many threads at once."""

    def __init__(self, client: Client, address: str) -> None:
        self._client = client
        self._address = address
        self._records: dict[str, Records] = {}
        client.subscribe_topic(TOPIC, self._sort)

    def answer(self, order: Order, worker: str, *, watch: Callable[[], None]) -> bytes:
        """The packed answer of the worker at the address ``worker``.

        What is logged there is logged here, in the calling thread, while it runs. ``watch`` is
        called again and again, and raises when the answer is not worth waiting for.

        Raises:
            WorkerLost: Dask gave the calculation up, because its workers died.
            BackendError: Dask failed in another way, or its scheduler is gone.
        """
        from distributed.client import ClosedClientError  # noqa: PLC0415

        key = f"molpipe-{uuid4().hex}"
        with self._heard(key) as records:
            try:
                future = self._client.submit(perform, order, key=key, workers=[worker])
            except ClosedClientError:
                raise gone(self._address) from None
            try:
                return self._await(future, watch, records)
            finally:
                future.release()  # what nobody waits for is ended there

    def _await(self, future: Future[bytes], watch: Callable[[], None], records: Records) -> bytes:
        ended = threading.Event()
        future.add_done_callback(lambda _: ended.set())
        while True:
            ended.wait(POLL_SECONDS)
            status = future.status
            _say(records)
            if status == "finished":
                with suppress(OSError, CancelledError):  # a timeout is an OSError
                    answer: bytes = future.result(timeout=FETCH_SECONDS)
                    return answer
            watch()
            if status == "error":
                raise _failure(future.exception(timeout=FETCH_SECONDS))
            if status == "cancelled":
                raise gone(self._address)
            ended.clear()  # where an answer was lost, Dask makes it again

    @contextmanager
    def _heard(self, key: str) -> Iterator[Records]:
        self._records[key] = records = Records()
        try:
            yield records
        finally:
            del self._records[key]

    def _sort(self, event: tuple[float, tuple[str, str]]) -> None:
        """Runs in Dask's thread; a record is logged by the thread that waits for its call."""
        _, (key, record) = event
        records = self._records.get(key)
        if records is not None:
            records.put(record.encode())


def _say(records: Records) -> None:
    with suppress(Empty):
        while True:
            logs.say(records.get_nowait())


def _failure(error: BaseException) -> Exception:
    from distributed import KilledWorker  # noqa: PLC0415
    from distributed.scheduler import NoValidWorkerError  # noqa: PLC0415

    if isinstance(error, (KilledWorker, NoValidWorkerError)):
        return WorkerLost()
    return BackendError(
        f"Dask could not run the calculation: {type(error).__name__}: {error}",
        hint="the log of the Dask worker says more",
    )

"""The workers of a Dask cluster in the place of child processes of this machine."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection
from contextvars import copy_context
from functools import partial
from math import inf
from types import TracebackType
from typing import Final, Self, TypeVar

from molpipe.cluster.calls import Calls, WorkerLost
from molpipe.cluster.connection import connect, gone
from molpipe.cluster.host import Order
from molpipe.cluster.members import (
    Member,
    check_scheduler,
    first_members,
    known_workers,
    look_at,
    open_ones,
)
from molpipe.errors import BackendUnavailable, CalculationError, Cancelled
from molpipe.limits.admission import Room
from molpipe.limits.child import packed, value_of
from molpipe.limits.logs import level_wanted
from molpipe.limits.turns import Turns

logger = logging.getLogger(__name__)

T = TypeVar("T")

LOOK_SECONDS: Final = 1.0
"""Between two looks at who belongs to the cluster."""

ATTEMPTS: Final = 3
"""A calculation during which so many Dask workers died is not sent to another one."""


class ClusterWorkers:
    """Does what :class:`molpipe.limits.Workers` does, on the workers of a Dask cluster.

    As many calculations at once as these have threads, and memory for. A worker that joins is
    used; the calculations of one that is gone begin again elsewhere.
    """

    def __init__(
        self, address: str, *, threads: int, sharers: int = 1, at_most: float = inf
    ) -> None:
        """Connect, and look at every worker.

        Args:
            address: of the scheduler, ``tcp://host:port``.
            threads: threads that BLAS and OpenMP may use in each calculation.
            sharers: runs that share the memory of the cluster.
            at_most: calculations at once, where the cluster has threads for more.

        Raises:
            BackendUnavailable: there is no cluster at this address, it has no workers, or one
                that would not compute as this machine does.
        """
        self._address = address
        self._threads = threads
        self._sharers = sharers
        self._turns = Turns(at_most=at_most)
        self._rooms: dict[str, Room] = {}
        self._present: set[str] = set()
        self._refused: set[str] = set()
        self._client = connect(address)
        try:
            check_scheduler(self._client, address)
            for member in first_members(self._client, address):
                self._join(member)
        except BaseException:
            self._client.close()
            raise
        self._calls = Calls(self._client, address)
        self._closing = threading.Event()
        looking = partial(copy_context().run, self._keep_looking)  # its log is that of the run
        self._looking = threading.Thread(target=looking, name="molpipe-cluster", daemon=True)
        self._looking.start()

    @property
    def rooms(self) -> tuple[Room, ...]:
        """What calculations may be sent to now."""
        return tuple(self._rooms.values())

    def run(
        self,
        function: Callable[..., T],
        *args: object,
        seconds: float,
        memory_gb: float,
        expected_gb: float = 0.0,
        rank: int = 0,
        begin: Callable[[], None] | None = None,
        ready: Callable[[], object] | None = None,
    ) -> T:
        """Run ``function(*args)`` on a Dask worker: see :meth:`molpipe.limits.Workers.run`.

        Raises:
            CalculationError: also ``WORKER_DIED``, with each Dask worker that it was sent to.
            BackendError: Dask failed, or its scheduler is gone.
        """
        if seconds <= 0 or memory_gb <= 0:
            raise ValueError(f"limits must be positive, got {seconds} s and {memory_gb} GB")
        order = Order(
            work=packed((function, args)),
            threads=self._threads,
            seconds=seconds,
            memory_gb=memory_gb,
            level=level_wanted(),
            ready=None if ready is None else packed((ready, ())),
        )
        for _ in range(ATTEMPTS):
            with self._turns.turn(min(expected_gb, memory_gb), rank) as room:
                if begin is not None:
                    begin()
                try:
                    answer = self._calls.answer(order, room.name, watch=partial(self._watch, room))
                except WorkerLost:
                    logger.warning("its calculation on %s begins again elsewhere", room.name)
                    continue
            return value_of(answer)  # type: ignore[no-any-return]  # what function returned
        raise CalculationError(
            f"the calculation was sent to {ATTEMPTS} Dask workers, and each of them died",
            hint="their logs may say why; it may need more memory than they have",
            code="WORKER_DIED",
        )

    def stop(self) -> None:
        """Cancel every pending and running call; these end on their workers within seconds."""
        self._turns.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()
        self._turns.join()
        self._closing.set()
        self._looking.join()
        self._client.close()

    def _watch(self, room: Room) -> None:
        if self._turns.are_over:
            raise Cancelled("stopped in the middle of the calculation")
        if room.name not in self._present:
            raise WorkerLost

    def _keep_looking(self) -> None:
        while not self._closing.wait(LOOK_SECONDS):
            try:
                self._look()
            except OSError:
                self._present = set()
                self._leave(())
                if self._client.status == "closed":  # it has tried to connect again
                    self._give_up(gone(self._address))
                    return

    def _give_up(self, error: BackendUnavailable) -> None:
        """Cancel the rows that are left: there is nothing wrong with them."""
        logger.error("%s", error.line)
        self._turns.stop(Cancelled(error.message, hint=error.hint))

    def _look(self) -> None:
        """Use who is new, and no longer who is gone or about to go."""
        known = known_workers(self._client)
        self._present = set(known)
        takers = open_ones(known)
        self._leave(takers)
        new = takers.keys() - self._rooms.keys() - self._refused
        for member in look_at(self._client, {address: takers[address] for address in new}):
            if member.difference:
                self._refused.add(member.address)
                logger.warning("%s", member.refusal.line)
            else:
                self._join(member)

    def _join(self, member: Member) -> None:
        self._present.add(member.address)
        self._rooms[member.address] = room = member.room(sharers=self._sharers)
        self._turns.open(room)
        logger.info("the Dask worker %s joins, %d threads", member.address, member.threads)

    def _leave(self, takers: Collection[str]) -> None:
        for address in self._rooms.keys() - set(takers):
            self._turns.close(self._rooms.pop(address))
            logger.warning("the Dask worker %s leaves, %d are left", address, len(self._rooms))

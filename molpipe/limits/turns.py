"""Threads that want to calculate wait here for their turn."""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf

from molpipe.errors import Cancelled, MolpipeError
from molpipe.limits.admission import Admission, Room, Ticket


class Turns:
    """Lets threads begin as :class:`Admission` says, until it is stopped."""

    def __init__(self, *rooms: Room, at_most: float = inf) -> None:
        """As :class:`Admission`."""
        self._admission = Admission(*rooms, at_most=at_most)
        # Reentrant, and the reason is a plain attribute: stop() may run in a signal handler.
        self._changed = threading.Condition(threading.RLock())
        self._over: MolpipeError | None = None
        self._inside = 0

    @property
    def are_over(self) -> bool:
        """Whether nobody begins any more."""
        return self._over is not None

    @contextmanager
    def turn(self, expected_gb: float, rank: int) -> Iterator[Room]:
        """Wait for a process and for memory, and free both in the end.

        Raises:
            MolpipeError: why the turns are over, ``Cancelled`` by default.
        """
        with self._changed:
            ticket = self._admission.queue(expected_gb, rank)
            self._inside += 1
        try:
            yield self._take(ticket)
        finally:
            with self._changed:
                self._admission.leave(ticket)
                self._inside -= 1
                self._changed.notify_all()

    def open(self, room: Room) -> None:
        """Let calculations begin in one more room."""
        with self._changed:
            self._admission.open(room)
            self._changed.notify_all()

    def close(self, room: Room) -> None:
        """Let no more calculations begin in a room."""
        with self._changed:
            self._admission.close(room)
            self._changed.notify_all()  # who waits for a big one may have to wait no longer

    def stop(self, why: MolpipeError | None = None) -> None:
        """Let nobody begin any more; who waits is told why."""
        with self._changed:
            self._over = self._over or why or Cancelled("stopped before the calculation began")
            self._changed.notify_all()

    def join(self) -> None:
        """Wait until nobody waits or has a turn."""
        with self._changed:
            self._changed.wait_for(lambda: not self._inside)

    def _take(self, ticket: Ticket) -> Room:
        with self._changed:
            self._changed.wait_for(lambda: self._over or self._admission.may_begin(ticket))
            if self._over is not None:
                raise copy.copy(self._over)  # each thread notes its own stage on it
            room = self._admission.begin(ticket)
            self._changed.notify_all()  # those behind it may begin as well
            return room

"""How many rows are answered at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

AHEAD = 4


def in_flight(processes: int) -> int:
    """How many rows are answered at a time: so many that no process waits for the next stage."""
    return processes + AHEAD


class Window:
    """Room for so many rows at a time; one that waits for another run's work takes none."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._changed = threading.Condition()

    def enter(self) -> None:
        """Wait for room, and take it."""
        with self._changed:
            self._changed.wait_for(lambda: self._room > 0)
            self._room -= 1

    def leave(self) -> None:
        """Give the room back."""
        with self._changed:
            self._room += 1
            self._changed.notify()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Leave the room to another row in this block.

        Nobody waits to come back: those inside may wait for a stage that is to be taken up here.
        """
        self.leave()
        try:
            yield
        finally:
            with self._changed:
                self._room -= 1

"""Who may begin: as many calculations as there are processes, and as memory has room for."""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass
from typing import Final

PASSES: Final = 8
"""How many others may begin before one that has no room yet; then all of them wait for it."""


@dataclass(eq=False)
class Ticket:
    """The place of one calculation in the queue, and the memory [GB] that it will need."""

    expected_gb: float
    rank: int = 0
    passed_by: int = 0


class Admission:
    """The lowest rank first, then who came first; but smaller ones may pass one without room.

    One that would never have room begins when nothing else runs. Not for several threads at
    once.
    """

    def __init__(self, *, processes: int, memory_gb: float) -> None:
        self._processes = processes
        self._memory_gb = memory_gb
        self._waiting: list[Ticket] = []
        self._running: list[Ticket] = []

    def queue(self, expected_gb: float, rank: int = 0) -> Ticket:
        """Line up behind those of the same rank."""
        ticket = Ticket(expected_gb, rank)
        insort(self._waiting, ticket, key=lambda one: one.rank)
        return ticket

    def may_begin(self, ticket: Ticket) -> bool:
        """Whether it is the turn of one that waits."""
        if len(self._running) >= self._processes or not self._has_room(ticket):
            return False
        before = self._waiting[: self._waiting.index(ticket)]
        return not any(self._has_room(one) or one.passed_by >= PASSES for one in before)

    def begin(self, ticket: Ticket) -> None:
        """Count one as running whose turn it is."""
        place = self._waiting.index(ticket)
        for one in self._waiting[:place]:
            one.passed_by += 1
        self._running.append(self._waiting.pop(place))

    def leave(self, ticket: Ticket) -> None:
        """Count one no more that has ended, or that waits no longer."""
        (self._running if ticket in self._running else self._waiting).remove(ticket)

    def _has_room(self, ticket: Ticket) -> bool:
        taken = sum(one.expected_gb for one in self._running)
        return not self._running or taken + ticket.expected_gb <= self._memory_gb

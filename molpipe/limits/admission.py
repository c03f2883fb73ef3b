"""Who may begin, and where: as many calculations as processes, and as memory has room for."""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass, field
from math import inf
from typing import Final

PASSES: Final = 8
"""How many others may begin before one that has no room yet; then all of them wait for it."""


@dataclass(eq=False)
class Ticket:
    """The place of one calculation in the queue, and the memory [GB] that it will need."""

    expected_gb: float
    rank: int = 0
    passed_by: int = 0
    room: Room | None = None


@dataclass(eq=False)
class Room:
    """Processes that share memory [GB]: this machine, or the worker ``name`` of a cluster."""

    processes: int
    memory_gb: float
    name: str = ""
    running: list[Ticket] = field(default_factory=list)

    def has_place(self, expected_gb: float) -> bool:
        """Whether one more may begin; what would never fit may when nothing else runs."""
        has_memory = not self.running or self.taken + expected_gb <= self.memory_gb
        return len(self.running) < self.processes and has_memory

    @property
    def taken(self) -> float:
        """Memory [GB] that those who run here are expected to need."""
        return sum(one.expected_gb for one in self.running)

    @property
    def load(self) -> tuple[float, float]:
        """The lower, the better for the next one."""
        return len(self.running) / self.processes, self.taken - self.memory_gb


class Admission:
    """The lowest rank first, then who came first; but smaller ones may pass one without room.

    Not for several threads at once.
    """

    def __init__(self, *rooms: Room, at_most: float = inf) -> None:
        """Begin with these rooms, and let ``at_most`` so many calculations run in all of them."""
        self._rooms = list(rooms)
        self._at_most = at_most
        self._waiting: list[Ticket] = []

    def open(self, room: Room) -> None:
        """Let calculations begin in one more room."""
        self._rooms.append(room)

    def close(self, room: Room) -> None:
        """Let no more calculations begin in a room."""
        self._rooms.remove(room)

    def queue(self, expected_gb: float, rank: int = 0) -> Ticket:
        """Line up behind those of the same rank."""
        ticket = Ticket(expected_gb, rank)
        insort(self._waiting, ticket, key=lambda one: one.rank)
        return ticket

    def may_begin(self, ticket: Ticket) -> bool:
        """Whether it is the turn of one that waits."""
        if not self._places(ticket):
            return False
        before = self._waiting[: self._waiting.index(ticket)]
        return not any(self._places(one) or one.passed_by >= PASSES for one in before)

    def begin(self, ticket: Ticket) -> Room:
        """Count one as running whose turn it is, in the room with the least to do."""
        place = self._waiting.index(ticket)
        for one in self._waiting[:place]:
            one.passed_by += 1
        room = min(self._places(ticket), key=lambda one: one.load)
        room.running.append(self._waiting.pop(place))
        ticket.room = room
        return room

    def leave(self, ticket: Ticket) -> None:
        """Count one no more that has ended, or that waits no longer."""
        (self._waiting if ticket.room is None else ticket.room.running).remove(ticket)

    def _places(self, ticket: Ticket) -> list[Room]:
        if sum(len(room.running) for room in self._rooms) >= self._at_most:
            return []
        return [room for room in self._large_enough(ticket) if room.has_place(ticket.expected_gb)]

    def _large_enough(self, ticket: Ticket) -> list[Room]:
        """The rooms that can have memory for it, or, where none can, the largest ones."""
        largest = max((room.memory_gb for room in self._rooms), default=0.0)
        needed = min(ticket.expected_gb, largest)
        return [room for room in self._rooms if room.memory_gb >= needed]

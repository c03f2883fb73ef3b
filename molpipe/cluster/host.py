"""What runs on a Dask worker: a calculation goes on to a warm child process of that worker.

The child may be killed at a limit while the worker stays. A warm child that nobody needs for a
minute ends, so that a client which is gone leaves nothing behind.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from importlib.metadata import version
from typing import Final

from molpipe.errors import MolpipeError
from molpipe.limits.child import Answer, packed
from molpipe.limits.machine import memory_for_calculations
from molpipe.limits.slot import Slot
from molpipe.provenance import versions

TOPIC: Final = "molpipe"
"""Of the events that carry log records; one for all, because a scheduler keeps each for ever."""

IDLE_SECONDS: Final = 60.0

ENDING: Final = ("closing", "closed", "failed")
"""States in which a Dask worker waits for what it runs, though nobody can have the answer."""

_lock = threading.Lock()
_idle: dict[Slot, threading.Timer] = {}


@dataclass(frozen=True, kw_only=True)
class Order:
    """A packed ``(function, args)``, what it may use, and from which level on its log counts.

    ``ready`` is what its child calls before the first one, packed as well.
    """

    work: bytes
    threads: int
    seconds: float
    memory_gb: float
    level: int
    ready: bytes | None = None


@dataclass(frozen=True, kw_only=True)
class Description:
    """Versions of what makes the numbers and of Dask, and the memory for it [GB]."""

    versions: dict[str, str]
    memory_gb: float


def describe() -> Description:
    """What the machine is like on which this runs."""
    known = versions() | {"dask": version("dask")}
    return Description(versions=known, memory_gb=memory_for_calculations())


def perform(order: Order) -> bytes:
    """The packed answer, from a child process; it ends when no client wants it any more.

    Dask never ends what runs, but its worker is told when a client has let go or is gone.
    """
    from distributed import get_worker  # noqa: PLC0415

    worker = get_worker()
    key = worker.get_current_task()

    def is_unwanted() -> bool:
        task = worker.state.tasks.get(key)
        return task is None or task.state == "cancelled" or worker.status.name in ENDING

    def hear(record: bytes) -> None:
        worker.log_event(TOPIC, [key, record.decode()])

    slot = _take(order.threads)
    try:
        return slot.answer(
            order.work,
            seconds=order.seconds,
            memory_gb=order.memory_gb,
            stopped=is_unwanted,
            level=order.level,
            hear=hear,
            ready=order.ready,
        )
    except MolpipeError as error:
        return packed(Answer(error=error))
    finally:
        _give_back(slot)


def _take(threads: int) -> Slot:
    with _lock:
        for slot, timer in reversed(_idle.items()):
            if slot.threads == threads:
                timer.cancel()
                del _idle[slot]
                return slot
    return Slot(threads=threads)


def _give_back(slot: Slot) -> None:
    timer = threading.Timer(IDLE_SECONDS, _retire, (slot,))
    timer.daemon = True
    with _lock:
        _idle[slot] = timer
    timer.start()


def _retire(slot: Slot) -> None:
    with _lock:
        is_idle = _idle.pop(slot, None) is not None
    if is_idle:
        slot.close()

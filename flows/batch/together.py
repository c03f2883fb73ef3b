"""Many calls at once, in threads that know the flow run they belong to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

S = TypeVar("S")
T = TypeVar("T")


def together(
    function: Callable[[S], T], items: Iterable[S], *, at_once: int, stop: Callable[[], None]
) -> list[T]:
    """``function`` of every item, in their order, ``at_once`` of them at a time.

    When one call raises, or this thread is interrupted, ``stop`` ends the others.
    """
    with ThreadPoolExecutor(at_once) as pool:
        try:
            futures = [pool.submit(copy_context().run, function, item) for item in items]
            return [future.result() for future in futures]
        except BaseException:  # also Ctrl-C: the pool waits for its threads
            stop()
            raise

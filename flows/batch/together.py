"""Many calls at once, in threads that know the flow run they belong to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

S = TypeVar("S")
T = TypeVar("T")

THREADS = 16
"""Calls in flight; most of them wait for a child process."""


def together(
    function: Callable[[S], T], items: Iterable[S], *, stop: Callable[[], None]
) -> list[T]:
    """``function`` of every item, in their order.

    When one call raises, or this thread is interrupted, ``stop`` ends the others.
    """
    with ThreadPoolExecutor(THREADS) as pool:
        try:
            futures = [pool.submit(copy_context().run, function, item) for item in items]
            return [future.result() for future in futures]
        except BaseException:  # also Ctrl-C: the pool waits for its threads
            stop()
            raise

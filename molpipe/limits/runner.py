"""What runs calculations: child processes of this machine, or the workers of a cluster."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self, TypeVar

T = TypeVar("T")


class Runner(Protocol):
    """Runs calculations for many threads, until it is stopped or its block is left."""

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
        """See :meth:`molpipe.limits.Workers.run`."""

    def stop(self) -> None:
        """Cancel every pending and running call."""

    def __enter__(self) -> Self:
        """Use it."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop it, and wait until nobody uses it."""

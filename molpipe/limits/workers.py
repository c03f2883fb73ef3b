"""As many calculations at once as there are processes, the others wait their turn."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self, TypeVar

from molpipe.errors import Cancelled
from molpipe.limits.slot import Slot

T = TypeVar("T")


class Workers:
    """Warm child processes for calculations, shared by many threads.

    Use it as a context manager: on the way out every call is cancelled and no child is left.
    """

    def __init__(self, *, processes: int, threads: int) -> None:
        """Start nothing yet: a child starts when the first calculation needs it.

        Args:
            processes: calculations that run at once.
            threads: threads that BLAS and OpenMP may use in each of them.
        """
        if processes < 1 or threads < 1:
            raise ValueError(f"processes and threads must be positive: {processes}, {threads}")
        self._idle = [Slot(threads=threads) for _ in range(processes)]
        self._processes = processes
        # Reentrant, and the flag is a plain attribute: stop() may run in a signal handler.
        self._changed = threading.Condition(threading.RLock())
        self._stopped = False

    def run(self, function: Callable[..., T], *args: object, seconds: float, memory_gb: float) -> T:
        """Run ``function(*args)`` in a child process and wait for its value.

        Args:
            function: a function of an importable module (not of ``__main__``).
            args: its arguments; they travel by pickle, and so does the value.
            seconds: wall time limit [s]; it does not run while the call waits for a process.
            memory_gb: limit of the child's resident memory [GB, 1e9 bytes], looked at every
                50 ms: a calculation can be over it for that long.

        Raises:
            MolpipeError: whatever the function raised of the error tree, unchanged.
            ResourceError: ``TIME_LIMIT`` or ``MEMORY_LIMIT``; the child is gone.
            CalculationError: ``CHILD_DIED``, the child ended in the middle of the work.
            InvariantError: ``UNEXPECTED``, the function raised anything else.
            Cancelled: :meth:`stop` was called.
        """
        if seconds <= 0 or memory_gb <= 0:
            raise ValueError(f"limits must be positive, got {seconds} s and {memory_gb} GB")
        slot = self._take()
        try:
            answer = slot.call(
                function, args, seconds=seconds, memory_gb=memory_gb, stopped=self._is_stopped
            )
        finally:
            self._give_back(slot)
        return answer

    def stop(self) -> None:
        """Cancel every pending and running call; all children are gone within about a second."""
        with self._changed:
            self._stopped = True
            idle = tuple(self._idle)
            self._changed.notify_all()
        for slot in idle:
            slot.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()
        with self._changed:
            self._changed.wait_for(lambda: len(self._idle) == self._processes)

    def _is_stopped(self) -> bool:
        return self._stopped

    def _take(self) -> Slot:
        with self._changed:
            self._changed.wait_for(lambda: self._idle or self._stopped)
            if self._stopped:
                raise Cancelled("stopped before the calculation began")
            return self._idle.pop()  # the last one used: its child is warm

    def _give_back(self, slot: Slot) -> None:
        with self._changed:
            if self._stopped:
                slot.close()
            self._idle.append(slot)
            self._changed.notify_all()

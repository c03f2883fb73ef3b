"""As many calculations at once as there are processes, the others wait their turn."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self, TypeVar

from molpipe.errors import Cancelled
from molpipe.limits.admission import Admission, Ticket
from molpipe.limits.machine import memory_for_calculations
from molpipe.limits.slot import Slot

T = TypeVar("T")


class Workers:
    """Warm child processes for calculations, shared by many threads.

    Use it as a context manager: on the way out every call is cancelled and no child is left.
    """

    def __init__(self, *, processes: int, threads: int, memory_gb: float | None = None) -> None:
        """Start nothing yet: a child starts when the first calculation needs it.

        Args:
            processes: calculations that run at once.
            threads: threads that BLAS and OpenMP may use in each of them.
            memory_gb: what those that run at once may be expected to need together [GB]; by
                default what this machine, or its container, has for them.
        """
        if processes < 1 or threads < 1:
            raise ValueError(f"processes and threads must be positive: {processes}, {threads}")
        if memory_gb is None:
            memory_gb = memory_for_calculations()
        if memory_gb <= 0:
            raise ValueError(f"the memory must be positive, got {memory_gb} GB")
        self._idle = [Slot(threads=threads) for _ in range(processes)]
        self._processes = processes
        self._admission = Admission(processes=processes, memory_gb=memory_gb)
        # Reentrant, and the flag is a plain attribute: stop() may run in a signal handler.
        self._changed = threading.Condition(threading.RLock())
        self._stopped = False

    def run(
        self,
        function: Callable[..., T],
        *args: object,
        seconds: float,
        memory_gb: float,
        expected_gb: float = 0.0,
        rank: int = 0,
    ) -> T:
        """Run ``function(*args)`` in a child process and wait for its value.

        What it logs there (molpipe's loggers, and warnings) is logged here, in the calling
        thread, while it runs.

        Args:
            function: a function of an importable module (not of ``__main__``).
            args: its arguments; they travel by pickle, and so does the value.
            seconds: wall time limit [s]; it does not run while the call waits for its turn.
            memory_gb: limit of the child's resident memory [GB, 1e9 bytes], looked at every
                50 ms: a calculation can be over it for that long.
            expected_gb: what it will probably need of that [GB]. It waits until there is a
                process and so much memory for it, or nothing else runs.
            rank: of those that wait, the lowest begins first.

        Raises:
            MolpipeError: whatever the function raised of the error tree, unchanged.
            ResourceError: ``TIME_LIMIT`` or ``MEMORY_LIMIT``; the child is gone.
            CalculationError: ``CHILD_DIED``, the child ended in the middle of the work.
            InvariantError: ``UNEXPECTED``, the function raised anything else.
            Cancelled: :meth:`stop` was called.
        """
        if seconds <= 0 or memory_gb <= 0:
            raise ValueError(f"limits must be positive, got {seconds} s and {memory_gb} GB")
        with self._turn(min(expected_gb, memory_gb), rank) as slot:
            return slot.call(
                function, args, seconds=seconds, memory_gb=memory_gb, stopped=self._is_stopped
            )

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

    @contextmanager
    def _turn(self, expected_gb: float, rank: int) -> Iterator[Slot]:
        """Wait for a process and for memory, and free both in the end."""
        with self._changed:
            ticket = self._admission.queue(expected_gb, rank)
        try:
            slot = self._take(ticket)
            try:
                yield slot
            finally:
                self._give_back(slot)
        finally:
            with self._changed:
                self._admission.leave(ticket)
                self._changed.notify_all()

    def _take(self, ticket: Ticket) -> Slot:
        with self._changed:
            self._changed.wait_for(lambda: self._stopped or self._admission.may_begin(ticket))
            if self._stopped:
                raise Cancelled("stopped before the calculation began")
            self._admission.begin(ticket)
            self._changed.notify_all()  # those behind it may begin as well
            return self._idle.pop()  # the last one used: its child is warm

    def _give_back(self, slot: Slot) -> None:
        with self._changed:
            if self._stopped:
                slot.close()
            self._idle.append(slot)

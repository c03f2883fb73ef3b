"""As many calculations at once as there are processes, the others wait their turn."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self, TypeVar

from molpipe.limits.admission import Room
from molpipe.limits.machine import memory_for_calculations
from molpipe.limits.slot import Slot
from molpipe.limits.turns import Turns

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
        self._turns = Turns(Room(processes=processes, memory_gb=memory_gb))
        self._lock = threading.RLock()  # stop() may run in a signal handler

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
            begin: called in this thread when a process is free for the calculation; what it
                raises is raised here, and the process goes to the next.
            ready: called in a child before the first calculation that names it, beside the
                limits of that one: what is loaded and compiled once is not its fault.

        Raises:
            MolpipeError: whatever the function raised of the error tree, unchanged.
            ResourceError: ``TIME_LIMIT`` or ``MEMORY_LIMIT``; the child is gone.
            CalculationError: ``CHILD_DIED``, the child ended in the middle of the work.
            InvariantError: ``UNEXPECTED``, the function raised anything else.
            Cancelled: :meth:`stop` was called.
        """
        if seconds <= 0 or memory_gb <= 0:
            raise ValueError(f"limits must be positive, got {seconds} s and {memory_gb} GB")
        with self._turns.turn(min(expected_gb, memory_gb), rank), self._slot() as slot:
            if begin is not None:
                begin()
            return slot.call(
                function,
                args,
                seconds=seconds,
                memory_gb=memory_gb,
                ready=ready,
                stopped=lambda: self._turns.are_over,
            )

    def stop(self) -> None:
        """Cancel every pending and running call; all children are gone within about a second."""
        self._turns.stop()
        with self._lock:
            for slot in self._idle:  # all at once: each takes a moment
                slot.stop()
            for slot in self._idle:
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
        self._turns.join()

    @contextmanager
    def _slot(self) -> Iterator[Slot]:
        with self._lock:
            slot = self._idle.pop()  # the last one used: its child is warm
        try:
            yield slot
        finally:
            with self._lock:
                if self._turns.are_over:
                    slot.close()
                self._idle.append(slot)

"""One warm child process, watched while it works.

The watch is kept here, in the parent: the child cannot watch its own memory while C code holds
the interpreter lock, and the wall time is that of the monotonic clock, which nobody sets. What
the child logs is said by the thread that waits for it, because Prefect tells by its context
whose log it is.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, TypeVar

from molpipe.errors import Cancelled, MolpipeError
from molpipe.limits.child import packed, value_of
from molpipe.limits.endings import died, ending, over_memory, over_time
from molpipe.limits.forked import Forked, Watch
from molpipe.limits.logs import Hear, LogPipe, level_wanted, say
from molpipe.limits.machine import GIGABYTE

T = TypeVar("T")

START_SECONDS: Final = 60.0
READY_SECONDS: Final = 900.0
"""The engine is compiled once per installation: half a minute, on a busy machine several."""


class Slot:
    """A place for one calculation at a time; not for several threads at once."""

    def __init__(self, *, threads: int) -> None:
        self.threads = threads
        self._child: Forked | None = None
        self._logs: LogPipe | None = None
        self._hear: Hear = say
        self._made_ready: set[bytes] = set()

    def call(
        self,
        function: Callable[..., T],
        args: tuple[object, ...],
        *,
        seconds: float,
        memory_gb: float,
        stopped: Callable[[], bool],
        ready: Callable[[], object] | None = None,
    ) -> T:
        """Run ``function(*args)`` in the child; see :meth:`molpipe.limits.Workers.run`."""
        work = packed((function, args))
        answer = self.answer(
            work,
            seconds=seconds,
            memory_gb=memory_gb,
            stopped=stopped,
            level=level_wanted(),
            hear=say,
            ready=None if ready is None else packed((ready, ())),
        )
        return value_of(answer)  # type: ignore[no-any-return]  # what function returned

    def answer(
        self,
        work: bytes,
        *,
        seconds: float,
        memory_gb: float,
        stopped: Callable[[], bool],
        level: int,
        hear: Hear,
        ready: bytes | None = None,
    ) -> bytes:
        """The same for whoever has ``(function, args)`` packed and wants the answer so.

        ``hear`` is told molpipe's log records from ``level`` on; ``ready`` is packed as well.
        """
        self._hear = hear
        try:
            child = self._warm_child(memory_gb, ready, level, stopped)
            if ready is not None and ready not in self._made_ready:
                late = died(f"did not get ready within {READY_SECONDS:g} s")
                value_of(child.call(ready, level, self._watch(READY_SECONDS, late, stopped)))
                self._made_ready.add(ready)
            watch = self._watch(seconds, over_time(seconds), stopped, memory_gb)
            answer = child.call(work, level, watch)
            self._relay_logs()
        except (EOFError, OSError) as error:
            raise died(ending(self.close())) from error
        except BaseException:  # also Ctrl-C: a child whose answer nobody reads must not stay
            self.close()
            raise
        return answer

    def stop(self) -> None:
        """Let an idle child begin to end, which :meth:`close` waits for."""
        if self._child is not None:
            self._child.kill()

    def close(self) -> int | None:
        """End the child, wherever it is, and how it ended; the next call starts another."""
        child, self._child = self._child, None
        exit_code = None if child is None else child.end()
        self._made_ready.clear()
        logs, self._logs = self._logs, None
        if logs is not None:
            logs.close(self._hear)
        return exit_code

    def _watch(
        self,
        seconds: float,
        late: MolpipeError,
        stopped: Callable[[], bool],
        memory_gb: float | None = None,
    ) -> Watch:
        end = time.monotonic() + seconds

        def watch() -> None:
            self._relay_logs()
            if stopped():
                raise Cancelled("stopped in the middle of the calculation")
            if time.monotonic() > end:
                raise late
            if memory_gb is not None and self._resident_gb() > memory_gb:
                raise over_memory(memory_gb)

        return watch

    def _warm_child(
        self, memory_gb: float, ready: bytes | None, level: int, stopped: Callable[[], bool]
    ) -> Forked:
        if self._child is not None and not self._is_fit(memory_gb):
            self.close()
        if self._child is None:
            self._logs = LogPipe()
            self._child = Forked(
                threads=self.threads, ready=ready, level=level, writer=self._logs.writer
            )
            seconds = START_SECONDS if ready is None else READY_SECONDS
            late = died(f"did not start within {seconds:g} s")
            is_ready = self._child.wait_for_birth(self._watch(seconds, late, stopped))
            if is_ready and ready is not None:
                self._made_ready.add(ready)
        return self._child

    def _relay_logs(self) -> None:
        if self._logs is not None:
            self._logs.relay(self._hear)

    def _is_fit(self, memory_gb: float) -> bool:
        """Alive, and what earlier calculations left does not eat half of this one's memory."""
        return 0 < self._resident_gb() < memory_gb / 2

    def _resident_gb(self) -> float:
        return 0.0 if self._child is None else self._child.resident_bytes / GIGABYTE

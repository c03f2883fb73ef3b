"""One warm child process, watched while it works.

Each child has a pebble pool of its own. Children that share a pool share its pipe and locks,
and one that is killed at the wrong moment takes the others with it. The watch is kept here,
in the parent: the child cannot watch its own memory while C code holds the interpreter lock,
and the wall time is that of the monotonic clock, which nobody sets. What the child logs is
said by the thread that waits for it, because Prefect tells by its context whose log it is.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import Any, Final, TypeVar

import psutil  # type: ignore[import-untyped]
from pebble import ProcessPool

from molpipe.errors import Cancelled, MolpipeError
from molpipe.limits.child import execute, packed, prepare, value_of
from molpipe.limits.endings import deaths_named, died, over_memory, over_time
from molpipe.limits.logs import Hear, LogPipe, level_wanted, say
from molpipe.limits.machine import GIGABYTE
from molpipe.limits.spawn import ChildContext

T = TypeVar("T")

POLL_SECONDS: Final = 0.05
START_SECONDS: Final = 60.0
READY_SECONDS: Final = 900.0
"""The engine is compiled once per installation: half a minute, on a busy machine several."""

ENDING_SECONDS: Final = 3.0
"""How long pebble may take to learn how a child ended that is gone; on a busy machine a second."""


class Slot:
    """A place for one calculation at a time; not for several threads at once."""

    def __init__(self, *, threads: int) -> None:
        self.threads = threads
        self._pool: ProcessPool | None = None
        self._logs: LogPipe | None = None
        self._hear: Hear = say
        self._child = psutil.Process()
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
            with deaths_named():
                pool = self._warm_pool(memory_gb, stopped)
                if ready is not None and ready not in self._made_ready:
                    self._make_ready(pool, ready, level, stopped)
                watch = self._watch(seconds, over_time(seconds), stopped, memory_gb)
                answer: bytes = _wait_for(pool.schedule(execute, args=(work, level)), watch)
                self._relay_logs()
        except BaseException:  # also Ctrl-C: a child whose answer nobody reads must not stay
            self.close()
            raise
        return answer

    def stop(self) -> None:
        """Let an idle child begin to end, which :meth:`close` waits for."""
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]

    def close(self) -> None:
        """End the child, wherever it is; the next call starts another."""
        pool, self._pool = self._pool, None
        self._made_ready.clear()
        if pool is not None:
            pool.stop()  # type: ignore[no-untyped-call]
            pool.join()
        logs, self._logs = self._logs, None
        if logs is not None:
            logs.close(self._hear)

    def _watch(
        self,
        seconds: float,
        late: MolpipeError,
        stopped: Callable[[], bool],
        memory_gb: float | None = None,
    ) -> Callable[[], None]:
        end = time.monotonic() + seconds

        def watch() -> None:
            self._relay_logs()
            if stopped():
                raise Cancelled("stopped in the middle of the calculation")
            if time.monotonic() > end:
                raise late
            if memory_gb is not None and self._child.memory_info().rss > memory_gb * GIGABYTE:
                raise over_memory(memory_gb)

        return watch

    def _warm_pool(self, memory_gb: float, stopped: Callable[[], bool]) -> ProcessPool:
        if self._pool is not None and not self._is_fit(memory_gb):
            self.close()
        if self._pool is None:
            self._logs = LogPipe()
            self._pool = ProcessPool(
                max_workers=1,
                initializer=prepare,
                initargs=(os.getpid(), self.threads, self._logs.writer),
                context=ChildContext(),
            )
            late = died(f"did not start within {START_SECONDS:g} s")
            watch = self._watch(START_SECONDS, late, stopped)
            pid = _wait_for(self._pool.schedule(os.getpid), watch)
            self._child = psutil.Process(pid)
        return self._pool

    def _make_ready(
        self, pool: ProcessPool, ready: bytes, level: int, stopped: Callable[[], bool]
    ) -> None:
        late = died(f"did not get ready within {READY_SECONDS:g} s")
        watch = self._watch(READY_SECONDS, late, stopped)
        value_of(_wait_for(pool.schedule(execute, args=(ready, level)), watch))
        self._made_ready.add(ready)

    def _relay_logs(self) -> None:
        if self._logs is not None:
            self._logs.relay(self._hear)

    def _is_fit(self, memory_gb: float) -> bool:
        """Alive, and what earlier calculations left does not eat half of this one's memory."""
        try:
            resident = self._child.memory_info().rss
        except psutil.NoSuchProcess:
            return False
        return bool(0 < resident < memory_gb * GIGABYTE / 2)


def _wait_for(future: Future[Any], watch: Callable[[], None]) -> Any:
    """The future's result; ``watch`` looks on and raises when it has seen enough."""
    try:
        while not wait([future], timeout=POLL_SECONDS).done:
            watch()
    except psutil.NoSuchProcess:
        wait([future], timeout=ENDING_SECONDS)
    return future.result(timeout=0)

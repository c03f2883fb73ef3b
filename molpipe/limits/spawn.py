"""How a child process is started: afresh, without the program's main module, to die with us.

- Spawned, never forked: the parent runs Prefect's threads, and a fork copies held locks.
- Multiprocessing imports the parent's main module into every child. That costs seconds under
  Prefect and runs a user's script a second time where it has no ``__main__`` guard; our
  functions live in importable modules, so it is hidden while a child starts.
- Linux signals the death of the *thread* that started the child, so one thread, which lives
  as long as this process, starts them all.
- Ctrl-C reaches every process of a terminal. That thread blocks it, a child inherits the
  block, and the parent alone decides.
- Multiprocessing waits for a child when the parent ends, unless it is a daemon, and lets no
  daemon have children, as its own may be orphaned. Ours never are. So each of them is one, and
  may be started in a daemon, which the worker processes of Dask are.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import current_process
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Final

_STARTER: Final = ThreadPoolExecutor(
    max_workers=1,
    thread_name_prefix="molpipe-starter",
    initializer=signal.pthread_sigmask,
    initargs=(signal.SIG_BLOCK, {signal.SIGINT}),
)


class ChildProcess(SpawnProcess):
    """A spawned process that does not see the main module."""

    def start(self) -> None:
        """Start the process, from the one thread that starts them."""
        _STARTER.submit(self._start).result()

    def _start(self) -> None:
        self.daemon = True
        with _hidden_main(), _may_have_children():
            super().start()


class ChildContext(SpawnContext):
    """The spawn context with :class:`ChildProcess`."""

    Process = ChildProcess


@contextmanager
def _hidden_main() -> Iterator[None]:
    main = sys.modules["__main__"]
    hidden = ("__spec__", "__file__")
    kept = {name: vars(main)[name] for name in hidden if name in vars(main)}
    vars(main).update(dict.fromkeys(hidden))
    try:
        yield
    finally:
        for name in hidden:
            del vars(main)[name]
        vars(main).update(kept)


@contextmanager
def _may_have_children() -> Iterator[None]:
    process = current_process()
    is_daemon, process.daemon = process.daemon, False
    try:
        yield
    finally:
        process.daemon = is_daemon

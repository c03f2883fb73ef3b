"""Which fork server makes the child processes of this process, and how it is asked.

A service keeps one for all its runs and names it in the environment of these. Where there is
none, or it does not answer, this process starts one of its own, which lives as long as itself.
"""

from __future__ import annotations

import atexit
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Final

from molpipe.limits import same_user

VARIABLE: Final = "MOLPIPE_FORK_SERVER"
"""Names the fork server of a service; its children have one thread each."""

MODULE: Final = "molpipe.limits.fork_server"

_STARTER: Final = ThreadPoolExecutor(
    max_workers=1,
    thread_name_prefix="molpipe-starter",
    initializer=signal.pthread_sigmask,
    initargs=(signal.SIG_BLOCK, {signal.SIGINT}),
)
"""Linux ends a server with the thread that started it; Ctrl-C at the terminal is not for it."""


@dataclass(frozen=True, kw_only=True)
class _OwnServer:
    process: subprocess.Popen[bytes]
    control: socket.socket


_own: Final[dict[int, _OwnServer]] = {}
_lock: Final = threading.Lock()


def load_early(*names: str) -> None:
    """Let the fork server begin to load what its children will need, each ``MODULE:FUNCTION``."""
    if VARIABLE not in os.environ:
        _own_server(1, *loading(names))


def loading(names: Iterable[str]) -> list[str]:
    """The arguments that tell a fork server to load them."""
    return [word for name in names for word in ("--load", name)]


def ask_for_child(threads: int, lines: Sequence[Connection]) -> None:
    """Send a request, and the child's ends of the lines to it, to a fork server.

    Raises:
        OSError: it ended in this moment.
    """
    descriptors = [line.fileno() for line in lines]
    name = os.environ.get(VARIABLE)
    if threads == 1 and name and (shared := same_user.connect(name)) is not None:
        with shared:
            socket.send_fds(shared, [b"."], descriptors)
    else:
        socket.send_fds(_own_server(threads).control, [b"."], descriptors)


def give_up(threads: int) -> None:
    """End our own fork server, which does not answer; the next request starts another."""
    with _lock:
        server = _own.pop(threads, None)
    if server is not None:
        server.control.close()
        server.process.kill()
        server.process.wait()


def _end_all() -> None:
    for threads in list(_own):
        give_up(threads)


atexit.register(_end_all)
os.register_at_fork(after_in_child=_own.clear)  # a fork of ours has no claim to them


def _own_server(threads: int, *options: str) -> _OwnServer:
    with _lock:
        server = _own.get(threads)
        if server is not None and server.process.poll() is not None:
            server.control.close()
            server = None
        if server is None:
            server = _own[threads] = _STARTER.submit(_started, threads, options).result()
        return server


def _started(threads: int, options: Sequence[str]) -> _OwnServer:
    here, there = socket.socketpair()
    with there:
        control = "--control", str(there.fileno()), "--threads", str(threads)
        process = subprocess.Popen(
            [sys.executable, "-m", MODULE, *control, *options, str(os.getpid())],
            stdin=subprocess.DEVNULL,
            pass_fds=[there.fileno()],
        )
    return _OwnServer(process=process, control=here)

"""A process that forks the child processes for calculations, ready to compute.

To load the engines takes seconds and half a gigabyte. It is done here once; a child forked
from here begins within milliseconds and shares that memory. A fork is safe because this
process has one thread, so that nobody can hold a lock. Engines that are told to use more
threads may start them while they are loaded: then, and off Linux, each child loads its own.

Who wants a child sends, over a control socket, its ends of three connections:

- its *life*: the request (JSON) and what makes the child ready (packed, or empty) go in, who
  the child is and how it ended (JSON) come out. When it is closed, also because its owner was
  killed, the child is killed;
- the one for questions and answers, see :func:`molpipe.limits.child.serve`;
- the one for log records.

Run as ``python -m molpipe.limits.fork_server (--control FD | --at NAME) PARENT``. At a name,
it is there for every process of its user (Linux).
"""

from __future__ import annotations

import gc
import json
import logging
import os
import selectors
import signal
import socket
import sys
import traceback
from argparse import ArgumentParser
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection
from pkgutil import resolve_name
from typing import Any, Final, NoReturn

from molpipe.errors import MolpipeError
from molpipe.limits import logs, same_user
from molpipe.limits.child import (
    NAME,
    THREAD_VARIABLES,
    die_with,
    execute,
    packed,
    serve,
    show_name,
    value_of,
)

ARROW_VARIABLE: Final = "JE_ARROW_MALLOC_CONF"
"""Arrow, which pandas loads, has an allocator that would start a thread."""

LINES: Final = 3
"""How many connections come with a request."""


class ForkServer:
    """Forks children for whoever asks, in one thread, until nobody can ask any more."""

    def __init__(self, *, loads: bool) -> None:
        """Load what children need before they are forked, or leave that to each of them."""
        self._loads = loads
        self._loaded: set[bytes] = set()
        self._lives: dict[int, Connection] = {}
        self._doors: set[socket.socket] = set()
        self._selector = selectors.DefaultSelector()
        self._watch_children()

    def listen_at(self, name: str) -> None:
        """Let processes of the same user ask, at an abstract address (Linux)."""
        self._open(same_user.listen(name), self._accept)

    def listen_to(self, control: socket.socket) -> None:
        """Let who has the other end ask."""
        self._open(control, self._receive)

    def load(self, ready: bytes, level: int) -> None:
        """Call what makes a child ready, once; where it fails, each child tries, and says why."""
        if ready in self._loaded or not self._loads:
            return
        try:
            value_of(execute(ready, level))
        except MolpipeError:
            return
        self._loaded.add(ready)
        gc.collect()
        gc.freeze()  # a collection in a child would touch, and so copy, all of this memory

    def run(self) -> None:
        """Fork, until nobody can ask any more; the children end with this process."""
        while self._doors:
            for key, _ in self._selector.select():
                key.data(key.fileobj)

    def _watch_children(self) -> None:
        ended, wakeup = socket.socketpair()
        for end in (ended, wakeup):
            end.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wakeup.fileno(), warn_on_full_buffer=False)
        self._selector.register(ended, selectors.EVENT_READ, self._reap)
        self._wakeup = wakeup

    def _open(self, door: socket.socket, asked: Callable[[socket.socket], None]) -> None:
        self._doors.add(door)
        self._selector.register(door, selectors.EVENT_READ, asked)

    def _accept(self, listener: socket.socket) -> None:
        control = same_user.accept(listener)
        if control is not None:
            self.listen_to(control)

    def _receive(self, control: socket.socket) -> None:
        said, descriptors, _, _ = socket.recv_fds(control, 1, LINES)
        lines = [Connection(descriptor) for descriptor in descriptors]
        if not said:
            self._doors.remove(control)
            self._selector.unregister(control)
            control.close()
        elif len(lines) == LINES:
            self._answer(*lines)
        for line in lines[1:]:
            line.close()

    def _answer(self, life: Connection, asked: Connection, writer: Connection) -> None:
        if not life.poll():  # a request is sent before its lines
            life.close()
            return
        try:
            request, ready = json.loads(life.recv_bytes()), life.recv_bytes()
            if ready:
                with logs.listening(writer):
                    self.load(ready, request["level"])
            server, pid = os.getpid(), os.fork()
        except (EOFError, OSError, ValueError):  # who asked is gone or unclear, or no room is left
            life.close()
            return
        if pid == 0:
            life.close()
            self._become_child(server, request, asked, writer)
        self._lives[pid] = life
        self._selector.register(life, selectors.EVENT_READ, partial(self._kill, pid))
        _say(life, {"pid": pid, "is_ready": ready in self._loaded})

    def _become_child(
        self, server: int, request: dict[str, Any], asked: Connection, writer: Connection
    ) -> NoReturn:
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for key in self._selector.get_map().values():  # the lines of others
                os.close(key.fd)
            die_with(server)
            show_name(NAME)
            sys.path[:] = request["path"]
            with suppress(OSError):
                os.chdir(request["folder"])
            serve(asked, writer)
            os._exit(0)
        except BaseException:  # noqa: BLE001  # whatever it is, it must not become a second server
            traceback.print_exc()
        finally:
            os._exit(1)

    def _kill(self, pid: int, life: Connection) -> None:
        """Its owner let go of it."""
        if pid in self._lives:  # not yet reaped: the number is still its own
            self._selector.unregister(life)
            os.kill(pid, signal.SIGKILL)

    def _reap(self, ended: socket.socket) -> None:
        ended.recv(4096)
        with suppress(ChildProcessError):
            while (found := os.waitpid(-1, os.WNOHANG))[0]:
                pid, status = found
                with suppress(KeyError), self._lives.pop(pid) as life:
                    _say(life, {"exit_code": os.waitstatus_to_exitcode(status)})
                    self._selector.unregister(life)


def _say(life: Connection, what: dict[str, object]) -> None:
    with suppress(OSError):  # nobody listens any more
        life.send_bytes(json.dumps(what).encode())


def main() -> None:
    """What this process does."""
    parser = ArgumentParser()
    parser.add_argument("--control", type=int, help="the descriptor of a control socket")
    parser.add_argument("--at", help="the abstract address to listen at")
    loads = "MODULE:FUNCTION to call at once; may be given several times"
    parser.add_argument("--load", action="append", default=[], help=loads)
    parser.add_argument("--threads", type=int, default=1, help="of a child")
    parser.add_argument("parent", type=int, help="the process to end with")
    chosen = parser.parse_args()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # the parent alone decides
    die_with(chosen.parent)
    os.environ.update(dict.fromkeys(THREAD_VARIABLES, str(chosen.threads)))
    os.environ.setdefault(ARROW_VARIABLE, "background_thread:false")
    server = ForkServer(loads=chosen.threads == 1 and sys.platform == "linux")
    if chosen.control is not None:
        server.listen_to(socket.socket(fileno=chosen.control))
    if chosen.at is not None:
        logging.basicConfig(level=logging.INFO)
        server.listen_at(chosen.at)
    for name in chosen.load:
        server.load(packed((resolve_name(name), ())), logging.INFO)
    server.run()


if __name__ == "__main__":
    main()

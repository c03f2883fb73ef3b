"""A child process, from the side of who asked for it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Final

import psutil  # type: ignore[import-untyped]

from molpipe.errors import CalculationError
from molpipe.limits import forking

POLL_SECONDS: Final = 0.05
ENDING_SECONDS: Final = 3.0
"""How long it may take to learn how a child ended; on a busy machine a second."""

Watch = Callable[[], None]
"""Looks on while a child is waited for, and raises when it has seen enough."""


class Forked:
    """A child process of a fork server; it dies with the process that asked for it."""

    def __init__(
        self, *, threads: int, ready: bytes | None, level: int, writer: Connection
    ) -> None:
        """Ask for it.

        Args:
            threads: threads that BLAS and OpenMP may use in it.
            ready: a packed ``(function, ())`` that the server may call before it forks.
            level: the lowest one of the log records that are wanted of that.
            writer: where its log records go.

        Raises:
            OSError: the fork server has just ended.
        """
        self._threads = threads
        self._process: psutil.Process | None = None
        self._life, life = Pipe()
        self._asked, asked = Pipe()
        request = {"level": level, "folder": _folder(), "path": sys.path}
        with life, asked:
            self._life.send_bytes(json.dumps(request).encode())
            self._life.send_bytes(ready or b"")
            forking.ask_for_child(threads, [life, asked, writer])

    def wait_for_birth(self, watch: Watch) -> bool:
        """Wait until it is there; whether the server has made it ready.

        Raises:
            EOFError: it could not be made.
            CalculationError: ``watch`` says that this takes too long; the server is given up.
        """
        try:
            _wait_for(self._life, watch)
        except CalculationError:
            forking.give_up(self._threads)
            raise
        said = json.loads(self._life.recv_bytes())
        try:
            self._process = psutil.Process(said["pid"])
        except psutil.NoSuchProcess as error:
            raise EOFError("it ended at once") from error
        return bool(said["is_ready"])

    def call(self, work: bytes, level: int, watch: Watch) -> bytes:
        """The packed answer to a packed ``(function, args)``.

        Raises:
            EOFError, OSError: it ended.
        """
        self._asked.send_bytes(str(level).encode())
        self._asked.send_bytes(work)
        _wait_for(self._asked, watch)
        return self._asked.recv_bytes()

    @property
    def resident_bytes(self) -> int:
        """What it holds of the machine's memory, with what it shares; 0 when it has ended."""
        if self._process is not None:
            with suppress(psutil.NoSuchProcess):
                return int(self._process.memory_info().rss)
        return 0

    def kill(self) -> None:
        """Let it end, which :meth:`end` waits for."""
        if self._process is not None:
            with suppress(psutil.NoSuchProcess):
                self._process.kill()

    def end(self) -> int | None:
        """Kill it, and wait for its end; the exit code, -N for signal N, also if it ended itself.

        None where that is not known within some seconds: its server kills it when it can.
        """
        exit_code = None
        if self._process is not None:
            self.kill()
            with suppress(EOFError, OSError):
                if self._life.poll(ENDING_SECONDS):
                    exit_code = int(json.loads(self._life.recv_bytes())["exit_code"])
        self._life.close()
        self._asked.close()
        return exit_code


def _folder() -> str:
    """Where we are; a folder that was removed is no place for a child."""
    try:
        return os.getcwd()
    except FileNotFoundError:
        return "/"


def _wait_for(line: Connection, watch: Watch) -> None:
    while not line.poll(POLL_SECONDS):
        watch()

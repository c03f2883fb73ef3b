"""What a calculation logs in its child process is said in the parent, while it runs.

A record crosses as JSON, its message formatted where it was made, so that no object of the
child is rebuilt here. The pipe is one that a child never waits for: what does not fit is
counted and left out. A record is written whole or not at all, so that a child may be killed
at any time.
"""

from __future__ import annotations

import json
import logging
import os
import select
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from logging.handlers import QueueHandler
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import PurePath
from typing import Final

from molpipe.limits import collected

OURS: Final = "molpipe"
WARNINGS: Final = "py.warnings"
"""Where :mod:`logging` puts what :mod:`warnings` says."""

RECORD_BYTES: Final = select.PIPE_BUF - 4
"""A pipe takes up to PIPE_BUF bytes whole; four of them say how many follow."""

RECORDS_AT_ONCE: Final = 1000
"""A child that never stops talking must not keep its watch from looking at the limits."""

ROOM_SECONDS: Final = 0.5
"""How long a calculation that has ended waits for room to say how many records were lost."""

Hear = Callable[[bytes], None]
"""Told a record, as JSON."""

_FIELDS: Final = ("name", "levelno", "levelname", "msg", "created", "msecs", "process")


class LogPipe:
    """The parent's end; a child writes into ``writer``."""

    def __init__(self) -> None:
        self._reader, self.writer = Pipe(duplex=False)
        os.set_blocking(self.writer.fileno(), False)

    def relay(self, hear: Hear) -> None:
        """Pass on what was said so far, in this thread and its context."""
        for _ in range(RECORDS_AT_ONCE):
            if not self._reader.poll():
                return
            try:
                hear(self._reader.recv_bytes())
            except EOFError:
                return

    def close(self, hear: Hear) -> None:
        """Pass on what is left of a child that has ended."""
        self.writer.close()
        self.relay(hear)
        self._reader.close()


class PipeHandler(QueueHandler):
    """The child's end."""

    def __init__(self, writer: Connection) -> None:
        super().__init__(writer)  # type: ignore[arg-type]  # a queue only to the default enqueue
        self._writer = writer
        self._lost = 0

    def enqueue(self, record: logging.LogRecord) -> None:
        """Write a record, which holds its message as text by now, or count it as lost."""
        if not (self._say_lost() and self._write(record)):
            self._lost += 1

    def settle(self) -> None:
        """Say how many records were lost, when their calculation has ended."""
        if self._lost:
            select.select([], [self._writer], [], ROOM_SECONDS)
            self._say_lost()

    def _say_lost(self) -> bool:
        if not self._lost:
            return True
        text = f"{self._lost} log records were left out, the calculation made them too fast"
        fields = {"name": OURS, "levelno": logging.WARNING, "levelname": "WARNING", "msg": text}
        if not self._write(logging.makeLogRecord({**fields, "process": os.getpid()})):
            return False
        self._lost = 0
        return True

    def _write(self, record: logging.LogRecord) -> bool:
        try:
            self._writer.send_bytes(_packed(record))
        except OSError:  # it is full, or the parent is gone
            return False
        return True


def say(fields: bytes) -> None:
    """Log a record that a child made."""
    collected.say(logging.makeLogRecord(json.loads(fields)))


@contextmanager
def listening(writer: Connection) -> Iterator[None]:
    """Send what molpipe logs in this process, and all warnings, into ``writer``."""
    handler = PipeHandler(writer)
    warnings.formatwarning = _one_line
    logging.captureWarnings(True)
    loggers = [logging.getLogger(name) for name in (OURS, WARNINGS)]
    for logger in loggers:
        logger.addHandler(handler)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeHandler(handler)


@contextmanager
def heard(level: int) -> Iterator[None]:
    """One calculation, of which records of molpipe from ``level`` on are wanted."""
    logger = logging.getLogger(OURS)
    logger.setLevel(level)
    try:
        yield
    finally:
        for handler in logger.handlers:
            if isinstance(handler, PipeHandler):
                handler.settle()


def level_wanted() -> int:
    """The lowest level that this process would log of molpipe."""
    return logging.getLogger(OURS).getEffectiveLevel()


def _packed(record: logging.LogRecord) -> bytes:
    """A record as JSON, its message cut to what the pipe takes whole."""
    fields = {name: getattr(record, name) for name in _FIELDS}
    text = record.getMessage()
    while len(packed := json.dumps(fields).encode()) > RECORD_BYTES:
        text = text[: len(text) * 3 // 4]
        fields["msg"] = f"{text} [...]"
    return packed


def _one_line(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    line: str | None = None,
) -> str:
    del line
    return f"{category.__name__}: {message} ({PurePath(filename).name}, line {lineno})"

"""What short calculations log for one molecule is said together, as one record of several lines.

For Prefect a record is the work of several milliseconds, twenty times that of logging it. Nothing
waits for long: whoever collects says what there is when a calculation lasts, and a warning is
said at once.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Record = logging.LogRecord


class Collected:
    """Records of one molecule, from several threads."""

    def __init__(self) -> None:
        self._records: list[Record] = []
        self._collects = True
        self._lock = threading.Lock()

    def take(self, record: Record) -> bool:
        """Whether it was taken; else what there is was said, and the record may follow."""
        with self._lock:
            if self._collects and record.levelno < logging.WARNING:
                self._records.append(record)
                return True
        self.say()
        return False

    def say(self) -> None:
        """Log what there is, at the highest of its levels."""
        with self._lock:
            records, self._records = self._records, []
        if records:
            logging.getLogger(records[0].name).handle(_joined(records))

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Collect nothing in this block, and say what there is."""
        self._collects = False
        self.say()
        try:
            yield
        finally:
            self._collects = True


_collected: ContextVar[Collected] = ContextVar("collected")


@contextmanager
def collected() -> Iterator[Collected]:
    """What calculations log in this block, and in copies of its context, is collected."""
    records = Collected()
    token = _collected.set(records)
    try:
        yield records
    finally:
        _collected.reset(token)
        records.say()


def say(record: Record) -> None:
    """Log a record at this process's levels, or leave it to whoever collects."""
    logger = logging.getLogger(record.name)
    if not logger.isEnabledFor(record.levelno):
        return
    records = _collected.get(None)
    if records is None or not records.take(record):
        logger.handle(record)


@contextmanager
def at_once() -> Iterator[None]:
    """In this block records are said as they come."""
    records = _collected.get(None)
    if records is None:
        yield
        return
    with records.at_once():
        yield


def _joined(records: list[Record]) -> Record:
    """One record with the lines of all, at the time of the last."""
    if len(records) == 1:
        return records[0]
    highest = max(records, key=lambda record: record.levelno)
    lines = "\n".join(record.getMessage() for record in records)
    level = {"levelno": highest.levelno, "levelname": highest.levelname}
    return logging.makeLogRecord({**vars(records[-1]), **level, "msg": lines, "args": None})

"""What a child says is heard in the thread that waits for it, and costs the child nothing."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar

import pytest

from molpipe.errors import CalculationError, InvariantError, ResourceError
from tests.limits.work import (
    AMPLE,
    Mischief,
    kill_self,
    log,
    log_between,
    log_failure,
    log_foreign,
    log_many,
    log_then,
    long_blas_call,
    raise_foreign,
    warn,
)

whose: ContextVar[str] = ContextVar("whose", default="nobody")


class Ear(logging.Handler):
    """Hears records, and when, in which thread and in whose context."""

    def __init__(self):
        super().__init__()
        self.heard = []

    def emit(self, record):
        at = time.monotonic(), threading.current_thread(), whose.get()
        self.heard.append((record, *at))

    def lines(self):
        return [(r.levelname, r.name, r.getMessage()) for r, *_ in self.heard]


@pytest.fixture
def ear(caplog):
    """Listens to everything from INFO on."""
    caplog.set_level(logging.INFO)
    ear = Ear()
    logging.getLogger().addHandler(ear)
    yield ear
    logging.getLogger().removeHandler(ear)


def test_a_record_keeps_level_logger_message_and_time(workers, ear):
    began = time.time()
    workers.run(log, logging.INFO, "%d of %s", 2, "two", **AMPLE)
    assert ear.lines() == [("INFO", "molpipe.test", "2 of two")]
    (record, *_) = ear.heard[0]
    assert began <= record.created <= time.time()
    assert record.msecs == pytest.approx(1e3 * (record.created % 1), abs=1.0)
    assert record.process == workers.run(os.getpid, **AMPLE) != os.getpid()


def test_it_is_heard_while_the_calculation_runs(workers, ear):
    workers.run(log_between, 1.0, **AMPLE)
    (_, first, *_), (_, second, *_) = ear.heard
    assert second - first > 0.5


def test_each_caller_hears_its_own_in_its_own_context(workers, ear):
    def call(name):
        whose.set(name)
        workers.run(log, logging.INFO, name, **AMPLE)
        return threading.current_thread()

    with ThreadPoolExecutor(2) as threads:
        used = dict(zip("ab", threads.map(call, "ab"), strict=True))
    for record, _, thread, owner in ear.heard:
        assert (record.getMessage(), thread) == (owner, used[owner])
    assert len(ear.heard) == 2


def test_the_parents_level_holds_in_the_child(workers, ear):
    logger = logging.getLogger("molpipe")
    try:
        for level in (logging.DEBUG, logging.ERROR):
            logger.setLevel(level)
            workers.run(log, logging.DEBUG, "detail", **AMPLE)
            workers.run(log, logging.ERROR, "trouble", **AMPLE)
    finally:
        logger.setLevel(logging.NOTSET)
    assert [line[2] for line in ear.lines()] == ["detail", "trouble", "trouble"]


def test_warnings_are_heard_in_one_line_and_other_libraries_are_not(workers, ear):
    workers.run(warn, **AMPLE)
    workers.run(log_foreign, **AMPLE)
    ((level, name, message),) = ear.lines()
    assert (level, name) == ("WARNING", "py.warnings")
    assert message.startswith("UserWarning: a shaky number (work.py, line ")


def test_a_traceback_comes_as_text(workers, ear):
    workers.run(log_failure, **AMPLE)
    ((level, _, message),) = ear.lines()
    assert level == "ERROR"
    assert message.startswith("it broke\nTraceback")
    assert message.endswith("KeyError: 'nothing here'")


def test_objects_are_made_text_in_the_child(workers, ear):
    """Unpickled here, this one would end the tests."""
    workers.run(log_mischief, **AMPLE)
    assert ear.lines() == [("INFO", "molpipe.test", "harmless text")]


def log_mischief():
    log(logging.INFO, "%s", Mischief())


def test_a_long_message_is_cut(workers, ear):
    workers.run(log, logging.INFO, "α" * 100_000, **AMPLE)
    ((_, _, message),) = ear.lines()
    assert message.startswith("α" * 100)
    assert message.endswith("[...]")


@pytest.mark.parametrize(
    ("function", "args", "limits", "error"),
    [
        (kill_self, (signal.SIGKILL,), AMPLE, CalculationError),
        (long_blas_call, (), AMPLE | {"seconds": 0.5}, ResourceError),
        (raise_foreign, (), AMPLE, InvariantError),
    ],
)
def test_what_a_child_said_before_its_end_is_heard(workers, ear, function, args, limits, error):
    with pytest.raises(error):
        workers.run(log_then, function, *args, **limits)
    assert ear.lines()[0] == ("INFO", "molpipe.test", f"about to call {function.__name__}")


def test_a_child_that_says_too_much_does_not_wait_and_says_what_is_lost(workers, ear):
    n = 20_000
    seconds = workers.run(log_many, n, **AMPLE)
    heard = [message for _, _, message in ear.lines()]
    lost = [int(message.split()[0]) for message in heard if "left out" in message]
    assert lost
    assert len(heard) - len(lost) + sum(lost) == n
    assert seconds < 5.0


def test_a_time_limit_holds_for_a_child_that_never_stops_talking(workers, ear):
    began = time.monotonic()
    with pytest.raises(ResourceError):
        workers.run(log_many, 10**9, seconds=1.0, memory_gb=4.0)
    assert time.monotonic() - began < 3.0

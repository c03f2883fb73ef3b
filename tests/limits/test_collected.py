"""What calculations log for one molecule is said together, and never late or lost."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

import pytest

from molpipe.limits.collected import at_once, collected, say


@pytest.fixture
def heard(caplog):
    caplog.set_level(logging.INFO, "molpipe")
    return lambda: [(r.levelname, r.name, r.getMessage()) for r in caplog.records]


def record(text, level=logging.INFO):
    name = logging.getLevelName(level)
    return logging.makeLogRecord(
        {"name": "molpipe.stages", "levelno": level, "levelname": name, "msg": text}
    )


def test_without_anybody_who_collects_it_is_said_as_it_comes(heard):
    say(record("100 % of it"))
    assert heard() == [("INFO", "molpipe.stages", "100 % of it")]


def test_lines_of_one_block_are_one_record_in_their_order(heard):
    with collected():
        say(record("first, 100 % of it"))
        say(record("second"))
        assert heard() == []
    assert heard() == [("INFO", "molpipe.stages", "first, 100 % of it\nsecond")]


def test_a_single_line_stays_the_record_that_it_is(caplog):
    caplog.set_level(logging.INFO, "molpipe")
    one = record("alone")
    with collected():
        say(one)
    assert caplog.records == [one]


def test_what_is_said_in_between_is_not_said_again(heard):
    with collected() as records:
        say(record("one"))
        records.say()
        say(record("two"))
    assert [text for *_, text in heard()] == ["one", "two"]


def test_a_warning_is_said_at_once_after_what_came_before(heard):
    with collected():
        say(record("before"))
        say(record("careful", logging.WARNING))
        assert [text for *_, text in heard()] == ["before", "careful"]


def test_a_calculation_that_lasts_is_heard_while_it_runs(heard):
    with collected():
        say(record("a short one"))
        with at_once():
            assert [text for *_, text in heard()] == ["a short one"]
            say(record("a long one"))
            assert [text for *_, text in heard()] == ["a short one", "a long one"]
        say(record("short"))
        say(record("again"))
    assert [text for *_, text in heard()][2:] == ["short\nagain"]


def test_threads_with_a_copy_of_the_context_add_to_it(heard):
    with collected(), ThreadPoolExecutor(1) as thread:
        thread.submit(copy_context().run, say, record("there")).result()
        say(record("here"))
    assert [text for *_, text in heard()] == ["there\nhere"]


def test_what_nobody_wants_to_hear_is_not_collected(heard):
    with collected():
        say(record("too fine", logging.DEBUG))
    assert heard() == []


def test_lines_are_said_when_the_block_ends_by_an_error(heard):
    def breaks():
        with collected():
            say(record("the last words"))
            raise ValueError("over")

    with pytest.raises(ValueError, match="over"):
        breaks()
    assert [text for *_, text in heard()] == ["the last words"]

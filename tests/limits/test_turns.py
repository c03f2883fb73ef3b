"""Whose turn it is, among threads, in rooms that come and go."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from molpipe.errors import BackendUnavailable, Cancelled
from molpipe.limits.admission import Room
from molpipe.limits.turns import Turns

PROMPT = 10.0


def turn(turns, expected_gb=1.0, until=None):
    with turns.turn(expected_gb, rank=0) as room:
        if until is not None:
            assert until.wait(PROMPT)
        return room


def test_who_waits_without_a_room_begins_when_one_opens():
    turns = Turns()
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(turn, turns)
        room = Room(processes=1, memory_gb=1.0)
        turns.open(room)
        assert waiting.result(PROMPT) is room


def test_in_a_room_that_is_closed_nobody_begins_but_who_is_inside_may_end():
    first, second = Room(processes=1, memory_gb=1.0), Room(processes=1, memory_gb=1.0)
    turns, end = Turns(first), threading.Event()
    with ThreadPoolExecutor(2) as threads:
        inside = threads.submit(turn, turns, until=end)
        while not first.running:
            pass
        turns.close(first)
        waiting = threads.submit(turn, turns)
        end.set()
        assert inside.result(PROMPT) is first
        assert not waiting.done()
        turns.open(second)
        assert waiting.result(PROMPT) is second


def test_each_room_takes_what_it_has_processes_and_memory_for():
    small, large = Room(processes=4, memory_gb=2.0), Room(processes=2, memory_gb=8.0)
    turns, end = Turns(small, large), threading.Event()
    with ThreadPoolExecutor(4) as threads:
        calls = [threads.submit(turn, turns, gb, until=end) for gb in (4.0, 3.0, 1.5)]
        while len(small.running) + len(large.running) < 3:
            pass
        assert (len(small.running), len(large.running)) == (1, 2)
        end.set()
        assert [call.result(PROMPT) for call in calls] == [large, large, small]


@pytest.mark.parametrize("why", [None, BackendUnavailable("the cluster is gone", hint="wait")])
def test_when_the_turns_are_over_each_that_waits_is_told_why(why):
    turns = Turns()
    with ThreadPoolExecutor(2) as threads:
        calls = [threads.submit(turn, turns) for _ in range(2)]
        turns.stop(why)
        first, second = (call.exception(PROMPT) for call in calls)
    assert type(first) is (Cancelled if why is None else BackendUnavailable)
    assert first.line == second.line
    assert first.at("vqe") is not second
    assert second.stage == ""
    assert turns.are_over
    turns.join()

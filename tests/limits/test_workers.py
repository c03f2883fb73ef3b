"""Many calls and few processes: turns, memory, and the end of it all."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from molpipe.errors import Cancelled, InvariantError
from molpipe.limits import Workers
from tests.limits.work import (
    AMPLE,
    PROMPT,
    calculating,
    grow_in_c,
    hold_memory,
    long_blas_call,
    span,
    wait_until_gone,
)


@pytest.mark.parametrize("limits", [{"seconds": 0.0}, {"memory_gb": -1.0}])
def test_limits_must_be_positive(workers, limits):
    with pytest.raises(ValueError, match="positive"):
        workers.run(os.getpid, **(AMPLE | limits))


@pytest.mark.parametrize("wrong", [{"processes": 0}, {"threads": 0}, {"memory_gb": 0.0}])
def test_there_must_be_something_to_work_with(wrong):
    with pytest.raises(ValueError, match="positive"):
        Workers(**({"processes": 1, "threads": 1} | wrong))


def test_no_more_calculations_at_once_than_processes():
    with Workers(processes=2, threads=1) as two, ThreadPoolExecutor(6) as threads:
        calls = [threads.submit(two.run, hold_memory, 0, **AMPLE) for _ in range(6)]
        assert len({call.result() for call in calls}) <= 2


@pytest.mark.parametrize(
    ("expected_gb", "limit_gb", "together"), [(1.4, 4.0, True), (1.6, 4.0, False), (1.6, 1.4, True)]
)
def test_calculations_run_together_where_memory_has_room_for_both(expected_gb, limit_gb, together):
    """Nothing needs more than its limit: it would be stopped there."""
    limits = {"seconds": 60.0, "memory_gb": limit_gb, "expected_gb": expected_gb}
    with Workers(processes=2, threads=1, memory_gb=3.0) as two, ThreadPoolExecutor(2) as threads:
        for call in [threads.submit(two.run, time.sleep, 0.1, **AMPLE) for _ in range(2)]:
            call.result()  # both are warm
        calls = [threads.submit(two.run, span, 0.4, **limits) for _ in range(2)]
        first, second = sorted(call.result() for call in calls)
    assert (second[0] < first[1]) == together


def test_what_would_never_have_room_runs_alone():
    with Workers(processes=2, threads=1, memory_gb=1.0) as two:
        assert two.run(abs, -1, seconds=60.0, memory_gb=64.0, expected_gb=50.0) == 1


@pytest.mark.slow
@pytest.mark.parametrize("room", [{"processes": 1}, {"processes": 2, "memory_gb": 1.0}])
def test_time_limit_does_not_run_while_a_call_waits_for_its_turn(room):
    limits = {"seconds": 1.0, "memory_gb": 4.0, "expected_gb": 0.9}
    with Workers(threads=1, **room) as workers, ThreadPoolExecutor(2) as threads:
        calls = [threads.submit(workers.run, time.sleep, 0.6, **limits) for _ in range(2)]
    assert [call.exception() for call in calls] == [None, None]


def test_a_call_may_decline_when_its_turn_comes_and_the_next_one_has_the_process():
    began, turns = Event(), []

    def decline():
        turns.append(time.monotonic())
        raise Cancelled("somebody else does it")

    with Workers(processes=1, threads=1) as one, ThreadPoolExecutor(1) as threads:
        first = threads.submit(one.run, span, 0.5, **AMPLE, begin=began.set)
        began.wait()
        with pytest.raises(Cancelled, match="somebody else"):
            one.run(abs, -1, **AMPLE, begin=decline)
        assert turns[0] >= first.result()[1], "its turn came when the process was free"
        assert one.run(abs, -1, **AMPLE) == 1


def test_a_call_that_fails_frees_its_memory():
    with Workers(processes=2, threads=1, memory_gb=2.0) as two:
        with pytest.raises(InvariantError):
            two.run(divmod, 1, 0, **AMPLE, expected_gb=1.5)
        assert two.run(abs, -1, **AMPLE, expected_gb=1.5) == 1


@pytest.mark.parametrize("function", [long_blas_call, grow_in_c])
def test_stop_cancels_running_and_pending_calls_at_once(function):
    before = calculating()
    with Workers(processes=2, threads=1) as two, ThreadPoolExecutor(4) as threads:
        calls = [threads.submit(two.run, function, **AMPLE) for _ in range(4)]
        time.sleep(1.0)
        ours = [child.pid for child in calculating() if child not in before]
        assert len(ours) == 2
        start = time.monotonic()
        two.stop()
        errors = [call.exception(timeout=PROMPT) for call in calls]
        assert time.monotonic() - start < PROMPT
        assert [type(error) for error in errors] == [Cancelled] * 4
        for pid in ours:
            wait_until_gone(pid)
        with pytest.raises(Cancelled):
            two.run(os.getpid, **AMPLE)


def test_stop_cancels_a_call_that_waits_for_memory():
    with Workers(processes=2, threads=1, memory_gb=1.0) as two, ThreadPoolExecutor(2) as threads:
        calls = [
            threads.submit(two.run, time.sleep, 60, **AMPLE, expected_gb=0.8) for _ in range(2)
        ]
        time.sleep(0.5)
        two.stop()
        errors = [call.exception(timeout=PROMPT) for call in calls]
    assert sorted(error.message for error in errors) == [
        "stopped before the calculation began",
        "stopped in the middle of the calculation",
    ]


def test_no_child_is_left_behind():
    before = calculating()
    with Workers(processes=2, threads=1) as two, ThreadPoolExecutor(2) as threads:
        running = threads.submit(two.run, time.sleep, 60, **AMPLE)
        two.run(os.getpid, **AMPLE)
        two.stop()
        assert isinstance(running.exception(), Cancelled)
    assert calculating() == before

"""Limits, deaths and warmth of one child process."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from molpipe.errors import CalculationError, Cancelled, MolpipeError, ResourceError, SCFNotConverged
from molpipe.limits import Workers, forking, slot
from tests.limits.work import (
    AMPLE,
    PROMPT,
    get_ready,
    grow_in_c,
    grow_in_python,
    has_loaded,
    hold_memory,
    hydrogen_energy,
    kill_self,
    leave,
    load_wave,
    long_blas_call,
    raise_foreign,
    raise_ours,
    segfault,
    wait_until_gone,
)


@pytest.mark.parametrize(("function", "args"), [(long_blas_call, ()), (time.sleep, (60,))])
def test_time_limit_ends_the_child_also_inside_c_code(workers, function, args):
    pid = workers.run(os.getpid, **AMPLE)
    start = time.monotonic()
    with pytest.raises(ResourceError, match=r"after 0\.7 s") as caught:
        workers.run(function, *args, seconds=0.7, memory_gb=4.0)
    assert 0.7 <= time.monotonic() - start < 0.7 + PROMPT
    assert caught.value.code == "TIME_LIMIT"
    wait_until_gone(pid)
    assert workers.run(abs, -1, **AMPLE) == 1


@pytest.mark.parametrize("function", [grow_in_python, grow_in_c])
def test_memory_limit_ends_the_child_also_where_c_code_holds_the_gil(workers, function):
    pid = workers.run(os.getpid, **AMPLE)
    with pytest.raises(ResourceError, match=r"0\.4 GB") as caught:
        workers.run(function, seconds=30, memory_gb=0.4)
    assert caught.value.code == "MEMORY_LIMIT"
    wait_until_gone(pid)
    assert workers.run(abs, -1, **AMPLE) == 1


def test_leftovers_of_one_calculation_are_not_charged_to_the_next(workers):
    pid = workers.run(hold_memory, 300_000_000, **AMPLE)
    assert workers.run(os.getpid, seconds=30, memory_gb=0.25) != pid


def test_child_stays_warm_also_after_an_error(workers):
    first = workers.run(os.getpid, **AMPLE)
    with pytest.raises(SCFNotConverged):
        workers.run(raise_ours, **AMPLE)
    assert workers.run(os.getpid, **AMPLE) == first != os.getpid()


def test_imports_are_paid_once_a_child():
    with Workers(processes=1, threads=1) as one:
        (first, was_warm, energy), (second, is_warm, again) = (
            one.run(hydrogen_energy, **AMPLE) for _ in range(2)
        )
    assert (second, again) == (first, energy)
    assert (was_warm, is_warm) == (False, True)


@pytest.mark.parametrize(
    ("function", "args", "word"),
    [
        (kill_self, (signal.SIGKILL,), "SIGKILL"),
        (segfault, (), "SIGSEGV"),
        (leave, (3,), "exit code 3"),
        (leave, (0,), "exit code 0"),
    ],
)
def test_child_that_dies_is_named_and_replaced(workers, function, args, word):
    with pytest.raises(CalculationError, match=word) as caught:
        workers.run(function, *args, **AMPLE)
    assert caught.value.code == "CHILD_DIED"
    assert workers.run(abs, -1, **AMPLE) == 1


def test_idle_child_that_is_killed_is_replaced_silently(workers):
    pid = workers.run(os.getpid, **AMPLE)
    os.kill(pid, signal.SIGKILL)
    wait_until_gone(pid)
    assert workers.run(os.getpid, **AMPLE) != pid


@pytest.mark.slow
@pytest.mark.parametrize(("threads", "calls"), [(1, "."), (2, "..")])
def test_what_children_need_first_is_made_once_and_beside_the_limits(tmp_path, threads, calls):
    """By the fork server; with more threads by each child that starts."""
    ready = partial(get_ready, str(tmp_path / "calls"), 1.0)
    with Workers(processes=1, threads=threads) as workers:
        for _ in range(2):
            assert workers.run(abs, -1, seconds=0.7, memory_gb=4.0, ready=ready) == 1
        assert (tmp_path / "calls").read_text() == "."
        with pytest.raises(ResourceError):
            workers.run(time.sleep, 30, seconds=0.7, memory_gb=4.0, ready=ready)
        assert workers.run(abs, -1, seconds=0.7, memory_gb=4.0, ready=ready) == 1
    assert (tmp_path / "calls").read_text() == calls


def test_a_child_that_runs_already_is_made_ready_too(workers):
    assert not workers.run(has_loaded, "wave", **AMPLE)
    assert workers.run(has_loaded, "wave", **AMPLE, ready=load_wave)


@pytest.mark.parametrize("ready", [raise_ours, raise_foreign])
def test_a_child_that_cannot_get_ready_says_why(workers, ready):
    """One that runs already, and each that the fork server makes."""
    with Workers(processes=1, threads=1) as fresh:
        for some in (workers, fresh, fresh):
            with pytest.raises(MolpipeError) as caught:
                some.run(abs, -1, **AMPLE, ready=ready)
            assert caught.value.code in ("SLOW", "UNEXPECTED")
    assert workers.run(abs, -1, **AMPLE) == 1


@pytest.mark.parametrize("threads", [1, 2])
def test_a_child_that_gets_ready_can_be_stopped(threads):
    with Workers(processes=1, threads=threads) as one, ThreadPoolExecutor(1) as callers:
        call = callers.submit(one.run, abs, -1, **AMPLE, ready=partial(time.sleep, 60))
        time.sleep(1.0)
        one.stop()
        assert isinstance(call.exception(timeout=5 * PROMPT), Cancelled)
    forking.give_up(threads)


def test_a_server_that_never_gets_a_child_ready_is_given_up(monkeypatch):
    monkeypatch.setattr(slot, "READY_SECONDS", 0.5)
    with Workers(processes=1, threads=1) as one:
        with pytest.raises(CalculationError, match=r"did not start within 0\.5 s"):
            one.run(abs, -1, **AMPLE, ready=partial(time.sleep, 60))
        assert one.run(abs, -1, **AMPLE) == 1

"""On the workers of a cluster a calculation is and ends as in a child process of this machine."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from molpipe.cluster.workers import ClusterWorkers
from molpipe.errors import (
    BackendUnavailable,
    CalculationError,
    Cancelled,
    InvariantError,
    MolpipeError,
    SCFNotConverged,
)
from tests.dask_cluster import dask_cluster, wait_for
from tests.limits.work import (
    AMPLE,
    PROMPT,
    grow_in_c,
    hold_memory,
    hydrogen_energy,
    log,
    log_between,
    long_blas_call,
    raise_foreign,
    raise_ours,
    segfault,
    span,
    thread_settings,
    wait_until_gone,
    warn,
)

pytestmark = pytest.mark.slow

CLIENT = """
import sys
from molpipe.cluster.workers import ClusterWorkers
from tests.limits.work import AMPLE, long_blas_call
ClusterWorkers(sys.argv[1], threads=1).run(long_blas_call, **AMPLE)
"""


def kill_grandparent():
    """What the operating system does to a Dask worker when memory runs out."""
    psutil.Process().parents()[1].kill()
    time.sleep(60)


def test_it_gives_the_same_number_as_here(workers):
    assert workers.run(hydrogen_energy, **AMPLE)[2] == hydrogen_energy()[2]


def test_children_are_warm_and_have_the_threads_that_were_asked_for(cluster, workers):
    with ThreadPoolExecutor(4) as threads:
        pids = {threads.submit(workers.run, os.getpid, **AMPLE).result() for _ in range(8)}
    assert pids <= {child.pid for child in cluster.calculating()}
    assert workers.run(thread_settings, **AMPLE) == ["1"] * 4


@pytest.mark.parametrize(
    ("function", "limits", "code"),
    [
        (long_blas_call, {"seconds": 0.7}, "TIME_LIMIT"),
        (grow_in_c, {"memory_gb": 0.4}, "MEMORY_LIMIT"),
        (segfault, {}, "CHILD_DIED"),
        (raise_ours, {}, "SLOW"),
        (raise_foreign, {}, "UNEXPECTED"),
    ],
)
def test_it_ends_as_it_would_here(workers, function, limits, code):
    start = time.monotonic()
    with pytest.raises(MolpipeError) as caught:
        workers.run(function, **(AMPLE | limits))
    assert caught.value.code == code
    assert time.monotonic() - start < 0.7 + 5 * PROMPT
    assert workers.run(abs, -1, **AMPLE) == 1


def test_errors_keep_their_class_and_stage(workers):
    with pytest.raises(SCFNotConverged, match="no SCF in 50 cycles") as caught:
        workers.run(raise_ours, **AMPLE)
    assert (caught.value.stage, caught.value.hint) == ("scf", "try newton")
    with pytest.raises(InvariantError, match="nothing here"):
        workers.run(raise_foreign, **AMPLE)


def test_what_it_logs_is_heard_here_while_it_runs(workers, caplog):
    caplog.set_level(logging.INFO)
    with ThreadPoolExecutor(1) as threads:
        call = threads.submit(workers.run, log_between, 2.0, **AMPLE)
        wait_for(lambda: "before" in caplog.messages)
        assert not call.done()
        call.result()
    assert [m for m in caplog.messages if m in ("before", "after")] == ["before", "after"]
    workers.run(warn, **AMPLE)
    assert "a shaky number" in caplog.text


def test_what_nobody_would_log_here_is_not_sent(workers, caplog):
    caplog.set_level(logging.WARNING)
    workers.run(log, logging.INFO, "quiet", **AMPLE)
    workers.run(log, logging.WARNING, "loud", **AMPLE)
    assert "loud" in caplog.messages
    assert "quiet" not in caplog.messages


def test_as_many_at_once_as_there_are_threads_or_fewer_if_asked(cluster, workers):
    with ThreadPoolExecutor(4) as threads:
        spans = sorted(threads.map(lambda _: workers.run(span, 0.5, **AMPLE), range(4)))
        assert _most_at_once(spans) == 2
        with ClusterWorkers(cluster.address, threads=1, at_most=1) as one:
            spans = sorted(threads.map(lambda _: one.run(span, 0.3, **AMPLE), range(3)))
            assert _most_at_once(spans) == 1


def _most_at_once(spans):
    return max(sum(b <= began < e for b, e in spans) for began, _ in spans)


def test_stop_ends_running_and_pending_calls_within_seconds(cluster):
    with ClusterWorkers(cluster.address, threads=1) as workers, ThreadPoolExecutor(4) as threads:
        calls = [threads.submit(workers.run, long_blas_call, **AMPLE) for _ in range(4)]
        wait_for(lambda: len(cluster.busy()) == 2)
        children = cluster.calculating()
        start = time.monotonic()
        workers.stop()
        errors = [call.exception(timeout=5 * PROMPT) for call in calls]
        assert time.monotonic() - start < 5 * PROMPT
        assert [type(error) for error in errors] == [Cancelled] * 4
        for child in children:
            wait_until_gone(child.pid, seconds=5 * PROMPT)
        with pytest.raises(Cancelled):
            workers.run(os.getpid, **AMPLE)


def test_a_client_that_is_killed_leaves_no_calculation_behind(cluster):
    with subprocess.Popen([sys.executable, "-c", CLIENT, cluster.address]) as client:
        wait_for(cluster.busy)
        (child,) = cluster.busy()
        client.kill()
    wait_until_gone(child.pid, seconds=5 * PROMPT)


def test_who_begins_is_told_and_may_refuse(workers):
    began = []
    assert workers.run(abs, -1, **AMPLE, begin=lambda: began.append(1)) == 1
    assert began == [1]
    with pytest.raises(KeyError):
        workers.run(abs, -1, **AMPLE, begin=lambda: {}[0])
    assert workers.run(abs, -1, **AMPLE) == 1


def test_a_worker_that_is_killed_loses_nothing(cluster, workers):
    """Its nanny starts another one, which is used as well."""
    with ThreadPoolExecutor(2) as threads:
        calls = [threads.submit(workers.run, span, 3.0, **AMPLE) for _ in range(2)]
        wait_for(lambda: len(cluster.calculating()) == 2)
        killed, child = cluster.workers()[0], cluster.calculating()[0]
        time.sleep(0.5)
        killed.kill()
        wait_until_gone(child.pid, seconds=5 * PROMPT)
        spans = [call.result() for call in calls]
    assert all(end - began >= 3.0 for began, end in spans)
    wait_for(lambda: len(cluster.workers()) == 2)
    wait_for(lambda: len(workers.rooms) == 2)


def test_a_calculation_that_kills_its_workers_is_given_up(cluster, workers):
    with pytest.raises(CalculationError, match="3 Dask workers") as caught:
        workers.run(kill_grandparent, **AMPLE)
    assert caught.value.code == "WORKER_DIED"
    assert workers.run(abs, -1, **AMPLE) == 1


def test_a_worker_that_joins_is_used_and_one_that_leaves_is_not_missed(cluster, workers):
    cluster.start_worker()
    wait_for(lambda: len(workers.rooms) == 3)
    with ThreadPoolExecutor(3) as threads:
        calls = [threads.submit(workers.run, span, 3.0, **AMPLE) for _ in range(3)]
        wait_for(lambda: len(cluster.calculating()) == 3)
        cluster.stop_worker()
        assert all(end - began >= 3.0 for began, end in (call.result() for call in calls))
    wait_for(lambda: len(workers.rooms) == 2)


def test_leftovers_are_not_charged_to_the_next(workers):
    for _ in range(2):
        workers.run(hold_memory, 300_000_000, **AMPLE)
    workers.run(os.getpid, seconds=30, memory_gb=0.25)


def test_a_scheduler_that_is_gone_cancels_what_is_left(tmp_path, caplog):
    with (
        dask_cluster(tmp_path, workers=1) as cluster,
        ClusterWorkers(cluster.address, threads=1) as workers,
        ThreadPoolExecutor(2) as threads,
    ):
        running, waiting = (threads.submit(workers.run, time.sleep, 60, **AMPLE) for _ in range(2))
        wait_for(cluster.calculating)
        (child,) = cluster.calculating()
        cluster.scheduler.kill()
        for call in (running, waiting):
            assert isinstance(call.exception(timeout=60), (BackendUnavailable, Cancelled))
        wait_until_gone(child.pid, seconds=60)
        wait_for(lambda: "is gone (start it again" in caplog.text)
        with pytest.raises(Cancelled, match=cluster.address):
            workers.run(abs, -1, **AMPLE)

"""The workbench with a real store, without child processes: what is computed, kept, recalled."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import replace

import pytest

from flows.batch.bench import Bench
from molpipe.errors import BackendUnavailable, Cancelled, InputError, SCFNotConverged
from molpipe.model.molecule import Geometry
from molpipe.model.results import VQEResult
from molpipe.model.settings import LimitSettings
from molpipe.store import open_store
from tests.model.samples import GEOMETRY, VQE

KEY = "a" * 64


class Here:
    """Workers that call in this process, and count."""

    def __init__(self):
        self.calls = 0
        self.stopped = False

    def run(self, function, *arguments, seconds, memory_gb, expected_gb, rank):
        self.calls += 1
        return function(*arguments)

    def stop(self):
        self.stopped = True


@pytest.fixture
def here():
    return Here()


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "results.db", environment={}) as store:
        yield store


@pytest.fixture
def bench(store, here):
    return make(store, here)


def make(store, workers, *, force=False, retry_refused=False):
    return Bench(store, workers, versions={}, force=force, retry_refused=retry_refused)


def perform(bench, function, kind=Geometry, key=KEY):
    return bench.perform(
        "row", 1, "stage", key, kind, function, limits=LimitSettings(), seconds=10.0
    )


def geometry():
    return GEOMETRY


def refuse():
    raise InputError("no such basis", code="NO_BASIS", hint="take another")


def diverge():
    raise SCFNotConverged("no SCF")


def run_out_of_time():
    return replace(VQE, status="time-limit")


def test_what_an_earlier_run_computed_is_recalled(bench, store, here):
    made, known = perform(bench, geometry), perform(make(store, here), geometry)
    assert (made.recalled, known.recalled, here.calls) == (False, True, 1)
    assert known.seconds == made.seconds
    assert known.value.origin == GEOMETRY.origin


def test_threads_that_need_the_same_stage_compute_it_once(bench, here):
    contexts = [copy_context() for _ in range(4)]  # threads of Prefect know its settings, too
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda context: context.run(perform, bench, geometry), contexts))
    assert here.calls == 1
    assert not any(staged.recalled for staged in found), "no earlier run made it"


def test_force_computes_again_but_once(bench, store, here):
    perform(bench, geometry)
    forced = make(store, here, force=True)
    assert [perform(forced, geometry).recalled for _ in range(2)] == [False, False]
    assert here.calls == 2


def test_a_refusal_is_remembered_until_it_is_to_be_tried_again(bench, store, here):
    for _ in range(2):
        with pytest.raises(InputError) as caught:
            perform(bench, refuse)
        assert (caught.value.code, caught.value.hint) == ("NO_BASIS", "take another")
    assert here.calls == 1
    assert perform(make(store, here, retry_refused=True), geometry).value.origin == "given"


def test_a_failure_is_tried_again(bench, here):
    for _ in range(2):
        with pytest.raises(SCFNotConverged):
            perform(bench, diverge)
    assert here.calls == 2


def test_a_vqe_out_of_time_is_not_kept(bench, here):
    for _ in range(2):
        assert perform(bench, run_out_of_time, VQEResult).value.status == "time-limit"
    assert here.calls == 2


def test_a_stopped_bench_begins_nothing(bench, here):
    bench.stop()
    assert here.stopped
    with pytest.raises(Cancelled):
        perform(bench, geometry)
    assert here.calls == 0


def test_only_a_machines_failure_is_retried(bench, here, monkeypatch):
    from flows.batch import tasks  # noqa: PLC0415

    stage = tasks.called(tasks.compute, "stage")
    monkeypatch.setattr(stage, "retry_delay_seconds", 0)
    monkeypatch.setattr(stage, "retries", 2)
    answers = iter([BackendUnavailable("down"), BackendUnavailable("down"), GEOMETRY])

    def flaky():
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert perform(bench, flaky).value.origin == "given"
    assert here.calls == 3

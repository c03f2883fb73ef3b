"""The workbench with a real store, without child processes: what is computed, kept, recalled."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from dataclasses import replace
from threading import Event

import pytest

from flows.batch.bench import Bench
from flows.batch.window import Window
from molpipe.errors import BackendUnavailable, Cancelled, InputError, SCFNotConverged
from molpipe.model.molecule import Geometry
from molpipe.model.results import VQEResult
from molpipe.model.settings import LimitSettings
from molpipe.store import leases, open_store, utc_now
from molpipe.store.leases import Leases
from molpipe.store.process import Process
from molpipe.store.transactions import open_database
from tests.model.samples import GEOMETRY, VQE

KEY = "a" * 64


class Here:
    """Workers that call in this process, and count."""

    def __init__(self):
        self.calls = 0
        self.stopped = False

    def run(self, function, *arguments, seconds, memory_gb, expected_gb, rank, begin, ready):
        begin()
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
def database(tmp_path, store):
    """The one under ``store``."""
    with open_database(tmp_path / "results.db", environment={}) as opened:
        yield opened


def held(database):
    """The keys that somebody holds."""
    return database.read(lambda read: read.exec_driver_sql("SELECT key FROM leases").all())


@pytest.fixture
def bench(store, here):
    return make(store, here)


def make(store, workers, *, force=False, retry_refused=False, **more):
    return Bench(
        store,
        workers,
        store.leases(),
        versions={},
        force=force,
        retry_refused=retry_refused,
        **more,
    )


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


def test_it_counts_what_it_has_made(bench):
    for key in (KEY, KEY, "b" * 64):
        perform(bench, geometry, key=key)
    assert bench.made == 2


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


# Two runs on one database, each with a bench of its own.


@pytest.fixture
def other(tmp_path, monkeypatch):
    """The bench of another run; both are less patient with the dead."""
    monkeypatch.setattr(leases, "LONGEST_LOOK", 0.1)
    monkeypatch.setattr(leases, "DEAD_SECONDS", 1.0)
    with open_store(tmp_path / "results.db", environment={}) as theirs:
        yield make(theirs, Here())


class Slow:
    """A calculation that waits until it may end."""

    def __init__(self, function):
        self.began, self.may_end = Event(), Event()
        self._function = function

    def __call__(self):
        self.began.set()
        assert self.may_end.wait(60)
        return self._function()


@pytest.fixture
def pool():
    with ThreadPoolExecutor(2) as threads:

        def submit(*arguments):
            return threads.submit(copy_context().run, perform, *arguments)

        yield submit


def both(pool, first, second, function, meanwhile=lambda: None):
    """Both benches perform the stage that ``function`` computes; the first one begins."""
    slow = Slow(function)
    one = pool(first, slow)
    assert slow.began.wait(60)
    waits, wait_for_others = Event(), second._leases.wait_for_others

    def noted(*arguments):
        waits.set()
        wait_for_others(*arguments)

    second._leases.wait_for_others = noted
    two = pool(second, function)
    assert waits.wait(60)
    assert not two.done()
    meanwhile()
    slow.may_end.set()
    return one, two


def test_two_runs_compute_a_stage_once(bench, other, pool):
    one, two = both(pool, bench, other, geometry)
    assert (one.result().recalled, two.result().recalled) == (False, True)
    assert two.result().value.origin == one.result().value.origin
    assert other._workers.calls == 0


def test_who_waits_for_another_run_keeps_no_process_from_other_stages(bench, other, pool):
    def meanwhile():
        assert perform(other, geometry, Geometry, "b" * 64).value.origin == GEOMETRY.origin

    both(pool, bench, other, geometry, meanwhile)


def test_what_another_run_refused_is_refused(bench, other, pool):
    one, two = both(pool, bench, other, refuse)
    assert one.exception().code == two.exception().code == "NO_BASIS"
    assert other._workers.calls == 0


def test_what_failed_in_another_run_is_computed_here(bench, other, pool):
    one, two = both(pool, bench, other, diverge)
    assert isinstance(one.exception(), SCFNotConverged)
    assert isinstance(two.exception(), SCFNotConverged)
    assert other._workers.calls == 1


def test_a_helper_leaves_alone_what_failed_in_another_run(store, bench, other, pool):
    helper = make(other._store, other._workers, helps=True)
    one, two = both(pool, bench, helper, diverge)
    assert isinstance(one.exception(), SCFNotConverged)
    assert isinstance(two.exception(), Cancelled)
    assert other._workers.calls == 0


def test_who_waits_for_another_run_is_aside(store, bench, other, pool):
    window = Window(1)
    waiting = make(other._store, other._workers, aside=window.aside)
    window.enter()
    both(pool, bench, waiting, geometry, window.enter)


def test_force_waits_for_its_turn_and_computes_again(store, bench, other, pool):
    forced = make(other._store, other._workers, force=True)
    one, two = both(pool, bench, forced, geometry)
    assert (one.result().recalled, two.result().recalled) == (False, False)
    assert other._workers.calls == 1


def test_a_stop_ends_the_wait_for_another_run(bench, other, pool):
    one, two = both(pool, bench, other, geometry, other.stop)
    assert isinstance(two.exception(timeout=5), Cancelled)
    assert one.result().value.origin == GEOMETRY.origin


def test_what_was_kept_while_a_stage_waited_for_a_process_is_recalled(bench, other, here, database):
    """Another run had claimed it, computed it and kept it before we came to claim."""
    run, made = here.run, []

    def late(*arguments, begin, **options):
        if not made:
            made.append(perform(other, geometry))
        return run(*arguments, begin=begin, **options)

    here.run = late
    assert perform(bench, geometry).recalled
    assert here.calls == 0
    assert held(database) == []


def test_the_work_of_a_dead_run_is_taken_over(database, other, caplog):
    process = Process(host="node7", among="another machine", number=4711)
    dead = Leases(database, now=utc_now, process=process)
    for key in (KEY, "b" * 64):
        dead.claim(key)
    assert not perform(other, geometry).recalled
    assert "host node7, process 4711, has not been heard of" in caplog.text
    assert held(database) == []


@pytest.mark.parametrize("function", [geometry, refuse, diverge, run_out_of_time])
def test_no_lease_outlives_its_stage(bench, database, function):
    with suppress(InputError, SCFNotConverged):
        perform(bench, function, object)
    assert held(database) == []

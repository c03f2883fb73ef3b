"""What goes is old and nobody's; what a run that stays came from is there afterwards."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete

from molpipe.errors import InputError
from molpipe.model.identity import refusal_key
from molpipe.model.molecule import Failure
from molpipe.model.orders import VQEOrder, VQEOrders, VQEOutcome
from molpipe.model.results import VQEResult
from molpipe.model.settings import Settings
from molpipe.store import open_store
from molpipe.store.database import writer
from molpipe.store.pruning import UNFINISHED_AGE, compact, find_prunable, prune
from molpipe.store.schema import RunRow
from molpipe.store.transactions import open_database
from tests.model.samples import VQE
from tests.model.test_packed import PACKED
from tests.sample_results import sample_results
from tests.store.conftest import NOON, execute

ROW = sample_results().rows[0]
DAY = timedelta(days=1)
NOW = NOON + 100 * DAY
BEFORE = NOW - 50 * DAY


class Past:
    """Writes into a database on any day; day 0 is 100 days ago, day 50 divides old from new."""

    def __init__(self, database, run_start):
        self._database, self._start = database, run_start

    def _store(self, day):
        return open_store(self._database, environment={}, now=lambda: NOON + day * DAY)

    def run(self, name, day, *stages, finished=True, **changes):
        """A run with one row that came from ``stages``."""
        row = replace(ROW, stage_keys={str(n): key(stage) for n, stage in enumerate(stages)})
        with self._store(day) as store:
            start = replace(
                self._start, id=name, name=f"batch of {name}", started=NOON + day * DAY, **changes
            )
            store.begin_run(start)
            store.keep_row(name, row)
            if finished:
                store.finish_run(name, finished=NOON + day * DAY, seconds=1.0)

    def keep(self, name, day, value=VQE, stage="vqe"):
        with self._store(day) as store:
            store.keep(key(name), stage, value, seconds=1.0, versions={})

    def keep_batch(self, day):
        with self._store(day) as store:
            store.keep_batch(PACKED)


def key(name):
    """A key that is made of a name: in tests they may be read."""
    return name.encode().hex().ljust(64, "0")


def names(found):
    return {bytes.fromhex(stage).rstrip(b"\0").decode() for stage in found.stage_results}


@pytest.fixture
def past(database, store, run_start):
    return Past(database, run_start)


@pytest.fixture
def find(opened):
    def find(*keep_runs, before=BEFORE):
        return find_prunable(opened, before=before, now=NOW, keep_runs=keep_runs)

    return find


def test_old_runs_go_and_what_only_they_came_from(past, find, opened, store):
    for name in ("shared", "old"):
        past.keep(name, 0)
    past.keep("new", 99)
    past.run("then", 0, "shared", "old")
    past.run("lately", 99, "shared", "new")
    found = find()
    assert [run.id for run in found.runs] == ["then"]
    assert names(found) == {"old"}
    assert found.n_bytes > 100
    assert len(store.runs()) == 2, "finding deletes nothing"
    prune(opened, found)
    assert [run.id for run in store.runs()] == ["lately"]
    assert store.load_run("then") is None
    kept = {name: store.recall(key(name), VQEResult) is not None for name in ("shared", "new")}
    assert kept == {"shared": True, "new": True}
    assert store.recall(key("old"), VQEResult) is None
    assert find().runs == find().stage_results == ()


def test_rows_of_a_pruned_run_go_with_it(past, find, opened, database):
    past.run("then", 0)
    prune(opened, find())
    assert execute(database, "SELECT count(*) FROM run_rows") == [(0,)]


def test_a_result_that_is_young_stays_although_nobody_came_from_it_yet(past, find):
    past.keep("of a killed run", 60)
    assert names(find()) == set()
    past.keep("of one killed long ago", 10)
    assert names(find()) == {"of one killed long ago"}


@pytest.mark.parametrize("called", ["precious", "prec", "batch of precious"])
def test_a_run_that_is_named_stays_with_all_it_came_from(past, find, called):
    past.keep("gold", 0)
    past.run("precious", 0, "gold")
    past.run("other", 0)
    found = find(called)
    assert [run.id for run in found.runs] == ["other"]
    assert names(found) == set()


@pytest.mark.parametrize("called", ["nobody", ""])
def test_a_name_of_no_run_is_refused(past, find, called):
    past.run("then", 0)
    with pytest.raises(InputError, match="no run"):
        find(called)


def test_a_run_that_wrote_lately_is_not_old(past, find, store):
    past.run("long", 0)
    with open_store(past._database, environment={}, now=lambda: NOW - DAY) as later:
        later.keep_row("long", replace(ROW, row=2))
    assert find().runs == ()


def test_a_run_that_may_still_be_running_stays(past, find):
    past.run("running", 90, finished=False)
    past.run("dead", 60, finished=False)
    found = find(before=NOW - DAY)
    assert [run.id for run in found.runs] == ["dead"]
    assert UNFINISHED_AGE < 40 * DAY


def test_refusals_belong_to_the_stage_that_refused(past, find, opened):
    failure = Failure(stage="problem", code="X", message="no", hint="")
    for name in ("wanted", "forgotten"):
        with open_store(past._database, environment={}, now=lambda: NOON) as store:
            store.keep(refusal_key(key(name)), "problem", failure, seconds=0.0, versions={})
    past.run("lately", 99, "wanted")
    assert find().stage_results == (refusal_key(key("forgotten")),)


def test_a_run_of_an_earlier_version_keeps_all_that_was_made_before_its_end(past, find, database):
    past.keep("perhaps", 20)
    past.keep("certainly not", 45)
    past.run("unknown", 40)
    execute(database, "UPDATE results SET stage_keys = NULL")
    assert names(find("unknown")) == {"certainly not"}
    assert names(find()) == {"perhaps", "certainly not"}, "it is old itself"


def orders(*names):
    order = {"row": "water", "neighbour": None, "settings": Settings(), "seconds": 1.0}
    unit = tuple(
        VQEOrder(problem_key=key(name), reference_key=key(name), vqe_key=key(name), **order)
        for name in names
    )
    options = {"threads": 1, "force": False, "retry_refused": False}
    return VQEOrders(id="1", units=(unit,), **options)


def test_hand_overs_go_after_a_day(past, find):
    for name, stage in (("orders", "vqe-orders"), ("outcome", "vqe-outcome")):
        value = orders() if name == "orders" else VQEOutcome(row="water", vqe_key="k")
        past.keep(f"old {name}", 98.9, value, stage)
        past.keep(f"new {name}", 99.1, value, stage)
    assert names(find()) == {"old orders", "old outcome"}


def test_the_hand_over_of_a_run_that_has_not_ended_stays(past, find):
    past.keep("its outcome", 95, VQEOutcome(row="water", vqe_key="k"), "vqe-outcome")
    past.keep("outcome before", 93, VQEOutcome(row="water", vqe_key="k"), "vqe-outcome")
    past.run("running", 94, finished=False)
    assert names(find()) == {"outcome before"}


def test_what_open_orders_name_stays(past, find):
    past.keep("ordered", 0)
    past.keep("forgotten", 0)
    past.keep("orders", 99.5, orders("ordered"), "vqe-orders")
    assert names(find()) == {"forgotten"}


def test_batches_go_unless_a_run_came_from_them(past, find, opened, store):
    past.keep_batch(0)
    past.run("lately", 99, source=PACKED.source)
    assert find().batches == ()
    past.run("lately", 99, source="elsewhere")
    assert find().batches == (PACKED.key,)
    prune(opened, find())
    assert store.find_batch(PACKED.name) is None


def test_a_young_batch_stays(past, find):
    past.keep_batch(99)
    assert find().batches == ()


def test_what_was_written_again_meanwhile_stays(past, find, opened, store):
    past.keep("again", 0)
    past.keep_batch(0)
    past.run("then", 0)
    found = find()
    past.keep("again", 100)
    past.keep_batch(100)
    past.run("then", 100)
    prune(opened, found)
    assert store.recall(key("again"), VQEResult) is not None
    assert store.find_batch(PACKED.name) == PACKED
    assert len(store.runs()) == 1


def test_a_row_that_is_kept_while_its_result_goes_has_one_all_the_same(past, find, opened, store):
    """Again and again nobody has the result any more, and then somebody has."""
    past.run("now", 99, finished=False)
    found, ended = find(), threading.Event()

    def prune_on():
        while not ended.is_set():
            prune(opened, found)

    with ThreadPoolExecutor(1) as other:
        pruned = other.submit(prune_on)
        try:
            for _ in range(100):
                opened.write(lambda connection: connection.execute(delete(RunRow)))
                store.keep_row("now", ROW)
                assert [row.name for row in store.load_run("now").rows] == [ROW.name]
        finally:
            ended.set()
        pruned.result()


def test_leases_of_runs_that_were_killed_long_ago_go(past, find, opened, database):
    for day in (0, 90):
        with past._store(day) as store:
            store.leases().claim(key(f"day {day}"))
    prune(opened, find())
    assert execute(database, "SELECT key FROM leases") == [(key("day 90"),)]


def test_an_empty_database_has_nothing_to_prune(store, find, opened):
    found = find()
    assert (found.runs, found.stage_results, found.batches, found.n_bytes) == ((), (), (), 0)
    prune(opened, found)


def test_the_file_shrinks(tmp_path):
    path = tmp_path / "molpipe.db"
    with open_store(path, environment={}, now=lambda: NOON) as store:
        for number in range(300):
            store.keep(f"{number:064x}", "vqe", VQE, seconds=1.0, versions={})
    before = path.stat().st_size
    with open_database(path, environment={}) as opened:
        prune(opened, find_prunable(opened, before=BEFORE, now=NOW))
        assert compact(opened)
        assert path.stat().st_size < before / 2


def test_a_file_in_use_keeps_its_size(tmp_path):
    with open_database(f"sqlite:///{tmp_path}/molpipe.db?timeout=0", environment={}) as opened:
        with writer(opened.engine).begin():
            assert not compact(opened)
        assert compact(opened)

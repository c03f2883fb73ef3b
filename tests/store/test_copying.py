"""A copy holds every line of the original, bit for bit, also one that was interrupted."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from molpipe.errors import StoreError
from molpipe.model.problem import ActiveSpaceProblem
from molpipe.store import open_store
from molpipe.store.answers import answer
from molpipe.store.copying import AT_ONCE, MOMENTS, copy_database
from molpipe.store.schema import Base, Lease
from molpipe.store.transactions import Database, Patience, open_database
from tests.model.samples import PROBLEM, VQE
from tests.model.test_packed import PACKED
from tests.sample_results import sample_results
from tests.store.conftest import NOON, execute

ROWS = sample_results().rows
N_RESULTS = AT_ONCE + 3


def fill(store, run_start):
    """Something in every table, and more stage results than are copied at once."""
    store.begin_run(run_start)
    for row in ROWS:
        store.keep_row(run_start.id, row)
    for number in range(N_RESULTS):
        value = replace(VQE, energy=-random.random())
        store.keep(f"{number:064x}", "vqe", value, seconds=0.1 * number, versions={"rdkit": "µ"})
    store.keep("f" * 64, "problem", PROBLEM, seconds=1.0, versions={})
    store.keep_batch(PACKED)


def lines(database):
    """Everything in it, as PostgreSQL and SQLite both give it."""
    with open_database(database, environment={}) as opened, opened.snapshot() as connection:
        return {
            table: sorted(map(repr, connection.execute(table.__table__.select())))
            for table in MOMENTS
        }


@pytest.fixture
def other(request, postgresql, tmp_path):
    """A fresh database of the other kind."""
    if "sqlite" in request.node.callspec.id:
        return postgresql.create_database()
    return str(tmp_path / "other" / "molpipe.db")


def test_every_table_is_copied():
    """Except leases: whoever holds one beats in the source."""
    copied = {kind.__table__ for kind in MOMENTS}
    assert copied == set(Base.metadata.sorted_tables) - {Lease.__table__}


@pytest.mark.slow
def test_a_copy_there_and_back_is_the_same(store, opened, database, other, run_start, tmp_path):
    fill(store, run_start)
    store.finish_run(run_start.id, finished=NOON + timedelta(hours=1), seconds=0.1)
    back = str(tmp_path / "back.db")
    with open_database(other, environment={}) as there:
        copied = copy_database(opened, there)
        with open_database(back, environment={}) as again:
            copy_database(there, again)
    assert lines(database) == lines(other) == lines(back)
    assert {table.table: table.written for table in copied} == {
        "stage_results": N_RESULTS + 1,
        "batches": 1,
        "runs": 1,
        "run_rows": len(ROWS),
        "results": len(ROWS),
        "documents": len(ROWS),
        "energies": sum(len(answer(row).energies) for row in ROWS),
    }
    with open_store(other, environment={}) as found:
        assert found.load_run(run_start.id).rows == ROWS
        assert found.find_batch(PACKED.name) == PACKED
        staged = found.recall("f" * 64, ActiveSpaceProblem)
    assert staged.value.two_body.tobytes() == PROBLEM.two_body.tobytes()


class Dying(Database):
    """A target that fails after some transactions."""

    left = 2

    def write(self, work):
        if not self.left:
            raise StoreError("the disk went away")
        self.left -= 1
        return super().write(work)


def test_a_copy_that_was_interrupted_goes_on(store, opened, database, other, run_start):
    fill(store, run_start)
    with open_database(other, environment={}) as there:
        with pytest.raises(StoreError, match="went away"):
            copy_database(opened, Dying(there.engine, Patience()))
        first, *_ = copy_database(opened, there)
        assert (first.lines, first.written) == (N_RESULTS + 1, 0), "two pieces were there"
        again = copy_database(opened, there)
    assert sum(table.written for table in again) == 0
    assert lines(database) == lines(other)


def test_a_second_copy_brings_over_what_came_later(store, opened, other, run_start):
    store.begin_run(run_start)
    store.keep_row(run_start.id, replace(ROWS[0], status="cancelled"))
    with open_database(other, environment={}) as there:
        copy_database(opened, there)
        store.keep_row(run_start.id, ROWS[0])
        store.finish_run(run_start.id, finished=NOON, seconds=1.0)
        copy_database(opened, there)
    with open_store(other, environment={}) as found:
        assert found.load_run(run_start.id).rows == ROWS[:1]
        assert found.find_run(run_start.id).finished == NOON


def test_what_is_newer_in_the_target_stays(store, opened, other, run_start):
    store.begin_run(run_start)
    store.keep("a" * 64, "vqe", VQE, seconds=1.0, versions={})
    with open_database(other, environment={}) as there:
        copy_database(opened, there)
        with open_store(other, environment={}) as theirs:
            theirs.finish_run(run_start.id, finished=NOON, seconds=2.0)
            theirs.keep("a" * 64, "vqe", VQE, seconds=3.0, versions={})
            copy_database(opened, there)
            assert theirs.find_run(run_start.id).seconds == 2.0
            assert theirs.recall("a" * 64, type(VQE)).seconds == 3.0


def test_damage_in_the_target_is_mended(store, opened, other):
    store.keep("a" * 64, "vqe", VQE, seconds=1.0, versions={})
    with open_database(other, environment={}) as there:
        copy_database(opened, there)
        execute(other, "UPDATE stage_results SET payload = :nothing", nothing=b"")
        copy_database(opened, there)
    with open_store(other, environment={}) as theirs:
        assert theirs.recall("a" * 64, type(VQE)).value.energy == VQE.energy


class Forgetful(Database):
    """A target that says that it wrote."""

    def write(self, work):
        return None


def test_what_did_not_arrive_is_noticed(store, opened, other):
    store.keep("a" * 64, "vqe", VQE, seconds=1.0, versions={})
    with open_database(other, environment={}) as there:
        forgetful = Forgetful(there.engine, Patience())
        with pytest.raises(StoreError, match="1 of 1 lines of stage_results did not arrive"):
            copy_database(opened, forgetful)


def test_a_database_is_not_copied_onto_itself(opened):
    with pytest.raises(StoreError, match="onto itself"):
        copy_database(opened, opened)


def test_an_older_schema_is_not_copied(store, opened, other):
    with open_database(other, environment={}) as there:
        execute(other, "UPDATE molpipe_schema SET version_num = '0001'")
        with pytest.raises(StoreError, match="schema 0001") as caught:
            copy_database(there, opened)
    assert "molpipe db check" in caught.value.hint

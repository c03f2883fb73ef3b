"""A database that is locked or away for a while costs time, and nothing else."""

import logging
import sqlite3
import threading
import time
from dataclasses import replace
from itertools import islice

import pytest

from molpipe.errors import StoreError
from molpipe.store import open_store
from molpipe.store.transactions import LONGEST_DELAY, Patience, delays
from tests.sample_results import sample_results

ROW = sample_results().rows[0]


class Hours:
    """A clock that only sleep moves; at the n-th sleep something happens."""

    def __init__(self, *, at=0, then=lambda: None):
        self.now = 0.0
        self.sleeps = []
        self._at, self._then = at, then

    def sleep(self, seconds):
        self.now += seconds
        self.sleeps.append(seconds)
        if len(self.sleeps) == self._at:
            self._then()

    def patience(self, seconds=180.0):
        return Patience(seconds=seconds, sleep=self.sleep, clock=lambda: self.now)


def test_delays_begin_with_none_and_grow_to_a_limit():
    first, second, *others = islice(delays(), 20)
    assert first == 0 < second
    assert others == sorted(others)
    assert others[-1] == LONGEST_DELAY


# SQLite: another program holds the lock.


@pytest.fixture
def locked(tmp_path, run_start):
    """A database that gives up on its lock at once, with a run in it, and who locks it."""
    url = f"sqlite:///{tmp_path}/molpipe.db?timeout=0"
    with open_store(url, environment={}) as store:
        store.begin_run(run_start)
    other = sqlite3.connect(tmp_path / "molpipe.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    yield url, other
    other.close()


def test_a_locked_database_is_waited_for(locked, run_start, caplog):
    url, other = locked
    hours = Hours(at=6, then=lambda: other.execute("ROLLBACK"))
    with open_unlocked(url, other, hours.patience()) as store:
        store.keep_row(run_start.id, ROW)
        assert store.load_run(run_start.id).rows == (ROW,)
    assert len(hours.sleeps) == 6
    assert [record.levelno for record in caplog.records] == [logging.WARNING] * 2
    assert "locked" in caplog.messages[0]
    assert "answers again" in caplog.messages[1]


def test_a_database_that_stays_locked_is_given_up(locked, run_start):
    url, other = locked
    hours = Hours()
    with (
        open_unlocked(url, other, hours.patience(60.0)) as store,
        pytest.raises(StoreError, match="locked") as caught,
    ):
        store.keep_row(run_start.id, ROW)
    assert "\n" not in caught.value.line
    assert 60 - LONGEST_DELAY <= hours.now <= 60


def open_unlocked(url, other, patience):
    """Opening waits for nobody, so the lock is taken again afterwards."""
    other.execute("ROLLBACK")
    store = open_store(url, environment={}, patience=patience)
    other.execute("BEGIN EXCLUSIVE")
    return store


# PostgreSQL: the server restarts, or is away.


@pytest.fixture
def served(postgresql, postgresql_database, run_start):
    """The URL of a database with a run in it, and a way to shut everybody out."""
    url = postgresql_database
    name = url.rpartition("/")[2]
    with open_store(url, environment={}) as store:
        store.begin_run(run_start)

    def allow(answer):
        postgresql.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {answer}")
        postgresql.end_connections(url)

    yield url, allow
    allow(True)


def test_lost_connections_cost_one_more_try_each(postgresql, served, run_start, caplog):
    url, _ = served
    hours = Hours()
    with open_store(url, environment={}, patience=hours.patience()) as store:
        for number in range(1, 4):
            store.keep_row(run_start.id, replace(ROW, row=number))
            postgresql.end_connections(url)
        postgresql.end_connections(url)
        assert [row.row for row in store.load_run(run_start.id).rows][:3] == [1, 2, 3]
    assert hours.sleeps == [0.0] * 3
    assert not caplog.records


def test_a_connection_lost_within_a_transaction_repeats_it(postgresql, served, run_start):
    url, _ = served
    hours = Hours()
    with open_store(url, environment={}, patience=hours.patience()) as store:
        tries = []

        def work(connection):
            tries.append(connection.exec_driver_sql("SELECT 1").scalar())
            if len(tries) == 1:
                postgresql.end_connections(url)
            return connection.exec_driver_sql("SELECT 2").scalar()

        assert store._database.write(work) == 2
    assert tries == [1, 1]


def test_a_database_that_is_away_for_a_while_is_waited_for(served, run_start, caplog):
    url, allow = served
    hours = Hours(at=10, then=lambda: allow(True))
    with open_store(url, environment={}, patience=hours.patience()) as store:
        allow(False)
        store.keep_row(run_start.id, replace(ROW, row=7))
        assert store.find_rows(ROW.name)
    assert len(hours.sleeps) == 10
    assert len(caplog.records) == 2
    assert "quite-secret" not in caplog.text


def test_a_database_that_stays_away_is_given_up(served, run_start):
    url, allow = served
    hours = Hours()
    with open_store(url, environment={}, patience=hours.patience(90.0)) as store:
        allow(False)
        with pytest.raises(StoreError, match="not currently accepting") as caught:
            store.keep_row(run_start.id, ROW)
    assert "quite-secret" not in caught.value.line
    assert 90 - LONGEST_DELAY <= hours.now <= 90


def test_what_is_wrong_for_good_is_not_tried_again(database):
    hours = Hours()
    with (
        open_store(database, environment={}, patience=hours.patience()) as store,
        pytest.raises(StoreError),
    ):
        store.keep_row("a run that never began", ROW)
    assert hours.sleeps == []


def test_a_server_that_crashes_under_writing_threads_loses_nothing(postgresql, run_start):
    url = postgresql.create_database()
    with open_store(url, environment={}) as store:
        store.begin_run(run_start)
        kept = []

        def write(first):
            for number in range(first, first + 40):
                store.keep_row(run_start.id, replace(ROW, row=number))
                kept.append(number)

        threads = [threading.Thread(target=write, args=(first,)) for first in (1, 101, 201)]
        for thread in threads:
            thread.start()
        while len(kept) < 20:
            time.sleep(0.001)
        postgresql.stop()
        n_before = len(kept)
        postgresql.start()
        for thread in threads:
            thread.join()
        assert n_before < 120, "it crashed in the middle"
        assert [row.row for row in store.load_run(run_start.id).rows] == sorted(kept)
        assert len(kept) == 120

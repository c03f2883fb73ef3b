"""One owner a key; a dead one loses it, a living one never, whatever clocks and networks do."""

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest

from molpipe.errors import Cancelled
from molpipe.store import leases
from molpipe.store.leases import BEAT_SECONDS, DEAD_SECONDS, LONGEST_LOOK, Leases
from molpipe.store.process import this_process
from molpipe.store.transactions import Database, Patience
from tests.model.samples import VQE
from tests.store.conftest import NOON, execute
from tests.store.processes import in_processes

KEY, OTHER = "a" * 64, "b" * 64
ELSEWHERE = replace(this_process(), host="node7", among="another machine", number=4711)


class Pauses:
    """Pauses that take no time: they add up, and every so many seconds something happens."""

    def __init__(self, *, every=1.0, then=lambda: None, most=1000.0):
        self.seconds = 0.0
        self._every, self._then, self._most = every, then, most

    def __call__(self, seconds):
        assert 0 < seconds <= LONGEST_LOOK
        before, self.seconds = self.seconds, self.seconds + seconds
        if before // self._every < self.seconds // self._every:
            self._then()
        if self.seconds >= self._most:
            raise Cancelled("enough")

    @property
    def are_enough(self):
        """Whether somebody who stood still from the beginning was taken for dead, and in time."""
        return DEAD_SECONDS <= self.seconds < DEAD_SECONDS + LONGEST_LOOK


@pytest.fixture
def owner(opened):
    """Makes owners on other machines, without a thread: they beat when they are told to."""
    return lambda: Leases(opened, now=lambda: NOON, process=ELSEWHERE)


def held(database):
    """The keys that somebody holds."""
    return {key for (key,) in execute(database, "SELECT key FROM leases")}


def test_one_of_many_threads_gets_a_lease(owner):
    owners = [owner() for _ in range(6)]
    start = Barrier(len(owners))

    def claim(one):
        start.wait()
        return one.claim(KEY)

    with ThreadPoolExecutor(len(owners)) as pool:
        won = list(pool.map(claim, owners))
    assert sum(won) == 1
    assert [one.claim(KEY) for one in owners] == won, "who has it may ask again"


CLAIM = """
def work(number, database, folder):
    with open_store(database, environment={}) as store:
        leases = store.leases()
        won = [key for key in "0123456789" if leases.claim(key * 64)]
    with open(f"{folder}/{number}", "w") as file:
        file.write("".join(won))
"""


@pytest.mark.slow
def test_each_lease_goes_to_one_of_many_processes(database, store, tmp_path):
    (tmp_path / "won").mkdir()
    in_processes(4, CLAIM, database, str(tmp_path / "won"))
    won = "".join(file.read_text() for file in (tmp_path / "won").iterdir())
    assert sorted(won) == list("0123456789")


def test_a_lease_ends_when_it_is_given_back_by_its_owner(owner, database):
    one, other = owner(), owner()
    one.claim(KEY)
    other.release(KEY)
    assert not other.claim(KEY)
    one.release(KEY)
    assert other.claim(KEY)


def test_a_lease_ends_with_what_is_kept_under_its_key(owner, store, database):
    one = owner()
    one.claim(KEY)
    one.claim(OTHER)
    store.keep(KEY, "vqe", VQE, seconds=1.0, versions={})
    assert held(database) == {OTHER}


def test_no_lease_is_left_at_the_end(store, owner, database):
    owner().claim(OTHER)
    with store.leases() as ours:
        ours.claim(KEY)
    assert held(database) == {OTHER}


def test_nobody_waits_for_a_lease_that_is_free_or_his_own(owner):
    one, never = owner(), Pauses(most=0.0)
    one.wait_for_others(KEY, never)
    one.claim(KEY)
    one.wait_for_others(KEY, never)


def test_who_waits_goes_on_when_the_lease_ends(owner, caplog):
    caplog.set_level(logging.INFO)
    one, pauses = owner(), Pauses(every=7.0, then=lambda: one.release(KEY))
    one.claim(KEY)
    owner().wait_for_others(KEY, pauses)
    assert 7.0 <= pauses.seconds < 7.0 + LONGEST_LOOK
    assert caplog.messages == ["waits for host node7, process 4711, which computes this stage"]


def test_a_wait_can_be_ended(owner):
    owner().claim(KEY)
    pauses = Pauses(most=3.0)
    with pytest.raises(Cancelled):
        owner().wait_for_others(KEY, pauses)
    assert pauses.seconds < 3.0 + LONGEST_LOOK


def test_a_living_owner_never_loses(owner):
    one, other = owner(), owner()
    one.claim(KEY)
    with pytest.raises(Cancelled):
        other.wait_for_others(KEY, Pauses(every=DEAD_SECONDS - 2.0, then=one.beat, most=150.0))
    assert not other.claim(KEY)
    assert BEAT_SECONDS <= DEAD_SECONDS / 5, "some beats may come late"


def test_an_owner_whose_beat_stands_still_loses_all_it_has(owner, database, caplog):
    one, other, third, pauses = owner(), owner(), owner(), Pauses()
    one.claim(KEY)
    one.beat()
    one.claim(OTHER)
    third.claim("c" * 64)
    other.wait_for_others(KEY, pauses)
    assert pauses.are_enough
    assert held(database) == {"c" * 64}
    assert other.claim(KEY)
    (said,) = caplog.messages
    assert said == (
        "host node7, process 4711, has not been heard of for 30 s; its work is taken over"
    )


@pytest.mark.parametrize("hours", [-1, 1])
@pytest.mark.parametrize("clock", ["time", "monotonic"])
def test_a_clock_that_jumps_makes_nobody_dead(opened, monkeypatch, clock, hours):
    """That of the owner, of the watcher, or the time for which the watcher was suspended."""
    true, jumps = getattr(time, clock), [0]

    def jump():
        jumps[0] += 3600 * hours

    monkeypatch.setattr(time, clock, lambda: true() + jumps[0])
    one, other = (
        Leases(opened, now=lambda: NOON + timedelta(seconds=jumps[0]), process=ELSEWHERE)
        for _ in range(2)
    )
    one.claim(KEY)
    pauses = Pauses(every=5.0, then=jump)
    other.wait_for_others(KEY, pauses)
    assert pauses.are_enough


def test_an_owner_whose_process_is_gone_loses_at_once(opened, store, monkeypatch, caplog):
    Leases(opened, now=lambda: NOON).claim(KEY)
    monkeypatch.setattr("molpipe.store.process.Process.is_gone", lambda process: True)
    ours = store.leases()
    ours.wait_for_others(KEY, Pauses(most=0.0))
    assert ours.claim(KEY)
    assert "is gone; its work is taken over" in caplog.text


def test_one_of_many_who_wait_takes_over(owner, caplog):
    owner().claim(KEY)
    living = [owner() for _ in range(3)]
    start = Barrier(len(living))

    def beat():
        for one in living:
            one.beat()

    def wait_and_claim(one):
        start.wait()
        with suppress(Cancelled):
            one.wait_for_others(KEY, Pauses(then=beat, most=2 * DEAD_SECONDS))
        return one.claim(KEY)

    with ThreadPoolExecutor(len(living)) as pool:
        won = list(pool.map(wait_and_claim, living))
    assert sum(won) == 1
    assert sum("taken over" in message for message in caplog.messages) == 1


class Late(Database):
    """Something happens between the decision to write and the writing, once."""

    before = None

    def write(self, work):
        if self.before is not None:
            happen, self.before = self.before, None
            happen()
        return super().write(work)


def test_an_owner_that_beats_at_the_last_moment_keeps_its_lease(opened, owner):
    one = owner()
    one.claim(KEY)
    late = Late(opened.engine, Patience())
    other = Leases(late, now=lambda: NOON)
    late.before = one.beat
    pauses = Pauses(every=DEAD_SECONDS + 10.0, then=lambda: one.release(KEY))
    other.wait_for_others(KEY, pauses)
    assert late.before is None, "it tried"
    assert not pauses.are_enough


def test_an_owner_that_was_taken_for_dead_goes_on(owner, store, database):
    one, other = owner(), owner()
    one.claim(KEY)
    other.wait_for_others(KEY, Pauses())
    other.claim(KEY)
    one.beat()
    one.release(KEY)
    assert held(database) == {KEY}, "it is the other one's now"
    store.keep(KEY, "vqe", VQE, seconds=1.0, versions={})
    assert one.claim(KEY)


def beats(database):
    return execute(database, "SELECT beat FROM leases")[0][0]


def wait_until(condition):
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_leases_beat_also_after_the_database_failed(store, database, monkeypatch):
    monkeypatch.setattr(leases, "BEAT_SECONDS", 0.02)
    with store.leases() as ours:
        ours.claim(KEY)
        wait_until(lambda: beats(database) > 1)
        execute(database, "ALTER TABLE leases RENAME TO away")
        time.sleep(0.2)
        execute(database, "ALTER TABLE away RENAME TO leases")
        before = beats(database)
        wait_until(lambda: beats(database) > before)

"""Laws of the queue, whatever comes in and whenever it ends."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from molpipe.limits.admission import PASSES, Admission, Room

PROCESSES, MEMORY_GB = 3, 8.0
SIZES = st.lists(st.floats(0.1, 12.0), min_size=1, max_size=40)


def drive(sizes, draw):
    """Queue everything, then begin what may and end any one that runs, to the end.

    Yields the running tickets after every beginning, and who began.
    """
    admission = Admission(Room(processes=PROCESSES, memory_gb=MEMORY_GB))
    waiting = [admission.queue(size) for size in sizes]
    running = []
    while waiting or running:
        able = [ticket for ticket in waiting if admission.may_begin(ticket)]
        if able:
            admission.begin(able[0])
            waiting.remove(able[0])
            running.append(able[0])
            yield running, able[0], waiting
        else:
            assert running, "nothing runs and nobody may begin"
            ended = running.pop(draw(st.integers(0, len(running) - 1)))
            admission.leave(ended)


@given(SIZES, st.data())
def test_all_run_in_the_end_and_never_beyond_the_room(sizes, data):
    seen = []
    for running, began, _ in drive(sizes, data.draw):
        seen.append(began)
        assert len(running) <= PROCESSES
        together = sum(ticket.expected_gb for ticket in running)
        assert together <= MEMORY_GB or len(running) == 1
    assert len(seen) == len(sizes)


@given(SIZES, st.data())
def test_nobody_is_passed_by_more_than_a_few(sizes, data):
    order = []
    for _, began, _ in drive(sizes, data.draw):
        order.append(began)
        assert began.passed_by <= PASSES
    assert sum(ticket.passed_by for ticket in order) <= PASSES * len(order)


@given(st.lists(st.just(1.0), min_size=2, max_size=20), st.data())
def test_equals_begin_in_the_order_in_which_they_came(sizes, data):
    began = [ticket for _, ticket, _ in drive(sizes, data.draw)]
    assert all(ticket.passed_by == 0 for ticket in began)


def test_small_ones_pass_a_big_one_a_few_times_and_then_wait_for_it():
    admission = Admission(Room(processes=2, memory_gb=MEMORY_GB))
    long = admission.queue(4.0)
    admission.begin(long)
    big = admission.queue(6.0)
    passed = 0
    for small in [admission.queue(1.0) for _ in range(2 * PASSES)]:
        if admission.may_begin(small):
            admission.begin(small)
            admission.leave(small)
            passed += 1
    assert passed == PASSES
    assert not admission.may_begin(big)
    admission.leave(long)
    assert admission.may_begin(big)


def test_no_more_at_once_than_asked_for_in_all_rooms_together():
    rooms = [Room(processes=2, memory_gb=MEMORY_GB) for _ in range(2)]
    admission = Admission(*rooms, at_most=3)
    tickets = [admission.queue(1.0) for _ in range(4)]
    for ticket in tickets[:3]:
        assert admission.may_begin(ticket)
        admission.begin(ticket)
    assert not admission.may_begin(tickets[3])
    admission.leave(tickets[0])
    assert admission.may_begin(tickets[3])


def test_the_room_with_the_least_to_do_is_next():
    idle, busy = Room(processes=2, memory_gb=4.0), Room(processes=2, memory_gb=8.0)
    admission = Admission(busy, idle)
    begun = [admission.begin(admission.queue(1.0)) for _ in range(3)]
    assert begun == [busy, idle, busy]


def test_what_fits_nowhere_waits_for_the_largest_room():
    small, large = Room(processes=4, memory_gb=2.0), Room(processes=4, memory_gb=8.0)
    admission = Admission(small, large)
    first = admission.queue(4.0)
    assert admission.begin(first) is large
    huge = admission.queue(50.0)
    assert not admission.may_begin(huge)
    admission.leave(first)
    assert admission.may_begin(huge)
    assert admission.begin(huge) is large


def test_one_that_gives_up_waiting_blocks_nobody():
    admission = Admission(Room(processes=1, memory_gb=MEMORY_GB))
    first, second = admission.queue(1.0), admission.queue(1.0)
    assert not admission.may_begin(second)
    admission.leave(first)
    assert admission.may_begin(second)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=20), st.data())
def test_the_lowest_rank_begins_first(ranks, data):
    """Whoever waits has no lower rank than who begins, and of one rank came later."""
    admission = Admission(Room(processes=1, memory_gb=MEMORY_GB))
    waiting = [admission.queue(1.0, rank) for rank in ranks]
    while waiting:
        (began,) = [ticket for ticket in waiting if admission.may_begin(ticket)]
        admission.begin(began)
        place = waiting.index(began)
        waiting.remove(began)
        assert all(ticket.rank > began.rank for ticket in waiting[:place])
        assert all(ticket.rank >= began.rank for ticket in waiting[place:])
        if data.draw(st.booleans()):
            waiting.append(admission.queue(1.0, data.draw(st.integers(0, 5))))
            if len(waiting) > 30:
                return
        admission.leave(began)

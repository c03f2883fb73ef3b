"""A few rows at a time, in their order, and every one of them answered however it ends."""

from __future__ import annotations

import threading
import time

import pytest
from prefect import flow
from prefect.context import TaskRunContext

from flows.batch.answers import answer_all
from flows.batch.window import Window
from molpipe.errors import StoreError
from molpipe.model.molecule import BatchRow, Failure, Source
from tests.sample_results import sample_results

AT_ONCE = 3
FAILURE = Failure(stage="input", code="ANY", message="never mind", hint=None)


def row(number):
    source = Source(file="", frame=number)
    return BatchRow(row=number, name=f"row {number}", input="", source=source, failure=FAILURE)


UNITS = [(row(number),) for number in range(1, 11)]


class Stopping:
    """A bench without benches: it only knows whether somebody stopped it."""

    stopped = False

    def stop(self):
        self.stopped = True


class Answering:
    """Notes which rows were answered, which of them in a task, and how many at a time."""

    def __init__(self):
        self.rows, self.in_tasks, self.running, self.most = [], [], 0, 0
        self._lock = threading.Lock()

    def __call__(self, unit):
        with self._lock:
            self.rows.append(unit[0].row)
            self.running += 1
            self.most = max(self.most, self.running)
        if TaskRunContext.get():
            self.in_tasks.append(unit[0].row)
            time.sleep(0.05)
        with self._lock:
            self.running -= 1


def answered(answer, bench):
    @flow(name="answers")
    def batch():
        answer_all(UNITS, answer, bench, Window(AT_ONCE))

    batch()


def test_a_few_at_a_time_each_in_a_task():
    answer = Answering()
    answered(answer, Stopping())
    assert sorted(answer.rows) == sorted(answer.in_tasks) == [unit[0].row for unit in UNITS]
    assert 1 < answer.most <= AT_ONCE
    assert max(abs(row - place) for place, row in enumerate(answer.rows, start=1)) < AT_ONCE


class Interrupted(BaseException):
    """As Prefect ends a run that is cancelled, in its main thread."""


class Interrupting(Stopping):
    """The flow is interrupted when three rows have begun."""

    looks = 0

    @property
    def stopped(self):
        self.looks += 1
        if self.looks == 4:
            raise Interrupted
        return self.looks > 4

    def stop(self):
        """It is stopped already."""


def test_what_has_not_begun_when_the_batch_is_stopped_is_answered_without_a_task():
    bench = Stopping()

    class StopAtTheThird(Answering):
        def __call__(self, unit):
            super().__call__(unit)
            if unit[0].row == 3:
                bench.stop()

    answer = StopAtTheThird()
    answered(answer, bench)
    assert sorted(answer.rows) == [unit[0].row for unit in UNITS]
    assert 3 <= len(answer.in_tasks) < len(UNITS)


def test_a_run_that_prefect_ends_answers_every_row_first():
    answer = Answering()
    with pytest.raises(Interrupted):
        answered(answer, Interrupting())
    assert sorted(answer.rows) == [unit[0].row for unit in UNITS]
    assert sorted(answer.in_tasks) == [1, 2, 3]


def test_nothing_more_begins_where_no_answer_can_be_kept():
    answer, bench = Answering(), Stopping()

    def full(unit):
        answer(unit)
        raise StoreError("the disk is full")

    with pytest.raises(StoreError, match="the disk is full"):
        answered(full, bench)
    assert bench.stopped
    assert len(answer.rows) <= 2 * AT_ONCE


@pytest.mark.parametrize("status", ["refused", "cancelled"])
def test_how_a_row_ended_is_how_its_task_ends_and_not_the_run(status):
    (ended, *_) = [row for row in sample_results().rows if row.status == status]
    answered(lambda unit: [ended], Stopping())

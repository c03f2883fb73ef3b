"""How many rows are inside at a time, and who does not count."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from flows.batch.window import Window


@pytest.fixture
def pool():
    with ThreadPoolExecutor(1) as threads:
        yield threads


def test_the_next_one_waits_until_one_has_left(pool):
    window = Window(2)
    window.enter()
    window.enter()
    third = pool.submit(window.enter)
    with pytest.raises(TimeoutError):
        third.result(0.1)
    window.leave()
    third.result(60)


def test_who_is_aside_makes_room_and_comes_back_without_waiting(pool):
    window = Window(1)
    window.enter()
    with window.aside():
        pool.submit(window.enter).result(60)
    window.leave()
    third = pool.submit(window.enter)
    with pytest.raises(TimeoutError):
        third.result(0.1)
    window.leave()
    third.result(60)


def test_any_number_may_be_aside():
    window, inside = Window(1), threading.Barrier(5)

    def row():
        window.enter()
        with window.aside():
            inside.wait(60)
        window.leave()

    with ThreadPoolExecutor(5) as threads:
        for done in [threads.submit(row) for _ in range(5)]:
            done.result(60)

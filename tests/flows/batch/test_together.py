import threading
from contextvars import ContextVar

import pytest

from flows.batch.together import together

PLACE = ContextVar("place", default="nowhere")


def test_values_come_in_the_order_of_the_items_and_threads_know_their_context():
    token = PLACE.set("here")
    try:
        found = together(lambda item: (item, PLACE.get()), range(40), at_once=8, stop=pytest.fail)
    finally:
        PLACE.reset(token)
    assert found == [(item, "here") for item in range(40)]


def test_a_call_that_raises_ends_the_others():
    stopped = threading.Event()

    def work(item):
        if item == 0:
            raise ZeroDivisionError
        assert stopped.wait(60)

    with pytest.raises(ZeroDivisionError):
        together(work, range(3), at_once=3, stop=stopped.set)
    assert stopped.is_set()

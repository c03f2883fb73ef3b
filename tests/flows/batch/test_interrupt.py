import os
import signal
import threading

import pytest

from flows.batch.interrupt import on_interrupt


@pytest.fixture(autouse=True)
def as_at_a_terminal():
    """A shell starts what it puts into the background with Ctrl-C ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def press_ctrl_c():
    os.kill(os.getpid(), signal.SIGINT)


def test_the_first_ctrl_c_asks_to_stop_and_the_second_interrupts():
    asked = []
    with on_interrupt(lambda: asked.append(True)):
        press_ctrl_c()
        assert asked == [True]
        with pytest.raises(KeyboardInterrupt):
            press_ctrl_c()


def test_what_was_before_comes_back():
    before = signal.getsignal(signal.SIGINT)
    with on_interrupt(lambda: None):
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before


def test_outside_the_main_thread_nothing_changes():
    seen = []

    def look():
        with on_interrupt(lambda: None):
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [signal.getsignal(signal.SIGINT)]

"""A process that ended is known as gone, one that may live never."""

import subprocess
import sys
from dataclasses import replace

import psutil

from molpipe.store.process import this_process


def sleeper():
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])


def test_a_process_is_gone_when_it_ended_even_if_nobody_waited_for_it():
    with sleeper() as child:
        known = replace(this_process(), number=child.pid)
        assert not known.is_gone()
        child.kill()
        while psutil.Process(child.pid).status() != psutil.STATUS_ZOMBIE:
            pass
        assert known.is_gone()
        child.wait()
        assert known.is_gone()


def test_nothing_is_known_of_a_process_elsewhere():
    with sleeper() as child:
        child.kill()
    here = replace(this_process(), number=child.pid)
    assert here.is_gone()
    assert not replace(here, among="another machine, or container").is_gone()


def test_this_process_lives():
    assert not this_process().is_gone()
    assert this_process() == this_process()

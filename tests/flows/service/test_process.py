"""The processes of the service: logs, restarts, and how they end."""

from __future__ import annotations

import os
import signal
import sys
import time

import psutil
import pytest

from flows.service import process
from flows.service.process import ServiceProcess

CODE = """
import faulthandler, os, signal, sys, time
faulthandler.enable()
print("arguments", *sys.argv[1:], os.environ["WHO"], flush=True)
if "stubborn" in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.signal(signal.SIGUSR1, lambda *_: print("rests", flush=True))
if "dies" in sys.argv:
    sys.exit("no luck today")
print("ready", flush=True)
time.sleep(60)
"""


@pytest.fixture
def make(tmp_path, monkeypatch):
    (tmp_path / "tested.py").write_text(CODE)
    made = []

    def make(*arguments):
        environment = {**os.environ, "PYTHONPATH": str(tmp_path), "WHO": "me"}
        log = tmp_path / "logs" / "tested.log"
        made.append(
            ServiceProcess(
                name="test", module="tested", arguments=arguments, environment=environment, log=log
            )
        )
        return made[-1]

    monkeypatch.setattr(process, "STOP_SECONDS", 0.5)
    yield make
    for one in made:
        one.stop()


def wait_for(condition):
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def pid_of(one):
    children = psutil.Process().children()
    (found,) = [child for child in children if one.module in child.cmdline()]
    return found.pid


def test_it_runs_in_a_session_of_its_own_and_writes_a_log(make):
    one = make("a", "b")
    assert one.ending is None
    one.start()
    wait_for(lambda: one.log.is_file() and one.last_line == "ready")
    assert one.log.read_text().splitlines()[0] == f"arguments a b {os.getpid()} me"
    assert os.getsid(pid_of(one)) == pid_of(one) != os.getsid(0)
    one.stop()
    assert one.ending == -signal.SIGTERM
    one.stop()


def test_a_worker_is_told_to_rest(make):
    one = make()
    one.rest()  # it was never started
    one.start()
    wait_for(lambda: one.log.is_file() and one.last_line == "ready")
    one.rest()
    wait_for(lambda: one.last_line == "rests")
    assert one.ending is None


def test_one_that_does_not_stop_is_killed(make):
    one = make("stubborn")
    one.start()
    wait_for(lambda: one.log.is_file() and one.last_line == "ready")
    one.stop()
    assert one.ending == -signal.SIGKILL


def test_one_that_dies_says_why_and_may_not_try_for_ever(make):
    one = make("dies")
    one.start()
    for restarts in range(process.EARLY_ENDS):
        wait_for(lambda: one.ending is not None)
        assert (one.ending, one.last_line) == (1, "no luck today")
        assert one.may_restart == (restarts + 1 < process.EARLY_ENDS)
        one.restart()


def test_one_that_lived_long_enough_is_started_again(make, monkeypatch):
    monkeypatch.setattr(process, "CALM_SECONDS", 0.0)
    one = make()
    one.start()
    wait_for(lambda: one.log.is_file() and one.last_line == "ready")
    first = pid_of(one)
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: one.ending is not None)
    assert one.may_restart
    one.restart()
    wait_for(lambda: one.log.read_text().count("ready") == 2)
    assert pid_of(one) != first


TRACEBACK = """
Traceback (most recent call last):
  File "a.py", line 1, in <module>
    raise ValueError("not this one")
{}

09:13:15.235 | ERROR   | uvicorn.error - Application startup failed. Exiting.
"""


@pytest.mark.parametrize(
    "raised",
    [
        'asyncpg.exceptions.InvalidPasswordError: password authentication failed for user "me"',
        "ConnectionRefusedError: [Errno 111] Connect call failed ('127.0.0.1', 5432)",
        "socket.gaierror: [Errno -2] Name or service not known",
        "prefect.exceptions.PrefectException",
    ],
)
def test_an_exception_says_more_than_the_last_line(make, raised):
    one = make()
    one.log.parent.mkdir()
    one.log.write_text(TRACEBACK.format("OSError: this came first") + TRACEBACK.format(raised))
    assert one.last_line == raised


def test_what_an_earlier_start_wrote_is_no_reason(make):
    one = make("dies")
    one.log.parent.mkdir()
    one.log.write_text(TRACEBACK.format("OSError: long ago"))
    one.start()
    wait_for(lambda: one.ending is not None)
    assert one.last_line == "no luck today"


@pytest.mark.parametrize("said", ["'word@host'", "postgresql://me:pass/word@host/d", "a:wo@rd@b"])
def test_no_password_is_in_what_it_says(make, said):
    one = make()
    one.log.parent.mkdir()
    one.log.write_text(f"ValueError: invalid {said}")
    assert one.last_line.startswith("ValueError: invalid ***@")
    assert "wo" not in one.last_line


def test_one_that_printed_nothing_says_so(make):
    one = make()
    one.log.parent.mkdir()
    one.log.write_text("\n")
    assert one.last_line == "it printed nothing"
    assert one.module not in sys.modules


def test_one_that_hangs_writes_where_and_ends(make):
    one = make("stubborn")
    one.abort()  # it was never started
    one.start()
    wait_for(lambda: one.log.is_file() and one.last_line == "ready")
    one.abort()
    assert one.ending == -signal.SIGABRT
    assert "tested.py" in one.log.read_text().rpartition("Aborted")[2]


def test_one_that_is_stopped_is_killed(make, monkeypatch):
    monkeypatch.setattr(process, "ABORT_SECONDS", 0.2)
    one = make()
    one.start()
    wait_for(lambda: one.log.is_file() and one.last_line == "ready")
    os.kill(pid_of(one), signal.SIGSTOP)
    one.abort()
    assert one.ending == -signal.SIGKILL

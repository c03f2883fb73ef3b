"""The process that forks: what it holds, whom it serves, and that nothing is left behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Pipe

import psutil
import pytest

from molpipe.errors import CalculationError
from molpipe.limits import Workers, forking, same_user
from molpipe.limits.fork_server import LINES
from molpipe.limits.forked import Forked
from molpipe.stages import ENGINES, load_engines
from tests.limits.work import AMPLE, PROMPT, has_loaded, hydrogen_energy, wait_until_gone

PATIENCE = 120.0


@pytest.fixture(scope="module")
def server():
    """That of a service, with the engines, for which no other test looks."""
    name = f"test-{uuid.uuid4().hex}"
    command = [sys.executable, "-m", forking.MODULE, "--at", name, "--load", ENGINES]
    with subprocess.Popen([*command, str(os.getpid())]) as process:
        process.name = name
        wait_for(lambda: answers(name))
        yield process
        process.kill()


@pytest.fixture
def shared(server, monkeypatch):
    """Workers of this process use it."""
    monkeypatch.setenv(forking.VARIABLE, server.name)
    return server


def answers(name):
    line = same_user.connect(name)
    if line is not None:
        line.close()
    return line is not None


def wait_for(condition, seconds=PATIENCE):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def own_memory():
    """What this process shares with no other [bytes]."""
    return psutil.Process().memory_full_info().uss


@pytest.mark.slow
def test_with_the_engines_it_has_one_thread_and_children_share_its_memory(shared):
    with Workers(processes=1, threads=1) as one:
        assert one.run(os.getppid, **AMPLE, ready=load_engines) == shared.pid
        assert psutil.Process(shared.pid).num_threads() == 1, "a lock that one holds is forked"
        held = psutil.Process(shared.pid).memory_info().rss
        assert one.run(own_memory, **AMPLE) < held / 5
        _, was_warm, energy = one.run(hydrogen_energy, **AMPLE)
    assert was_warm
    assert energy == hydrogen_energy()[2]


@pytest.mark.slow
def test_many_processes_may_use_it_and_children_end_with_their_own(shared):
    script = (
        "import os, time; from molpipe.limits import Workers; one = Workers(processes=1, threads=1)"
        "; print(one.run(os.getpid, seconds=60, memory_gb=4), flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", script]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other,
        Workers(processes=1, threads=1) as one,
    ):
        theirs, ours = int(other.stdout.readline()), one.run(os.getpid, **AMPLE)
        assert {psutil.Process(pid).ppid() for pid in (theirs, ours)} == {shared.pid}
        other.kill()
        wait_until_gone(theirs)
        assert one.run(os.getpid, **AMPLE) == ours


@pytest.mark.slow
def test_calculations_with_more_threads_have_another(shared):
    with Workers(processes=1, threads=2) as one:
        assert one.run(os.getppid, **AMPLE) != shared.pid
    forking.give_up(2)


@pytest.mark.slow
def test_nonsense_at_its_door_does_not_stop_it(shared):
    for nonsense in (b"", b"x", b"x" * 100_000):
        with same_user.connect(shared.name) as line:
            line.sendall(nonsense)
    (silent, one_end), (unclear, other_end) = Pipe(), Pipe()
    for _ in range(2):
        unclear.send_bytes(b"no request")
    with same_user.connect(shared.name) as line, silent, one_end, unclear, other_end:
        for end in (one_end, other_end):
            socket.send_fds(line, [b"."], [end.fileno()] * LINES)
        with Workers(processes=1, threads=1) as one:
            assert one.run(os.getppid, **AMPLE) == shared.pid


def test_where_nobody_answers_this_process_has_its_own(monkeypatch):
    monkeypatch.setenv(forking.VARIABLE, f"test-{uuid.uuid4().hex}")
    with Workers(processes=1, threads=1) as one:
        server = psutil.Process(one.run(os.getppid, **AMPLE))
    assert server.ppid() == os.getpid()


@pytest.mark.slow
def test_its_end_is_that_of_its_children_and_calculations_go_on(monkeypatch):
    name = f"test-{uuid.uuid4().hex}"
    monkeypatch.setenv(forking.VARIABLE, name)
    command = [sys.executable, "-m", forking.MODULE, "--at", name, str(os.getpid())]
    with (
        subprocess.Popen(command) as server,
        Workers(processes=1, threads=1) as one,
        ThreadPoolExecutor(1) as threads,
    ):
        wait_for(lambda: answers(name))
        child = one.run(os.getpid, **AMPLE)
        call = threads.submit(one.run, time.sleep, 60, **AMPLE)
        time.sleep(0.5)
        server.send_signal(signal.SIGKILL)
        wait_until_gone(child)
        assert isinstance(call.exception(timeout=5 * PROMPT), CalculationError)
        assert one.run(os.getpid, **AMPLE) != child


def test_a_child_that_nobody_waits_for_any_more_ends(workers):
    """Its owner let go of it before it was there."""
    server = psutil.Process(workers.run(os.getppid, **AMPLE))
    before = {child.pid for child in server.children()}
    with open(os.devnull, "wb") as nowhere:
        Forked(threads=1, ready=None, level=0, writer=nowhere).end()
    assert workers.run(abs, -1, **AMPLE) == 1
    wait_for(lambda: {child.pid for child in server.children()} == before)


def test_loading_leaves_other_modules_alone(workers):
    assert not workers.run(has_loaded, "pyscf", **AMPLE)

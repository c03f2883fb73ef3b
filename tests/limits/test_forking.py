"""How children are asked for, and that they end with who asked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from molpipe.errors import CalculationError
from molpipe.limits import Workers, forking
from tests.limits.work import AMPLE, PROMPT, can_import, has_loaded, kill_self, wait_until_gone

SCRIPT = """
import os, threading, time
from molpipe.limits import Workers

print("main", flush=True)
workers = Workers(processes=1, threads=1)
print(workers.run(os.getpid, seconds=60, memory_gb=4), flush=True)
workers.run(time.sleep, 60, seconds=60, memory_gb=4)
"""


def test_script_without_a_guard_runs_once_and_its_children_die_with_it(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "main\n"
        child = int(parent.stdout.readline())
        time.sleep(0.2)
        parent.kill()
        wait_until_gone(child)
        assert parent.stdout.read() == ""


def test_child_outlives_the_thread_that_needed_it_first():
    with Workers(processes=1, threads=1) as workers:
        with ThreadPoolExecutor(1) as threads:
            pid = threads.submit(workers.run, os.getpid, **AMPLE).result()
        assert workers.run(os.getpid, **AMPLE) == pid


def test_ctrl_c_is_left_to_the_parent(workers):
    assert workers.run(kill_self, signal.SIGINT, **AMPLE) == "survived"


def test_the_workers_of_a_process_have_one_fork_server():
    with Workers(processes=2, threads=1) as first, Workers(processes=1, threads=1) as second:
        assert first.run(os.getppid, **AMPLE) == second.run(os.getppid, **AMPLE)


def test_a_fork_server_that_was_killed_is_replaced(workers):
    first = workers.run(os.getppid, **AMPLE)
    child = workers.run(os.getpid, **AMPLE)
    os.kill(first, signal.SIGKILL)
    wait_until_gone(child)
    assert workers.run(os.getppid, **AMPLE) != first


def test_one_that_is_killed_in_the_middle_of_a_calculation_costs_that_one_alone(workers):
    with ThreadPoolExecutor(1) as threads:
        server = workers.run(os.getppid, **AMPLE)
        call = threads.submit(workers.run, time.sleep, 60, **AMPLE)
        time.sleep(0.5)
        os.kill(server, signal.SIGKILL)
        assert isinstance(call.exception(timeout=5 * PROMPT), CalculationError)
    assert workers.run(abs, -1, **AMPLE) == 1


def test_children_see_our_path_and_folder(workers, tmp_path, monkeypatch):
    (tmp_path / "only_here.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    with Workers(processes=1, threads=1) as one:
        assert one.run(os.getcwd, **AMPLE) == str(tmp_path)
        assert one.run(can_import, "only_here", **AMPLE)


@pytest.fixture
def no_server():
    forking.give_up(1)
    yield
    forking.give_up(1)


@pytest.mark.usefixtures("no_server")
def test_what_is_loaded_early_is_there_for_the_first_child():
    forking.load_early("graphlib:TopologicalSorter", "netrc:netrc")
    with Workers(processes=1, threads=1) as one:
        assert one.run(has_loaded, "graphlib", **AMPLE)
        assert one.run(has_loaded, "netrc", **AMPLE)


@pytest.mark.usefixtures("no_server")
def test_nothing_is_loaded_early_beside_the_server_of_a_service(monkeypatch):
    monkeypatch.setenv(forking.VARIABLE, "somebody's")
    forking.load_early("graphlib:TopologicalSorter")
    with Workers(processes=1, threads=1) as one:
        assert not one.run(has_loaded, "graphlib", **AMPLE)


def test_importing_it_is_cheap():
    code = "import molpipe.limits, sys; print(*({'numpy', 'rdkit', 'pyscf'} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == ""


DAEMON = """
import multiprocessing, os, sys
from molpipe.limits import Workers

def calculate(pipe):
    workers = Workers(processes=1, threads=1)  # nobody stops them
    pipe.send(workers.run(os.getpid, seconds=60, memory_gb=4))
    pipe.send(multiprocessing.current_process().daemon)

if __name__ == "__main__":
    here, there = multiprocessing.Pipe()
    daemon = multiprocessing.get_context("spawn").Process(
        target=calculate, args=(there,), daemon=True
    )
    daemon.start()
    print(here.recv(), here.recv(), flush=True)
    daemon.join(20)
    print(daemon.exitcode)
"""


def test_a_daemon_may_have_children_and_does_not_wait_for_them_at_its_end(tmp_path):
    """The worker processes of Dask are daemons; multiprocessing forbids them to have children."""
    script = tmp_path / "script.py"
    script.write_text(DAEMON)
    found = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    child, is_daemon, exit_code = found.stdout.split()
    assert (is_daemon, exit_code) == ("True", "0")
    wait_until_gone(int(child))

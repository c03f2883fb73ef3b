"""Laws of molpipe.limits: what a child may do to its parent, and what is left of it."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import psutil
import pytest

from molpipe.errors import (
    CalculationError,
    Cancelled,
    InvariantError,
    ResourceError,
    SCFNotConverged,
)
from molpipe.limits import Workers
from molpipe.model.molecule import Geometry

AMPLE = {"seconds": 60.0, "memory_gb": 4.0}
PROMPT = 2.0
"""How late a limit may act [s]: 50 ms between two looks, the kill, and a busy machine."""


@pytest.fixture(scope="module")
def workers():
    """One for all tests: whatever a test does to its child, the next test finds a good one."""
    with Workers(processes=1, threads=1) as one:
        one.run(os.getpid, **AMPLE)
        yield one


def wait_until_gone(pid, seconds=PROMPT):
    end = time.monotonic() + seconds
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < end, f"process {pid} is still there"
        time.sleep(0.02)


# What runs in the child.


def hydrogen():
    return Geometry(
        symbols=("H", "H"),
        coordinates=[[0, 0, 0], [0, 0, 0.74]],
        charge=0,
        multiplicity=1,
        origin="test",
    )


def long_blas_call():
    matrix = np.random.default_rng(7).normal(size=(3000, 3000))
    return np.linalg.svd(matrix)


def grow_in_python():
    held = []
    while True:
        held.append(bytearray(10_000_000))
        time.sleep(0.001)


def grow_in_c():
    return len(list(range(200_000_000)))  # one C call, which never lets go of the GIL


def raise_ours():
    raise SCFNotConverged("no SCF in 50 cycles", hint="try newton", code="SLOW", stage="scf")


def raise_foreign():
    return {}["nothing here"]


def exhaust_memory():
    raise MemoryError("unable to allocate 9 TiB")


def leave_system():
    sys.exit(0)


def make_unpicklable():
    return threading.Lock()


def segfault():
    ctypes.string_at(0)


def kill_self(signal_number):
    os.kill(os.getpid(), signal_number)
    return "survived"


def leave(code):
    """Exit, once the work was acknowledged: an earlier end has no exit code."""
    time.sleep(0.3)
    os._exit(code)


def thread_settings():
    names = ("OMP", "OPENBLAS", "MKL", "NUMBA")
    return [os.environ[f"{name}_NUM_THREADS"] for name in names]


def hold_memory(n_bytes):
    hold_memory.held = b"x" * n_bytes
    return os.getpid()


# What comes back.


def test_value_comes_back_and_frozen_arrays_stay_frozen(workers):
    geometry = workers.run(hydrogen, **AMPLE)
    assert geometry.symbols == ("H", "H")
    assert np.array_equal(geometry.coordinates, hydrogen().coordinates)
    assert not geometry.coordinates.flags.writeable


def test_error_of_the_tree_comes_back_whole(workers):
    with pytest.raises(SCFNotConverged) as caught:
        workers.run(raise_ours, **AMPLE)
    error = caught.value
    assert (error.message, error.hint, error.code, error.stage) == (
        "no SCF in 50 cycles",
        "try newton",
        "SLOW",
        "scf",
    )


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (raise_foreign, ("KeyError", "nothing here", "raise_foreign", "test_limits.py")),
        (leave_system, ("SystemExit", "leave_system")),
        (make_unpicklable, ("TypeError", "pickle")),
    ],
)
def test_foreign_exception_is_our_bug_and_says_where(workers, caplog, function, words):
    with pytest.raises(InvariantError) as caught:
        workers.run(function, **AMPLE)
    assert caught.value.code == "UNEXPECTED"
    assert all(word in caught.value.message for word in words)
    assert "Traceback" in caplog.text


def test_refused_allocation_is_a_resource_error(workers):
    with pytest.raises(ResourceError, match="9 TiB"):
        workers.run(exhaust_memory, **AMPLE)


def test_child_stays_warm_also_after_an_error(workers):
    first = workers.run(os.getpid, **AMPLE)
    with pytest.raises(SCFNotConverged):
        workers.run(raise_ours, **AMPLE)
    assert workers.run(os.getpid, **AMPLE) == first != os.getpid()


@pytest.mark.parametrize("limits", [{"seconds": 0.0}, {"memory_gb": -1.0}])
def test_limits_must_be_positive(workers, limits):
    with pytest.raises(ValueError, match="positive"):
        workers.run(os.getpid, **(AMPLE | limits))


# Limits.


@pytest.mark.parametrize(("function", "args"), [(long_blas_call, ()), (time.sleep, (60,))])
def test_time_limit_ends_the_child_also_inside_c_code(workers, function, args):
    pid = workers.run(os.getpid, **AMPLE)
    start = time.monotonic()
    with pytest.raises(ResourceError, match=r"limit of 0\.7 s") as caught:
        workers.run(function, *args, seconds=0.7, memory_gb=4.0)
    assert 0.7 <= time.monotonic() - start < 0.7 + PROMPT
    assert caught.value.code == "TIME_LIMIT"
    wait_until_gone(pid)
    assert workers.run(abs, -1, **AMPLE) == 1


def test_time_limit_does_not_run_while_a_call_waits_for_a_process(workers):
    with ThreadPoolExecutor(3) as threads:
        calls = [
            threads.submit(workers.run, time.sleep, 0.6, seconds=1.0, memory_gb=4.0)
            for _ in range(3)
        ]
    assert [call.exception() for call in calls] == [None, None, None]


@pytest.mark.parametrize("function", [grow_in_python, grow_in_c])
def test_memory_limit_ends_the_child_also_where_c_code_holds_the_gil(workers, function):
    pid = workers.run(os.getpid, **AMPLE)
    with pytest.raises(ResourceError, match=r"0\.4 GB") as caught:
        workers.run(function, seconds=30, memory_gb=0.4)
    assert caught.value.code == "MEMORY_LIMIT"
    wait_until_gone(pid)
    assert workers.run(abs, -1, **AMPLE) == 1


def test_leftovers_of_one_calculation_are_not_charged_to_the_next(workers):
    pid = workers.run(hold_memory, 300_000_000, **AMPLE)
    assert workers.run(os.getpid, seconds=30, memory_gb=0.25) != pid


def test_no_more_calculations_at_once_than_processes():
    with Workers(processes=2, threads=1) as two, ThreadPoolExecutor(6) as threads:
        calls = [threads.submit(two.run, hold_memory, 0, **AMPLE) for _ in range(6)]
        assert len({call.result() for call in calls}) <= 2


# Deaths.


@pytest.mark.parametrize(
    ("function", "args", "word"),
    [
        (kill_self, (signal.SIGKILL,), "SIGKILL"),
        (segfault, (), "SIGSEGV"),
        (leave, (3,), "exit code 3"),
        (leave, (0,), "without an answer"),
    ],
)
def test_child_that_dies_is_named_and_replaced(workers, function, args, word):
    with pytest.raises(CalculationError, match=word) as caught:
        workers.run(function, *args, **AMPLE)
    assert caught.value.code == "CHILD_DIED"
    assert workers.run(abs, -1, **AMPLE) == 1


def test_idle_child_that_is_killed_is_replaced_silently(workers):
    pid = workers.run(os.getpid, **AMPLE)
    os.kill(pid, signal.SIGKILL)
    wait_until_gone(pid)
    assert workers.run(os.getpid, **AMPLE) != pid


def test_ctrl_c_is_left_to_the_parent(workers):
    assert workers.run(kill_self, signal.SIGINT, **AMPLE) == "survived"


def test_stop_cancels_running_and_pending_calls_at_once():
    before = calculating()
    with Workers(processes=2, threads=1) as two, ThreadPoolExecutor(4) as threads:
        calls = [threads.submit(two.run, long_blas_call, **AMPLE) for _ in range(4)]
        time.sleep(1.0)
        ours = [child.pid for child in calculating() if child not in before]
        assert len(ours) == 2
        start = time.monotonic()
        two.stop()
        errors = [call.exception(timeout=PROMPT) for call in calls]
        assert time.monotonic() - start < PROMPT
        assert [type(error) for error in errors] == [Cancelled] * 4
        for pid in ours:
            wait_until_gone(pid)
        with pytest.raises(Cancelled):
            two.run(os.getpid, **AMPLE)


def calculating():
    """Our children, without multiprocessing's own bookkeeper, which ends with this process."""
    return [
        child
        for child in psutil.Process().children(recursive=True)
        if "resource_tracker" not in " ".join(child.cmdline())
    ]


def test_no_child_is_left_behind():
    before = calculating()
    with Workers(processes=2, threads=1) as two, ThreadPoolExecutor(2) as threads:
        running = threads.submit(two.run, time.sleep, 60, **AMPLE)
        two.run(os.getpid, **AMPLE)
        two.stop()
        assert isinstance(running.exception(), Cancelled)
    assert calculating() == before


# The child's surroundings.


def test_threads_are_set_in_the_child_and_nothing_changes_in_the_parent():
    before = dict(os.environ), vars(sys.modules["__main__"]).copy()
    with Workers(processes=1, threads=2) as workers:
        assert workers.run(thread_settings, **AMPLE) == ["2"] * 4
    assert (dict(os.environ), vars(sys.modules["__main__"])) == before


def test_child_outlives_the_thread_that_needed_it_first():
    with Workers(processes=1, threads=1) as workers:
        with ThreadPoolExecutor(1) as threads:
            pid = threads.submit(workers.run, os.getpid, **AMPLE).result()
        assert workers.run(os.getpid, **AMPLE) == pid


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


def test_importing_it_is_cheap():
    code = "import molpipe.limits, sys; print(*({'numpy', 'rdkit', 'pyscf'} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == ""

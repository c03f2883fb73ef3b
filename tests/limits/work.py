"""What the tests run in child processes, and how they look at these."""

from __future__ import annotations

import ctypes
import importlib
import logging
import os
import signal
import sys
import threading
import time
import warnings

import numpy as np
import psutil

from molpipe.errors import SCFNotConverged
from molpipe.limits.child import NAME
from molpipe.model.molecule import Geometry

AMPLE = {"seconds": 60.0, "memory_gb": 4.0}
PROMPT = 2.0
"""How late a limit may act [s]: 50 ms between two looks, the kill, and a busy machine."""


def wait_until_gone(pid, seconds=PROMPT):
    end = time.monotonic() + seconds
    while _alive(pid):
        assert time.monotonic() < end, f"process {pid} is still there"
        time.sleep(0.02)


def _alive(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def calculating():
    """The child processes that this one has for calculations."""
    children = psutil.Process().children(recursive=True)
    return [child for child in children if child.name() == NAME]


def hydrogen():
    return Geometry(
        symbols=("H", "H"),
        coordinates=[[0, 0, 0], [0, 0, 0.74]],
        charge=0,
        multiplicity=1,
        origin="test",
    )


def hydrogen_energy():
    """Whether the engine was there already, and what it says."""
    warm = "pyscf" in sys.modules
    from molpipe.model.settings import Settings  # noqa: PLC0415
    from molpipe.stages import build_problem  # noqa: PLC0415

    energy = build_problem(hydrogen(), Settings(basis="sto-3g")).mean_field.energy
    return os.getpid(), warm, energy


def get_ready(path, seconds):
    time.sleep(seconds)
    with open(path, "a") as calls:
        calls.write(".")


def load_wave():
    import wave  # noqa: F401, PLC0415


def can_import(module):
    return importlib.import_module(module).__name__ == module


def has_loaded(module):
    return module in sys.modules


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


def hold_memory(n_bytes):
    hold_memory.held = b"x" * n_bytes
    return os.getpid()


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
    os._exit(code)


def thread_settings():
    names = ("OMP", "OPENBLAS", "MKL", "NUMBA")
    return [os.environ[f"{name}_NUM_THREADS"] for name in names]


def span(seconds):
    """When it began and ended, by the clock that all processes share."""
    began = time.monotonic()
    time.sleep(seconds)
    return began, time.monotonic()


def log(level, message, *values):
    logging.getLogger("molpipe.test").log(level, message, *values)


def log_then(function, *args):
    log(logging.INFO, "about to call %s", function.__name__)
    return function(*args)


def log_many(n):
    began = time.perf_counter()
    for k in range(n):
        log(logging.INFO, "%d %s", k, "x" * 500)
    return time.perf_counter() - began


def log_between(seconds):
    log(logging.INFO, "before")
    time.sleep(seconds)
    log(logging.INFO, "after")


def log_failure():
    try:
        raise_foreign()
    except KeyError:
        logging.getLogger("molpipe.test").exception("it broke")


def log_foreign():
    logging.getLogger("another.library").error("not ours")


def warn():
    warnings.warn("a shaky number", UserWarning, stacklevel=1)


class Mischief:
    """Says so where it is pickled or unpickled."""

    def __str__(self):
        return "harmless text"

    def __reduce__(self):
        return (signal.raise_signal, (signal.SIGKILL,))

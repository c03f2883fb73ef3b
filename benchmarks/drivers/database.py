"""Clients that write and read stage results in one result database, at once.

``python -m benchmarks.drivers.database URL CLIENTS RESULTS`` prints results a second, of all
clients together, and how many calls failed. The clients are processes; each has keys of its own.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Callable
from multiprocessing.synchronize import Barrier
from typing import Any

import numpy as np

from molpipe.errors import StoreError
from molpipe.model.molecule import Geometry
from molpipe.store import open_store

ATOMS = 1000
"""Of the geometry that is kept: 25 kB of numbers that hardly shrink, as a small Hamiltonian."""


def main(url: str, clients: int, results: int) -> dict[str, float]:
    """Let the clients write, then read."""
    open_store(url, environment=os.environ).close()
    context = multiprocessing.get_context("fork")  # one import for all
    barrier, answers = context.Barrier(clients), context.Queue()
    arguments = (url, results, barrier, answers)
    processes = [
        context.Process(target=_client, args=(number, *arguments)) for number in range(clients)
    ]
    for process in processes:
        process.start()
    found = [answers.get() for _ in processes]
    for process in processes:
        process.join()
    done = clients * results
    rates = {
        phase: done / (max(end[phase] for _, end, _ in found) - min(b[phase] for b, _, _ in found))
        for phase in ("write", "read")
    }
    return rates | {"failures": sum(failures for _, _, failures in found)}


def _client(number: int, url: str, results: int, barrier: Barrier, answers: Any) -> None:
    coordinates = np.random.default_rng(number).normal(size=(ATOMS, 3))
    geometry = Geometry(
        symbols=("H",) * ATOMS, coordinates=coordinates, charge=0, multiplicity=1, origin="random"
    )
    keys = [hashlib.sha256(f"{number} {n}".encode()).hexdigest() for n in range(results)]
    began, ended, failures = {}, {}, 0
    with open_store(url, environment=os.environ) as store:
        phases: dict[str, Callable[[str], object]] = {
            "write": lambda key: store.keep(key, "geometry", geometry, seconds=1.0, versions={}),
            "read": lambda key: store.recall(key, Geometry),
        }
        for phase, call in phases.items():
            barrier.wait()
            began[phase] = time.monotonic()  # one clock for all processes
            failures += sum(not _succeeds(call, key, phase) for key in keys)
            ended[phase] = time.monotonic()
    answers.put((began, ended, failures))


def _succeeds(call: Callable[[str], object], key: str, phase: str) -> bool:
    try:
        return call(key) is not None or phase == "write"
    except StoreError:
        return False


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))

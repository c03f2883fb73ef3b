"""The first VQE of a process: water, with everything imported but our engine.

NUMBA_CACHE_DIR=... python -m benchmarks.drivers.first_vqe
"""

from __future__ import annotations

import importlib
import json
import time

BEFORE = ("numba", "sympy", "cirq", "scipy.optimize", "benchmarks.drivers.references")
ENGINE = ("molpipe.quantum.vqe", "molpipe.quantum.backends.sector")
"""Importing these compiles the kernels, or loads them from numba's cache."""


def main() -> None:
    """Time the imports, the engine with its kernels and the first VQE one after the other."""
    imports = sum(_import_seconds(module) for module in BEFORE)
    engine = sum(_import_seconds(module) for module in ENGINE)
    print(json.dumps({"imports": imports, "engine": engine, "vqe": _first_vqe()}))


def _import_seconds(module: str) -> float:
    began = time.perf_counter()
    importlib.import_module(module)
    return time.perf_counter() - began


def _first_vqe() -> float:
    from benchmarks.drivers.references import settings_for, solved  # noqa: PLC0415
    from benchmarks.molecules import MOLECULES  # noqa: PLC0415
    from molpipe.quantum.vqe import minimise  # noqa: PLC0415

    settings = settings_for(MOLECULES["H2O"])
    problem, references = solved(MOLECULES["H2O"], settings)
    began = time.perf_counter()
    minimise(problem, references, settings)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()

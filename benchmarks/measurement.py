"""One timed VQE: what a driver records and what follows from it. Standard library only."""

from __future__ import annotations

import gc
import importlib.metadata
import json
import os
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

CLOSE = 1e-6
"""Within so much [Ha] of its own optimum a run counts as done."""

STATUS, PEAK_RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


@dataclass(frozen=True)
class Evaluation:
    """One energy and gradient: energy [Ha], when it ended [s], how long it took [s].

    ``ended`` and ``took`` are seconds of the processor, ``ended_wall`` of the wall clock.
    """

    energy: float
    ended: float
    took: float
    ended_wall: float


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """One VQE in one fresh process; energies [Ha], times [s].

    ``exact`` and ``contraction`` (one application of the Hamiltonian by PySCF's
    ``direct_spin1.contract_2e``) are measured in molpipe's process only.
    """

    tool: str
    molecule: str
    n_qubits: int
    n_parameters: int
    scf_energy: float
    evaluations: tuple[Evaluation, ...]
    peak_mb: float
    versions: dict[str, str]
    exact: float | None = None
    contraction: float | None = None

    @property
    def optimum(self) -> float:
        """The lowest energy [Ha] of this run."""
        return min(e.energy for e in self.evaluations)

    @property
    def n_to_optimum(self) -> int:
        """Evaluations until the energy is close to the optimum."""
        bound = self.optimum + CLOSE
        return next(k for k, e in enumerate(self.evaluations, 1) if e.energy <= bound)

    @property
    def seconds(self) -> float:
        """Processor time [s] until then."""
        return self.evaluations[self.n_to_optimum - 1].ended

    @property
    def wall_seconds(self) -> float:
        """Wall time [s] until then."""
        return self.evaluations[self.n_to_optimum - 1].ended_wall

    @property
    def set_up(self) -> float:
        """Processor time [s] before the first evaluation."""
        return self.evaluations[0].ended - self.evaluations[0].took

    @property
    def per_evaluation(self) -> float:
        """Median processor time [s] of an energy and gradient; the first may build tables."""
        return median(e.took for e in self.evaluations[1:] or self.evaluations)

    def to_json(self) -> str:
        """One line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> Measurement:
        """From the object that :meth:`to_json` wrote."""
        evaluations = tuple(Evaluation(**e) for e in fields.pop("evaluations"))
        return cls(evaluations=evaluations, **fields)


class Stopwatch:
    """Processor and wall time since it was made, and the evaluations within.

    Python's garbage collector runs as it does for a user. With ``BENCH_FREEZE_HEAP`` in the
    environment, what the imports left behind is put out of its sight: going through it takes
    0.1 to 0.2 s with some tools, at a moment that nobody chooses.
    """

    def __init__(self) -> None:
        self.evaluations: list[Evaluation] = []
        gc.collect()
        if "BENCH_FREEZE_HEAP" in os.environ:
            gc.freeze()
        reset_peak()
        self._start, self._wall = time.process_time(), time.perf_counter()

    def timed(self, objective: Callable[[Any], tuple[Any, Any]]) -> Callable[[Any], Any]:
        """``objective`` (parameters to energy and gradient), recorded at every call."""

        def recorded(parameters: Any) -> tuple[Any, Any]:
            began = time.process_time()
            energy, gradient = objective(parameters)
            now, wall = time.process_time(), time.perf_counter()
            self.evaluations.append(
                Evaluation(float(energy), now - self._start, now - began, wall - self._wall)
            )
            return energy, gradient

        return recorded

    @contextmanager
    def stopped(self, owner: type, method: str) -> Iterator[None]:
        """Stand still inside ``owner.method``: work that every tool counts elsewhere."""
        original = getattr(owner, method)

        def unclocked(*args: Any, **options: Any) -> Any:
            began, wall = time.process_time(), time.perf_counter()
            try:
                return original(*args, **options)
            finally:
                self._start += time.process_time() - began
                self._wall += time.perf_counter() - wall

        with patch.object(owner, method, unclocked):
            yield


def reset_peak() -> None:
    """Forget the peak memory so far, where the system can (Linux)."""
    if PEAK_RESET.exists():
        PEAK_RESET.write_text("5")


def peak_mb() -> float:
    """Peak resident memory [MB] since :func:`reset_peak`."""
    if STATUS.exists():
        for line in STATUS.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def versions(packages: Sequence[str]) -> dict[str, str]:
    """Installed versions."""
    return {package: importlib.metadata.version(package) for package in packages}

"""L-BFGS on preconditioned parameters, with every way it can end told apart."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from molpipe.model.results import TracePoint, VQEStatus
from molpipe.quantum.sector.strings import FloatArray

Objective = Callable[[FloatArray], tuple[float, FloatArray]]

HISTORY = 30
"""Correction pairs that L-BFGS keeps."""


@dataclass(frozen=True, eq=False)
class Minimum:
    """Where the optimiser stopped: energy [Ha], gradient by unscaled parameter [Ha]."""

    status: VQEStatus
    energy: float
    parameters: FloatArray
    gradient: FloatArray
    trace: tuple[TracePoint, ...]


class _OutOfTime(Exception):
    pass


def lbfgs(
    objective: Objective,
    start: FloatArray,
    *,
    scale: FloatArray,
    tolerance: float,
    max_iterations: int,
    seconds: float,
) -> Minimum:
    """Minimise ``objective`` from ``start`` in the variables parameter / ``scale``.

    Args:
        objective: parameters (n,) to (energy [Ha], gradient (n,)).
        start: start parameters (n,).
        scale: preconditioner (n,), positive.
        tolerance: converged when no component of the scaled gradient exceeds it [Ha].
        max_iterations: bound on L-BFGS iterations.
        seconds: no evaluation starts later than this.

    Returns:
        The best point seen, with its status: a search that ends early is a result.
    """
    log = _Log(objective, deadline=time.monotonic() + seconds)
    if start.size == 0:
        log(start)
        return log.minimum("converged")
    steepness = float(np.linalg.norm(log(start)[1] * scale)) or 1.0
    unit = scale * steepness  # scipy's first step has length one, ours should be the gradient

    def from_start(steps: FloatArray) -> tuple[float, FloatArray]:
        energy, gradient = log(start + steps * unit)
        return energy / steepness**2, gradient * unit / steepness**2

    options = {"gtol": tolerance / steepness, "ftol": 0.0, "maxiter": max_iterations}
    try:
        end = minimize(
            from_start,
            np.zeros_like(start),
            jac=True,
            method="L-BFGS-B",
            options={**options, "maxcor": HISTORY, "maxfun": 10**6},
        )
    except _OutOfTime:
        return log.minimum("time-limit")
    if np.max(np.abs(log.best_gradient * scale)) <= tolerance:
        return log.minimum("converged")
    return log.minimum("iteration-limit" if end.nit >= max_iterations else "stalled")


class _Log:
    """The objective, which remembers its last and its best point and its trace."""

    def __init__(self, objective: Objective, deadline: float) -> None:
        self._objective, self._deadline = objective, deadline
        self._best: tuple[float, FloatArray, FloatArray] | None = None
        self._last: tuple[FloatArray, float, FloatArray] | None = None
        self._trace: list[TracePoint] = []

    def __call__(self, parameters: FloatArray) -> tuple[float, FloatArray]:
        if self._last is not None and np.array_equal(self._last[0], parameters):
            return self._last[1:]
        if self._best is not None and time.monotonic() > self._deadline:
            raise _OutOfTime
        energy, gradient = self._objective(parameters)
        if self._best is None or energy <= self._best[0]:
            self._best = (energy, parameters, gradient)
        norm = float(np.linalg.norm(gradient))
        self._trace.append(
            TracePoint(evaluation=len(self._trace) + 1, energy=energy, gradient_norm=norm)
        )
        self._last = (parameters.copy(), energy, gradient)
        return energy, gradient

    @property
    def best_gradient(self) -> FloatArray:
        assert self._best is not None
        return self._best[2]

    def minimum(self, status: VQEStatus) -> Minimum:
        assert self._best is not None
        return Minimum(status, *self._best, tuple(self._trace))

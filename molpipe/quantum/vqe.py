"""The variational quantum eigensolver: ansatz, backend and optimiser put together."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from molpipe.errors import InvariantError
from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.results import ReferenceEnergies, VQEResult
from molpipe.model.settings import Settings
from molpipe.quantum.ansatz import Ansatz, build_ansatz
from molpipe.quantum.ansatz.ansatz import Growth
from molpipe.quantum.backends import Backend, backend_builder
from molpipe.quantum.optimizer import Minimum, lbfgs

VARIATIONAL_TOLERANCE = {"sector": 1e-8, "cirq": 1e-8, "qsim": 1e-5}
"""How far below the exact minimum [Ha] a backend's energy may fall: its arithmetic."""


def minimise(
    problem: ActiveSpaceProblem,
    references: ReferenceEnergies,
    settings: Settings,
    *,
    seconds: float = float("inf"),
) -> VQEResult:
    """Minimise the energy of the ansatz circuit, for at most ``seconds`` [s].

    Not converging is a status of the result, not an error.

    Raises:
        InvariantError: the energy lies below the exact minimum of its Hamiltonian.
    """
    build_backend = backend_builder(settings.backend)
    began = time.perf_counter()
    ansatz = build_ansatz(problem, references, settings, seconds=seconds)
    backend = build_backend(problem, ansatz, settings)
    minimum = lbfgs(
        backend.energy_and_gradient,
        ansatz.start,
        scale=ansatz.scale,
        tolerance=settings.gradient_tolerance,
        max_iterations=settings.max_iterations,
        seconds=seconds - (time.perf_counter() - began),
    )
    took = time.perf_counter() - began
    _check_bound(minimum.energy, references.sector_minimum, backend.name)
    return _result(ansatz, backend, _after(ansatz.growth, minimum), settings, took)


def _after(growth: Growth | None, minimum: Minimum) -> Minimum:
    """The optimisation with the growth of its circuit before it: one trace, one status."""
    if growth is None:
        return minimum
    spent = growth.trace[-1].evaluation
    later = (replace(point, evaluation=spent + point.evaluation) for point in minimum.trace)
    status = minimum.status if growth.status == "converged" else growth.status
    return replace(minimum, status=status, trace=(*growth.trace, *later))


def _result(
    ansatz: Ansatz, backend: Backend, minimum: Minimum, settings: Settings, seconds: float
) -> VQEResult:
    two_qubit_gates, depth = ansatz.circuit_size()
    return VQEResult(
        status=minimum.status,
        energy=minimum.energy,
        s2=backend.s2(minimum.parameters),
        ansatz=ansatz.name,
        mapping=settings.mapping,
        backend=backend.name,
        optimizer=settings.optimizer,
        start=ansatz.start_name,
        start_energy=minimum.trace[0].energy,
        parameters=minimum.parameters,
        gradient_norm=float(np.linalg.norm(minimum.gradient)),
        n_evaluations=minimum.trace[-1].evaluation,
        shots=None,
        stderr=None,
        seed=settings.seed,
        two_qubit_gates=two_qubit_gates,
        depth=depth,
        trace=minimum.trace,
        seconds=seconds,
    )


def _check_bound(energy: float, sector_minimum: float | None, backend: str) -> None:
    if sector_minimum is None or energy >= sector_minimum - VARIATIONAL_TOLERANCE[backend]:
        return
    raise InvariantError(
        f"VQE energy {energy:.10f} Ha lies below the exact minimum {sector_minimum:.10f} Ha",
        stage="vqe",
    )

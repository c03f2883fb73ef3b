"""The variational quantum eigensolver: ansatz, backend and optimiser put together."""

from __future__ import annotations

import time
from dataclasses import replace

import cirq
import numpy as np

from molpipe.errors import InvariantError
from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.results import ReferenceEnergies, TracePoint, VQEResult
from molpipe.model.settings import Settings
from molpipe.quantum.ansatz import build_ansatz
from molpipe.quantum.ansatz.ansatz import Growth
from molpipe.quantum.ansatz.variational import VariationalCircuit
from molpipe.quantum.backends import Backend, backend_builder
from molpipe.quantum.estimate import require_resources
from molpipe.quantum.optimizer import Minimum, lbfgs
from molpipe.quantum.sector.strings import FloatArray

PERTURBATION = 0.1
"""Standard deviation of what a restart adds to each parameter."""

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
        UnsupportedMolecule: it would not fit into the limits.
        InvariantError: the energy lies below the exact minimum of its Hamiltonian.
    """
    build_backend = backend_builder(settings.backend)
    began = time.perf_counter()
    require_resources(problem, settings)
    ansatz = build_ansatz(problem, references, settings, seconds=seconds)
    backend = build_backend(problem, ansatz, settings)
    minimum = _search(ansatz, backend, settings, deadline=began + seconds)
    took = time.perf_counter() - began
    _check_bound(minimum.energy, references.sector_minimum, backend.name)
    return _result(ansatz, backend, _after(ansatz.growth, minimum), settings, took)


def _search(
    ansatz: VariationalCircuit, backend: Backend, settings: Settings, *, deadline: float
) -> Minimum:
    """Optimise from the start, then ``settings.restarts`` times from the best so far, perturbed."""

    def optimise(start: FloatArray) -> Minimum:
        return lbfgs(
            backend.energy_and_gradient,
            start,
            scale=ansatz.scale,
            tolerance=settings.gradient_tolerance,
            max_iterations=settings.max_iterations,
            seconds=deadline - time.perf_counter(),
        )

    best, random = optimise(ansatz.start), np.random.default_rng(settings.seed)
    for _ in range(settings.restarts):
        perturbed = best.parameters + PERTURBATION * random.normal(size=best.parameters.size)
        again = optimise(perturbed)
        lower = again if again.energy < best.energy else best
        best = replace(lower, trace=_joined(best.trace, again.trace))
    return best


def _joined(
    before: tuple[TracePoint, ...], after: tuple[TracePoint, ...]
) -> tuple[TracePoint, ...]:
    """One trace of two, its evaluations numbered on."""
    spent = before[-1].evaluation
    return before + tuple(replace(p, evaluation=spent + p.evaluation) for p in after)


def _after(growth: Growth | None, minimum: Minimum) -> Minimum:
    """The optimisation with the growth of its circuit before it: one trace, one status."""
    if growth is None:
        return minimum
    status = minimum.status if growth.status == "converged" else growth.status
    return replace(minimum, status=status, trace=_joined(growth.trace, minimum.trace))


def _result(
    ansatz: VariationalCircuit,
    backend: Backend,
    minimum: Minimum,
    settings: Settings,
    seconds: float,
) -> VQEResult:
    two_qubit_gates, depth = _circuit_size(ansatz, settings.mapping)
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
        electron_deviation=backend.electron_deviation(minimum.parameters),
    )


def _circuit_size(ansatz: VariationalCircuit, mapping: str) -> tuple[int, int]:
    """Two-qubit gates and depth, with the CNOTs that lead to another mapping at the end."""
    two_qubit_gates, depth = ansatz.circuit_size()
    if not ansatz.fermionic or mapping == "jordan-wigner":
        return two_qubit_gates, depth
    from molpipe.quantum.mapping import encoding_operations  # noqa: PLC0415  (OpenFermion)

    encoding = cirq.Circuit(encoding_operations(mapping, ansatz.n_orbitals))
    return two_qubit_gates + len(list(encoding.all_operations())), depth + len(encoding)


def _check_bound(energy: float, sector_minimum: float | None, backend: str) -> None:
    if sector_minimum is None or energy >= sector_minimum - VARIATIONAL_TOLERANCE[backend]:
        return
    raise InvariantError(
        f"VQE energy {energy:.10f} Ha lies below the exact minimum {sector_minimum:.10f} Ha",
        stage="vqe",
    )

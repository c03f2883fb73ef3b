"""The variational quantum eigensolver: ansatz, backend and optimiser put together."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace

import cirq
import numpy as np

from molpipe.errors import InvariantError
from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.results import ReferenceEnergies, TracePoint, VQEResult
from molpipe.model.series import SeriesPoint
from molpipe.model.settings import Settings
from molpipe.quantum.ansatz import Ansatz, build_ansatz
from molpipe.quantum.ansatz.ansatz import Growth
from molpipe.quantum.ansatz.continuation import continued
from molpipe.quantum.ansatz.variational import VariationalCircuit
from molpipe.quantum.backends import Backend, backend_builder
from molpipe.quantum.curvature import ReferenceCurvature
from molpipe.quantum.estimate import require_resources
from molpipe.quantum.optimizer import Minimum, lbfgs
from molpipe.quantum.sector.strings import FloatArray

SAME_ENERGY = 1e-9
"""Ends of two optimisations that are no further apart [Ha] are the same minimum."""

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
    neighbour: SeriesPoint | None = None,
) -> VQEResult:
    """Minimise the energy of the ansatz circuit, for at most ``seconds`` [s].

    Not converging is a status of the result, not an error. With a ``neighbour``, the space of
    whose problem this one follows, its optimum is tried as a start as well, and the lower end
    is kept.

    Raises:
        UnsupportedMolecule: it would not fit into the limits.
        InvariantError: the energy lies below the exact minimum of its Hamiltonian.
    """
    build_backend = backend_builder(settings.backend)
    began = time.perf_counter()
    require_resources(problem, settings)
    ansatz = build_ansatz(problem, references, settings, seconds=seconds)
    backend = build_backend(problem, ansatz, settings)
    starts = {
        ansatz.start_name: ansatz.start,
        **_carried_over(problem, ansatz, neighbour, settings),
    }
    curvature = _curvature(problem, references, ansatz)
    start, minimum = _search(starts, ansatz, backend, settings, curvature, deadline=began + seconds)
    took = time.perf_counter() - began
    _check_bound(minimum.energy, references.sector_minimum, backend.name)
    return _result(ansatz, backend, _after(ansatz.growth, minimum), settings, start, took)


def _curvature(
    problem: ActiveSpaceProblem, references: ReferenceEnergies, ansatz: VariationalCircuit
) -> ReferenceCurvature | None:
    """What is known of the Hessian of a row of excitations."""
    if not isinstance(ansatz, Ansatz):
        return None
    active = references.active
    correlated = active.ccsd.good or active.mp2.good or problem.hf_energy
    return ReferenceCurvature(problem, ansatz, correlation=problem.hf_energy - correlated)


def _carried_over(
    problem: ActiveSpaceProblem,
    ansatz: VariationalCircuit,
    neighbour: SeriesPoint | None,
    settings: Settings,
) -> dict[str, FloatArray]:
    """The neighbour's optimum as a start, where the circuit is a fixed row of excitations."""
    overlap = problem.neighbour_overlap
    if neighbour is None or overlap is None or settings.ansatz == "adapt":
        return {}
    other = build_ansatz(neighbour.problem, neighbour.references, settings)
    if not (isinstance(ansatz, Ansatz) and isinstance(other, Ansatz)):
        return {}
    return {"neighbour": continued(ansatz, other, neighbour.vqe.parameters, overlap)}


def _search(
    starts: Mapping[str, FloatArray],
    ansatz: VariationalCircuit,
    backend: Backend,
    settings: Settings,
    curvature: ReferenceCurvature | None,
    *,
    deadline: float,
) -> tuple[str, Minimum]:
    """Optimise from every start, then ``settings.restarts`` times from the best so far,
    perturbed. The start that the best end goes back to, and that end, with one trace of all.
    """

    def optimise(start: FloatArray) -> Minimum:
        return lbfgs(
            backend.energy_and_gradient,
            start,
            scale=ansatz.scale,
            tolerance=settings.gradient_tolerance,
            max_iterations=settings.max_iterations,
            seconds=deadline - time.perf_counter(),
            precondition=curvature,
        )

    (name, first), *others = starts.items()
    best, random = optimise(first), np.random.default_rng(settings.seed)
    for other, start in others:
        again = optimise(start)
        if again.energy < best.energy - SAME_ENERGY:
            name = other
        best = _lower(best, again)
    began_at = best.start_energy
    for _ in range(settings.restarts):
        perturbed = best.parameters + PERTURBATION * random.normal(size=best.parameters.size)
        best = _lower(best, optimise(perturbed))
    return name, replace(best, start_energy=began_at)


def _lower(best: Minimum, again: Minimum) -> Minimum:
    """The lower of two ends, with both traces; the first one unless the other is really lower."""
    lower = again if again.energy < best.energy - SAME_ENERGY else best
    return replace(lower, trace=_joined(best.trace, again.trace))


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
    return replace(
        minimum,
        status=status,
        start_energy=growth.trace[0].energy,
        trace=_joined(growth.trace, minimum.trace),
    )


def _result(
    ansatz: VariationalCircuit,
    backend: Backend,
    minimum: Minimum,
    settings: Settings,
    start: str,
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
        start=start,
        start_energy=minimum.start_energy,
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

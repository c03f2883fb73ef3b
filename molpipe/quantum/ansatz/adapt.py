"""ADAPT-VQE: a circuit that grows, operator by operator, where the energy falls most steeply.

Grimsley, Economou, Barnes and Mayhall, 10.1038/s41467-019-10988-2. The pool holds the single
and double excitations of the reference, each with its spin-flipped partner in a closed shell.
In each round the operator with the largest gradient is appended, to act last, and all
parameters are optimised again. An operator that symmetry forbids has no gradient and is never
chosen. Growing is the optimisation itself: it runs on the sector engine whatever the backend
is, and the backend confirms its end.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.results import ReferenceEnergies, TracePoint, VQEStatus
from molpipe.model.settings import Settings
from molpipe.quantum.ansatz.ansatz import Ansatz, Growth
from molpipe.quantum.ansatz.factors import ALL, Factor, excited, product, tied
from molpipe.quantum.backends.sector import SectorBackend
from molpipe.quantum.curvature import ReferenceCurvature
from molpipe.quantum.optimizer import Minimum, lbfgs
from molpipe.quantum.sector.strings import FloatArray

TIE_DECIMALS = 9
"""Gradients [Ha] that agree to this many decimals are equal: the first of the pool is taken."""


def adapt(
    problem: ActiveSpaceProblem,
    references: ReferenceEnergies,
    settings: Settings,
    *,
    seconds: float = float("inf"),
) -> Ansatz:
    """Grow the circuit until the gradient of its pool is below ``settings.adapt_gradient``.

    It also ends after ``settings.adapt_operators`` operators, or when ``seconds`` [s] are over;
    ``growth`` of the ansatz says which, and ``start`` are the optimised parameters. Growing
    starts from Hartree-Fock, whatever ``settings.start`` is.
    """
    deadline = time.monotonic() + seconds
    pool = tied(problem, excited(problem, references.mp2_amplitudes, ALL))
    grown = product("adapt", problem, [], start=[], start_name="zero")
    factors: list[Factor] = []
    trace: list[TracePoint] = []
    while True:
        minimum = _optimise(problem, grown, settings, deadline - time.monotonic())
        gradient = pool_gradient(problem, factors, minimum.parameters, pool)
        trace.append(_point(trace, minimum, gradient))
        status = _status(trace, settings, deadline)
        if status is not None:
            growth = Growth(status=status, trace=tuple(trace))
            return replace(grown, start=minimum.parameters, growth=growth)
        factors.append(pool[int(np.argmax(np.round(np.abs(gradient), TIE_DECIMALS)))])
        start = np.append(minimum.parameters, 0.0)
        grown = product("adapt", problem, factors, start=start, start_name="zero")


def pool_gradient(
    problem: ActiveSpaceProblem,
    factors: Sequence[Factor],
    parameters: FloatArray,
    pool: Sequence[Factor],
) -> FloatArray:
    """Derivatives [Ha] of the energy by the angle of each pool operator, were it appended.

    At angle zero the others of the pool do nothing, so that one adjoint sweep over the circuit
    with the whole pool behind it gives all of them, for one application of the Hamiltonian.
    """
    angles = np.concatenate([parameters, np.zeros(len(pool))])
    everything = product("adapt", problem, [*factors, *pool], start=angles, start_name="zero")
    _, gradient = SectorBackend(problem, everything).energy_and_gradient(angles)
    return gradient[parameters.size :]


def _optimise(
    problem: ActiveSpaceProblem, ansatz: Ansatz, settings: Settings, seconds: float
) -> Minimum:
    return lbfgs(
        SectorBackend(problem, ansatz).energy_and_gradient,
        ansatz.start,
        scale=ansatz.scale,
        tolerance=settings.gradient_tolerance,
        max_iterations=settings.max_iterations,
        seconds=seconds,
        precondition=ReferenceCurvature(problem, ansatz),
    )


def _point(trace: Sequence[TracePoint], minimum: Minimum, gradient: FloatArray) -> TracePoint:
    """One round of the growth: the gradient of the pool is one more evaluation."""
    before = trace[-1].evaluation if trace else 0
    return TracePoint(
        evaluation=before + len(minimum.trace) + 1,
        energy=minimum.energy,
        gradient_norm=float(np.linalg.norm(gradient)),
    )


def _status(trace: Sequence[TracePoint], settings: Settings, deadline: float) -> VQEStatus | None:
    """How the growth ends after these rounds, the first one without operator; None: it goes on."""
    if trace[-1].gradient_norm < settings.adapt_gradient:
        return "converged"
    if time.monotonic() >= deadline:
        return "time-limit"
    return "iteration-limit" if len(trace) > settings.adapt_operators else None

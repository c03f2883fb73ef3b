"""By how much a number may change although nothing did: the tolerance of a comparison."""

from __future__ import annotations

from typing import Final

from molpipe.model.document import Row, VQEBlock
from molpipe.units import mha

CONVERGED: Final = 1e-6
"""A converged classical energy [Ha]: other threads, machines and library versions keep it."""

SINGLE_PRECISION: Final = 1e-5
"""What an optimiser makes of single-precision energies [Ha], as those of qsim."""

SOFTEST: Final = 1e-3
"""Curvature [Ha] of the softest direction of a circuit that is counted with: a gradient g leaves
the energy up to g^2 / (2 SOFTEST) above its minimum. Flat directions of UCCSD begin at 1e-2."""

_SIGMAS: Final = 3.0

_VQE: Final = ("vqe", "vqe_nevpt2")


def tolerance_of(method: str, before: Row, after: Row) -> float:
    """The tolerance [mHa] of an energy in two rows.

    A classical energy has its convergence, 0.001 mHa; a VQE also has what the optimisers of both
    rows left: nothing to speak of where they converged, more where they stopped early.
    """
    uncertainty = CONVERGED
    if method in _VQE:
        uncertainty += sum(left_over(row.vqe) for row in (before, after) if row.vqe)
    return mha(uncertainty)


def left_over(vqe: VQEBlock) -> float:
    """How far [Ha] a VQE energy may be from the minimum that its optimiser went for."""
    left = vqe.gradient_norm**2 / (2 * SOFTEST)
    if vqe.status != "converged" and len(vqe.trace) > 1:
        left = max(left, abs(vqe.trace[-2].energy - vqe.trace[-1].energy))
    if vqe.backend == "qsim":
        left += SINGLE_PRECISION
    return left + _SIGMAS * (vqe.stderr or 0.0)

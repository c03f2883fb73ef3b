"""The state at the end of a VQE, built again from its stored parameters."""

from __future__ import annotations

from typing import Final

from molpipe.errors import CalculationError
from molpipe.model.corrections import StateArray
from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.results import EnergyValue, ReferenceEnergies, VQEResult
from molpipe.model.settings import Settings
from molpipe.quantum.ansatz import build_ansatz
from molpipe.quantum.backends.sector import sector_backend

NOISELESS: Final = ("sector", "cirq", "qsim")
"""Backends whose circuit ends in one pure state, which the sector engine holds too."""

TOLERANCE: Final = 1e-5
"""How far the energy of the state [Ha] may be from the stored one: qsim's single precision."""


def final_state(
    problem: ActiveSpaceProblem,
    references: ReferenceEnergies,
    result: VQEResult,
    settings: Settings,
) -> StateArray | EnergyValue:
    """The normalised state (alpha strings, beta strings), or why there is none.

    Its order and signs are those of PySCF's FCI vectors.

    Raises:
        CalculationError: the circuit, built again, is not the one of the result.
    """
    if result.status == "time-limit":
        return _none("the VQE ran out of time")
    if result.backend not in NOISELESS or result.shots is not None:
        return _none(f"backend {result.backend} gives no state")
    ansatz = build_ansatz(problem, references, settings)
    if not ansatz.fermionic:
        return _none(f"the {ansatz.name} circuit leaves the particle-number sector")
    if ansatz.start.size != result.n_parameters:
        raise CalculationError(
            f"the {ansatz.name} circuit has {ansatz.start.size} parameters, "
            f"the stored result {result.n_parameters}",
            hint="compute the row again with --force",
        )
    backend = sector_backend(problem, ansatz, settings)
    error = abs(backend.energy(result.parameters) - result.energy)
    if not error < TOLERANCE:
        raise CalculationError(
            f"the state built again is {error:.1e} Ha off the stored VQE energy",
            hint="compute the row again with --force",
        )
    return backend.state(result.parameters)


def _none(reason: str) -> EnergyValue:
    return EnergyValue.missing("not-applicable", reason)

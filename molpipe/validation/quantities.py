"""What can be compared, by the names that the reference files use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from molpipe import stages
from molpipe.errors import CalculationError
from molpipe.model.molecule import Geometry
from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.results import EnergyValue, ReferenceEnergies, VQEResult
from molpipe.model.settings import Settings

Values = tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """One quantity of one molecule [Ha], or why it is missing.

    There is one value, but for quantities that have one in each round of a growing circuit.
    """

    values: Values = ()
    missing: str = ""


def measure(
    geometry: Geometry, settings: Settings, quantities: tuple[str, ...]
) -> tuple[Measurement, ...]:
    """Compute ``quantities`` (keys of :data:`CLASSICAL` and :data:`QUANTUM`) afresh.

    The stages are those of every row of a batch; the VQE runs only where it is asked for.

    Raises:
        MolpipeError: whatever a stage raises.
    """
    problem = stages.build_problem(geometry, settings)
    references = stages.reference_energies(problem, settings)
    measured = {
        name: _read(CLASSICAL[name], problem, references)
        for name in quantities
        if name in CLASSICAL
    }
    if len(measured) < len(quantities):
        vqe = stages.minimise(problem, references, settings)
        measured |= {name: _read(QUANTUM[name], vqe) for name in quantities if name in QUANTUM}
    return tuple(measured[name] for name in quantities)


def _read(quantity: Callable[..., float | Values], *found: object) -> Measurement:
    try:
        value = quantity(*found)
    except CalculationError as reason:
        return Measurement(missing=reason.message)
    return Measurement(values=value if isinstance(value, tuple) else (value,))


def _converged(energy: EnergyValue) -> float:
    if energy.good is None:
        raise CalculationError(f"{energy.status}: {energy.reason}")
    return energy.good


def _first_solution(problem: ActiveSpaceProblem) -> float:
    """The Hartree-Fock energy [Ha] that was found first, where an unstable one was left behind."""
    field = problem.mean_field
    return field.energy if field.followed_from is None else field.followed_from


def _minimum(vqe: VQEResult) -> float:
    if vqe.status != "converged":
        raise CalculationError(f"the VQE ended with {vqe.status}")
    return vqe.energy


CLASSICAL: Final[
    Mapping[str, Callable[[ActiveSpaceProblem, ReferenceEnergies], float | Values]]
] = {
    "HF": lambda problem, _: problem.mean_field.energy,
    "first HF solution": lambda problem, _: _first_solution(problem),
    "CCSD": lambda _, references: _converged(references.active.ccsd),
    "CCSD(T)": lambda _, references: _converged(references.active.ccsd_t),
    "CASCI": lambda _, references: _converged(references.active.casci),
    "full CCSD": lambda _, references: _converged(references.full.ccsd),
    "full CCSD(T)": lambda _, references: _converged(references.full.ccsd_t),
}
"""Energies [Ha] in the active space, and outside it (``full``)."""

QUANTUM: Final[Mapping[str, Callable[[VQEResult], float | Values]]] = {
    "VQE": _minimum,
    "circuit start": lambda vqe: vqe.start_energy,
    "ADAPT energy": lambda vqe: tuple(point.energy for point in vqe.trace),
    "ADAPT gradient": lambda vqe: tuple(point.gradient_norm for point in vqe.trace),
}
"""Energies of circuits [Ha]: optimised, at the start parameters, and of each round of ADAPT from
the bare determinant on, with the norm of its pool's gradient [Ha]."""

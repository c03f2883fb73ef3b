"""The stages, each a plain function, and what it means to perform one.

They import their engines when they run, so that whoever only hands them on stays light.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol, TypeVar

from molpipe.analysis import memory
from molpipe.model.corrections import Baseline, SecondOrder
from molpipe.model.molecule import Geometry, MoleculeRecord
from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.results import EnergyValue, ReferenceEnergies, VQEResult
from molpipe.model.series import SeriesPoint
from molpipe.model.settings import LimitSettings, Settings
from molpipe.store.records import Staged

logger = logging.getLogger(__name__)

T = TypeVar("T")

COMPILED_SECONDS: Final = 10.0
"""Who loads the engines for longer has compiled them."""


class Perform(Protocol):
    """Performs one stage: recalls its value by ``key``, or computes it in at most ``seconds``."""

    def __call__(
        self,
        stage: str,
        key: str,
        kind: type[T],
        function: Callable[..., T],
        *arguments: Any,
        limits: LimitSettings,
        seconds: float,
    ) -> Staged[T]:
        """The value of the stage; raises what the stage raises."""


def load_engines() -> None:
    """Import what the stages compute with; numba compiles the simulator once per installation."""
    began = time.perf_counter()
    from molpipe.chem import conformer, problem, reference  # noqa: F401, PLC0415
    from molpipe.quantum import circuit_check, vqe  # noqa: F401, PLC0415

    seconds = time.perf_counter() - began
    if seconds > COMPILED_SECONDS:
        logger.info("the engines are loaded, and compiled for this installation: %.0f s", seconds)


ENGINES: Final = f"{__name__}:{load_engines.__name__}"
"""How a fork server is told to load them."""


def embed(molecule: MoleculeRecord, settings: Settings) -> Geometry:
    """Stage 1: a geometry [angstrom] for the molecule."""
    from molpipe.chem.conformer import embed  # noqa: PLC0415

    geometry = embed(molecule, settings)
    logger.info("geometry of %d atoms: %s", len(geometry.symbols), geometry.origin)
    return geometry


def build_problem(
    geometry: Geometry, settings: Settings, neighbour: ActiveSpaceProblem | None = None
) -> ActiveSpaceProblem:
    """Stage 2: mean field, active space, integrals [Ha]."""
    from molpipe.chem.problem import build_problem  # noqa: PLC0415

    problem = build_problem(geometry, settings, neighbour)
    field = problem.mean_field
    others = f", the lowest of {n} solutions" if (n := len(field.solutions)) > 1 else ""
    logger.info(
        "%s/%s: %.6f Ha with %d basis functions%s",
        field.kind.upper(),
        field.basis,
        field.energy,
        len(field.mo_coeff),
        others,
    )
    space, reason = problem.orbitals, problem.selection_reason
    logger.info("active space of %d qubits in %s orbitals: %s", problem.n_qubits, space, reason)
    return problem


def reference_energies(problem: ActiveSpaceProblem, settings: Settings) -> ReferenceEnergies:
    """Stage 3: the classical references of the problem [Ha]."""
    from molpipe.chem.reference import reference_energies  # noqa: PLC0415

    found = reference_energies(problem, settings)
    ccsd, casci = _in_words(found.active.ccsd), _in_words(found.active.casci)
    logger.info("in the active space: CCSD %s, CASCI %s", ccsd, casci)
    return found


def minimise(
    problem: ActiveSpaceProblem,
    references: ReferenceEnergies,
    settings: Settings,
    seconds: float = float("inf"),
    neighbour: SeriesPoint | None = None,
) -> VQEResult:
    """Stage 4: the VQE and, for small circuits, the check on stock Cirq."""
    from molpipe.quantum.circuit_check import check_circuit  # noqa: PLC0415
    from molpipe.quantum.vqe import minimise  # noqa: PLC0415

    if neighbour is not None:  # not the one whose space was followed, if that one's VQE failed
        from molpipe.chem.active_space.series import beside  # noqa: PLC0415

        problem = beside(problem, neighbour.problem)
    result = minimise(problem, references, settings, seconds=seconds, neighbour=neighbour)
    logger.info(
        "VQE with %s: %.6f Ha after %d evaluations, gradient %.1e Ha, %s",
        result.ansatz,
        result.energy,
        result.n_evaluations,
        result.gradient_norm,
        result.status,
    )
    return check_circuit(problem, references, result, settings)


def second_order(
    problem: ActiveSpaceProblem,
    references: ReferenceEnergies,
    vqe: VQEResult,
    settings: Settings,
) -> SecondOrder:
    """Beside the stages: NEVPT2 on CASCI and on the VQE state [Ha]."""
    from molpipe.chem.perturbation import second_order  # noqa: PLC0415
    from molpipe.quantum.final_state import final_state  # noqa: PLC0415

    return second_order(problem, final_state(problem, references, vqe, settings), settings)


def baseline_energy(geometry: Geometry, settings: Settings) -> Baseline:
    """Beside the stages: density-functional theory with dispersion [Ha]."""
    from molpipe.chem.baseline import baseline_energy  # noqa: PLC0415

    return baseline_energy(geometry, settings)


def perform_here(
    stage: str,
    key: str,
    kind: type[T],
    function: Callable[..., T],
    *arguments: Any,
    limits: LimitSettings,
    seconds: float,
) -> Staged[T]:
    """The plainest way to perform a stage: call it, in this process, without a store."""
    del stage, key, kind, limits, seconds
    return timed(function, *arguments)


def timed(function: Callable[..., T], *arguments: Any) -> Staged[T]:
    """Call a stage and take its time, where it runs: waiting for a process is no work."""
    began = time.perf_counter()
    value = function(*arguments)
    return Staged(value=value, seconds=time.perf_counter() - began, recalled=False)


def expected_gb(function: Callable[..., Any], arguments: Sequence[Any]) -> float:
    """Resident memory [GB] that a stage will probably need, see :mod:`molpipe.analysis.memory`."""
    estimate = _EXPECTED.get(function)
    return memory.LIBRARIES_GB if estimate is None else estimate(*arguments)


_EXPECTED: Final[Mapping[Callable[..., Any], Callable[..., float]]] = {
    embed: memory.of_geometry,
    build_problem: memory.of_problem,
    reference_energies: memory.of_references,
    minimise: memory.of_vqe,
    second_order: memory.of_second_order,
    baseline_energy: memory.of_baseline,
}


def _in_words(energy: EnergyValue) -> str:
    return energy.status if energy.value is None else f"{energy.value:.6f} Ha"

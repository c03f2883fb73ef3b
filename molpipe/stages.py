"""The stages, each a plain function, and what it means to perform one.

They import their engines when they run, so that whoever only hands them on stays light.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from molpipe.model.corrections import Baseline, SecondOrder
from molpipe.model.molecule import Geometry, MoleculeRecord
from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.results import ReferenceEnergies, VQEResult
from molpipe.model.series import SeriesPoint
from molpipe.model.settings import LimitSettings, Settings
from molpipe.store.records import Staged

T = TypeVar("T")


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


def embed(molecule: MoleculeRecord, settings: Settings) -> Geometry:
    """Stage 1: a geometry [angstrom] for the molecule."""
    from molpipe.chem.conformer import embed  # noqa: PLC0415

    return embed(molecule, settings)


def build_problem(
    geometry: Geometry, settings: Settings, neighbour: ActiveSpaceProblem | None = None
) -> ActiveSpaceProblem:
    """Stage 2: mean field, active space, integrals [Ha]."""
    from molpipe.chem.problem import build_problem  # noqa: PLC0415

    return build_problem(geometry, settings, neighbour)


def reference_energies(problem: ActiveSpaceProblem, settings: Settings) -> ReferenceEnergies:
    """Stage 3: the classical references of the problem [Ha]."""
    from molpipe.chem.reference import reference_energies  # noqa: PLC0415

    return reference_energies(problem, settings)


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

    result = minimise(problem, references, settings, seconds=seconds, neighbour=neighbour)
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

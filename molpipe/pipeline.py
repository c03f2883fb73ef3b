"""One molecule end to end, without Prefect.

:func:`run_row` is the only place that knows the order of the stages. How a stage is performed
(here and now, in a child process, in a Prefect task, recalled from the store) comes in as an
argument. The stages import their engines when they run, so that whoever only hands them on
stays light.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from molpipe.analysis.compare import judge
from molpipe.analysis.row import Findings, row_document
from molpipe.errors import Cancelled, InputError, MolpipeError, ResourceError
from molpipe.model import identity
from molpipe.model.document import Row, RowStatus
from molpipe.model.molecule import BatchRow, Failure, Geometry, MoleculeRecord
from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.results import ReferenceEnergies, VQEResult
from molpipe.model.settings import LimitSettings, Settings
from molpipe.store.records import Staged

T = TypeVar("T")

VQE_SHARE = 0.9
"""The part of the time left that the optimiser may use before it must stop by itself."""


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


def build_problem(geometry: Geometry, settings: Settings) -> ActiveSpaceProblem:
    """Stage 2: mean field, active space, integrals [Ha]."""
    from molpipe.chem.problem import build_problem  # noqa: PLC0415

    return build_problem(geometry, settings)


def reference_energies(problem: ActiveSpaceProblem, settings: Settings) -> ReferenceEnergies:
    """Stage 3: the classical references of the problem [Ha]."""
    from molpipe.chem.reference import reference_energies  # noqa: PLC0415

    return reference_energies(problem, settings)


def minimise(
    problem: ActiveSpaceProblem,
    references: ReferenceEnergies,
    settings: Settings,
    seconds: float = float("inf"),
) -> VQEResult:
    """Stage 4: the VQE and, for small circuits, the check on stock Cirq."""
    from molpipe.quantum.circuit_check import check_circuit  # noqa: PLC0415
    from molpipe.quantum.vqe import minimise  # noqa: PLC0415

    result = minimise(problem, references, settings, seconds=seconds)
    return check_circuit(problem, references, result, settings)


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


def run_row(
    row: BatchRow,
    settings: Settings,
    perform: Perform = perform_here,
) -> Row:
    """Answer one row of a batch, whatever happens to it.

    This is the border of the batch: an error of the tree becomes the failure of this row.
    """
    found = Findings(failure=row.failure, status="ok" if row.failure is None else "refused")
    try:
        settings = settings.with_overrides(row.overrides)
        if row.molecule is not None:
            _walk(row.molecule, found, _Stages(settings, perform))
    except MolpipeError as error:
        found.failure = Failure.of(error.at("settings"))
        found.status = _status(error, found)
    return row_document(row, settings, found)


class _Stages:
    """Performs the stages of one molecule within its time limit.

    What counts is the time that stages computed, not the time that they waited.
    """

    def __init__(self, settings: Settings, perform: Perform) -> None:
        self.settings = settings
        self.left = settings.limits.seconds
        self.reused = True
        self._perform = perform

    def __call__(
        self, stage: str, key: str, kind: type[T], function: Callable[..., T], *arguments: Any
    ) -> Staged[T]:
        try:
            if self.left <= 0:
                limit = f"the limit of {self.settings.limits.seconds:g} s was used up"
                raise ResourceError(limit, hint="raise limits.seconds", code="TIME_LIMIT")
            staged = self._perform(
                stage,
                key,
                kind,
                function,
                *arguments,
                limits=self.settings.limits,
                seconds=self.left,
            )
        except MolpipeError as error:
            raise error.at(stage) from error.__cause__
        if not staged.recalled:
            self.reused = False
            self.left -= staged.seconds
        return staged


def _walk(molecule: MoleculeRecord, found: Findings, perform: _Stages) -> None:
    """The stages in their order; ``found`` is filled in as they finish."""
    settings = perform.settings
    key = identity.geometry_key(molecule, settings)
    geometry = perform("geometry", key, Geometry, embed, molecule, settings)
    found.geometry = geometry.value
    found.seconds.conformer = geometry.seconds

    key = identity.problem_key(geometry.value, settings)
    problem = perform("problem", key, ActiveSpaceProblem, build_problem, geometry.value, settings)
    found.problem = problem.value
    found.seconds.scf = problem.value.mean_field.seconds
    found.seconds.problem = max(problem.seconds - found.seconds.scf, 0.0)

    key = identity.reference_key(key, settings)
    references = perform(
        "reference", key, ReferenceEnergies, reference_energies, problem.value, settings
    )
    found.references = references.value
    found.seconds.reference = references.seconds

    key = identity.vqe_key(key, settings)
    budget = VQE_SHARE * perform.left
    vqe = perform(
        "vqe", key, VQEResult, minimise, problem.value, references.value, settings, budget
    )
    found.vqe = vqe.value
    found.seconds.vqe = vqe.value.seconds
    found.seconds.circuit_check = vqe.value.circuit_check_seconds
    found.comparison = judge(problem.value, references.value, vqe.value)
    found.key, found.reused = identity.result_key(key), perform.reused
    found.status = "partial" if vqe.value.status == "time-limit" else "ok"


def _status(error: MolpipeError, found: Findings) -> RowStatus:
    """What becomes of a row that an error ended."""
    if isinstance(error, InputError):
        return "refused"
    if isinstance(error, Cancelled):
        return "cancelled"
    if isinstance(error, ResourceError) and found.problem is not None:
        return "partial"
    return "failed"

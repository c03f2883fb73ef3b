"""One molecule end to end, without Prefect.

:func:`run_row` is the only place that knows the order of the stages. How a stage is performed
(here and now, in a child process, in a Prefect task, recalled from the store) comes in as an
argument.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

from molpipe.analysis.compare import judge
from molpipe.analysis.row import Findings, row_document
from molpipe.errors import (
    CalculationError,
    Cancelled,
    InputError,
    MolpipeError,
    ResourceError,
)
from molpipe.model import identity
from molpipe.model.corrections import Baseline, SecondOrder
from molpipe.model.document import Row, RowStatus
from molpipe.model.molecule import BatchRow, Failure, Geometry, MoleculeRecord
from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.results import EnergyValue, ReferenceEnergies, VQEResult
from molpipe.model.series import SeriesPoint
from molpipe.model.settings import Settings
from molpipe.stages import (
    Perform,
    baseline_energy,
    build_problem,
    embed,
    minimise,
    perform_here,
    reference_energies,
    second_order,
)
from molpipe.store.records import Staged

T = TypeVar("T")

VQE_SHARE = 0.9
"""The part of the time left that the optimiser may use before it must stop by itself."""


class Solved(NamedTuple):
    """A row whose stages all ended, and the keys of two of them."""

    point: SeriesPoint
    problem_key: str
    vqe_key: str


def run_row(row: BatchRow, settings: Settings, perform: Perform = perform_here) -> Row:
    """Answer one row of a batch, whatever happens to it.

    This is the border of the batch: an error of the tree becomes the failure of this row.
    """
    return _answer(row, settings, perform, None)[0]


def run_series(
    rows: Sequence[BatchRow], settings: Settings, perform: Callable[[BatchRow], Perform]
) -> Iterator[Row]:
    """Answer the rows of one series in the order of their coordinates.

    Each goes on from the one before it that was solved: it follows its active space, and its VQE
    tries the optimised angles as a start.
    """
    before: Solved | None = None
    for row in sorted(rows, key=lambda row: (row.coordinate is None, row.coordinate or 0.0)):
        answered, solved = _answer(row, settings, perform(row), before)
        before = solved or before
        yield answered


def units(rows: Sequence[BatchRow]) -> list[tuple[BatchRow, ...]]:
    """What can be answered independently: single rows, and series with the same settings."""
    found: dict[object, list[BatchRow]] = {}
    for row in rows:
        name = row.row if row.series is None else (row.series, *sorted(row.overrides.items()))
        found.setdefault(name, []).append(row)
    return [tuple(unit) for unit in found.values()]


def _answer(
    row: BatchRow, settings: Settings, perform: Perform, before: Solved | None
) -> tuple[Row, Solved | None]:
    found = Findings(failure=row.failure, status="ok" if row.failure is None else "refused")
    solved = None
    try:
        settings = settings.with_overrides(row.overrides)
        if row.molecule is not None:
            solved = _walk(row.molecule, found, _Stages(settings, perform), before)
    except MolpipeError as error:
        found.failure = Failure.of(error.at("settings"))
        found.status = _status(error, found)
    return row_document(row, settings, found), solved


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

    def beside(
        self, stage: str, key: str, kind: type[T], function: Callable[..., T], *arguments: Any
    ) -> Staged[T] | EnergyValue:
        """A stage that the row can do without: its failure is an energy that is missing."""
        try:
            return self(stage, key, kind, function, *arguments)
        except (InputError, CalculationError, ResourceError) as error:
            if error.code == "TIME_LIMIT":
                self.left = 0.0
            return EnergyValue.missing("failed", error.message)


def _walk(
    molecule: MoleculeRecord, found: Findings, perform: _Stages, before: Solved | None
) -> Solved | None:
    """The stages in their order; ``found`` is filled in as they finish."""
    settings = perform.settings
    key = identity.geometry_key(molecule, settings)
    geometry = perform("geometry", key, Geometry, embed, molecule, settings)
    found.geometry = geometry.value
    found.seconds.conformer = geometry.seconds

    if before is not None and not _same_molecule(geometry.value, before.point.problem.geometry):
        before = None
    neighbour = before and before.point
    key = identity.problem_key(geometry.value, settings, before and before.problem_key)
    problem = perform(
        "problem",
        key,
        ActiveSpaceProblem,
        build_problem,
        geometry.value,
        settings,
        neighbour and neighbour.problem,
    )
    problem_key = key
    found.problem = problem.value
    found.seconds.scf = problem.value.mean_field.seconds
    found.seconds.problem = max(problem.seconds - found.seconds.scf, 0.0)

    key = identity.reference_key(key, settings)
    references = perform(
        "reference", key, ReferenceEnergies, reference_energies, problem.value, settings
    )
    found.references = references.value
    found.seconds.reference = references.seconds

    key = identity.vqe_key(key, settings, before and before.vqe_key)
    budget = VQE_SHARE * perform.left
    arguments = (problem.value, references.value, settings, budget, neighbour)
    vqe = perform("vqe", key, VQEResult, minimise, *arguments)
    found.vqe = vqe.value
    found.seconds.vqe = vqe.value.seconds
    found.seconds.circuit_check = vqe.value.circuit_check_seconds
    found.comparison = judge(problem.value, references.value, vqe.value)
    in_time = vqe.value.status != "time-limit"
    found.status = "ok" if in_time else "partial"
    if settings.nevpt2 != "none" and in_time:  # the next run has another VQE under this key
        _add_second_order(found, perform, key)
    if settings.baseline != "none":
        _add_baseline(found, perform)
    found.key, found.reused = identity.result_key(key, settings), perform.reused
    if not in_time:  # nor may the next point of a series start from it
        return None
    point = SeriesPoint(problem=problem.value, references=references.value, vqe=vqe.value)
    return Solved(point, problem_key, key)


def _same_molecule(one: Geometry, other: Geometry) -> bool:
    """Whether one can be turned into the other by moving its atoms."""
    return (one.symbols, one.charge, one.multiplicity) == (
        other.symbols,
        other.charge,
        other.multiplicity,
    )


def _add_second_order(found: Findings, perform: _Stages, vqe_key: str) -> None:
    key, settings = identity.nevpt2_key(vqe_key), perform.settings
    arguments = (found.problem, found.references, found.vqe, settings)
    made = perform.beside("nevpt2", key, SecondOrder, second_order, *arguments)
    if isinstance(made, EnergyValue):
        found.second_order = SecondOrder(nevpt2=made, vqe_nevpt2=made)
    else:
        found.second_order, found.seconds.nevpt2 = made.value, made.seconds


def _add_baseline(found: Findings, perform: _Stages) -> None:
    geometry, settings = found.geometry, perform.settings
    assert geometry is not None
    key = identity.baseline_key(geometry, settings)
    made = perform.beside("baseline", key, Baseline, baseline_energy, geometry, settings)
    if isinstance(made, EnergyValue):
        found.baseline = made
    else:
        found.baseline, found.seconds.baseline = made.value.energy, made.seconds


def _status(error: MolpipeError, found: Findings) -> RowStatus:
    """What becomes of a row that an error ended."""
    if isinstance(error, InputError):
        return "refused"
    if isinstance(error, Cancelled):
        return "cancelled"
    if isinstance(error, ResourceError) and found.problem is not None:
        return "partial"
    return "failed"

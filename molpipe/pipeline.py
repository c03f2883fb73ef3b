"""One molecule end to end, without Prefect.

:func:`run_row` is the only place that knows the order of the stages. How a stage is performed
(here and now, in a child process, in a Prefect task, recalled from the store) comes in as an
argument.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from molpipe.analysis.compare import judge
from molpipe.analysis.row import Findings, row_document
from molpipe.errors import Cancelled, InputError, InvariantError, MolpipeError, ResourceError
from molpipe.limited import LimitedStages
from molpipe.model import identity
from molpipe.model.corrections import Baseline, SecondOrder
from molpipe.model.document import Row, RowStatus
from molpipe.model.finite import not_finite
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

VQE_SHARE = 0.9
"""The part of the time left that the optimiser may use before it must stop by itself."""


class Prepared(NamedTuple):
    """A row that lacks its circuit and what follows from that."""

    problem: ActiveSpaceProblem
    problem_key: str
    references: ReferenceEnergies
    reference_key: str


@dataclass(kw_only=True, eq=False)
class Series:
    """How far the rows of a series have come.

    The next problem follows the last one that was built, the next VQE the last one that ended
    in time: so every problem of a series can be built before its first VQE.
    """

    problem: ActiveSpaceProblem | None = None
    problem_key: str | None = None
    solved: SeriesPoint | None = None
    solved_key: str | None = None

    def built(self, problem: ActiveSpaceProblem, key: str) -> None:
        """Go on from a problem; one that follows no other is a new beginning."""
        self.problem, self.problem_key = problem, key
        if problem.neighbour_overlap is None:
            self.solved = self.solved_key = None

    def vqe_key(self, prepared: Prepared, settings: Settings) -> str:
        """Content key of the VQE of the row that comes next."""
        return identity.vqe_key(prepared.reference_key, settings, self.solved_key)


def run_row(row: BatchRow, settings: Settings, perform: Perform = perform_here) -> Row:
    """Answer one row of a batch, whatever happens to it.

    This is the border of the batch: an error of the tree becomes the failure of this row.
    """
    return _answer(row, settings, perform, Series())


def run_series(
    rows: Sequence[BatchRow], settings: Settings, perform: Callable[[BatchRow], Perform]
) -> Iterator[Row]:
    """Answer the rows of one series in the order of their coordinates.

    Each follows the active space of the one before it, and its VQE tries the optimised angles of
    the last one that ended in time as a start.
    """
    series = Series()
    for row in in_order(rows):
        yield _answer(row, settings, perform(row), series)


def in_order(rows: Sequence[BatchRow]) -> list[BatchRow]:
    """The rows of a series by their coordinates, those without one last."""
    return sorted(rows, key=lambda row: (row.coordinate is None, row.coordinate or 0.0))


def units(rows: Sequence[BatchRow]) -> list[tuple[BatchRow, ...]]:
    """What can be answered independently: single rows, and series with the same settings."""
    found: dict[object, list[BatchRow]] = {}
    for row in rows:
        name = row.row if row.series is None else (row.series, *sorted(row.overrides.items()))
        found.setdefault(name, []).append(row)
    return [tuple(unit) for unit in found.values()]


def _answer(row: BatchRow, settings: Settings, perform: Perform, series: Series) -> Row:
    found = Findings(failure=row.failure, status="ok" if row.failure is None else "refused")
    try:
        settings = settings.with_overrides(row.overrides)
        if row.molecule is not None:
            stages = LimitedStages(settings, perform)
            found.stage_keys = stages.keys
            _solve(prepare(row.molecule, found, stages, series), found, stages, series)
    except MolpipeError as error:
        found.failure = Failure.of(error.at("settings"))
        found.status = _status(error, found)
    return _finite(row_document(row, settings, found), row, settings)


def _finite(answered: Row, row: BatchRow, settings: Settings) -> Row:
    """The row, or one that failed, where a number in it is none: no database could keep it."""
    broken = not_finite(answered, "its result")
    if broken is None:
        return answered
    error = InvariantError(
        f"{broken}, which must never leave molpipe",
        hint="please report this with the row's input: it is a bug",
        stage="comparison",
    )
    return row_document(row, settings, Findings(failure=Failure.of(error), status="failed"))


def prepare(
    molecule: MoleculeRecord, found: Findings, perform: LimitedStages, series: Series
) -> Prepared:
    """The stages before the circuit; ``found`` is filled in as they finish."""
    settings = perform.settings
    key = identity.geometry_key(molecule, settings)
    geometry = perform("geometry", key, Geometry, embed, molecule, settings)
    found.geometry, found.seconds.conformer = geometry.value, geometry.seconds

    problem, problem_key = _build(geometry.value, found, perform, series)
    key = identity.reference_key(problem_key, settings)
    references = perform("reference", key, ReferenceEnergies, reference_energies, problem, settings)
    found.references, found.seconds.reference = references.value, references.seconds
    return Prepared(problem, problem_key, references.value, key)


def _build(
    geometry: Geometry, found: Findings, perform: LimitedStages, series: Series
) -> tuple[ActiveSpaceProblem, str]:
    """The problem and its key; it follows the one before it in its series."""
    settings, before, before_key = perform.settings, series.problem, series.problem_key
    if before is not None and not _same_molecule(geometry, before.geometry):
        before = before_key = None
    key = identity.problem_key(geometry, settings, before_key)
    arguments = (geometry, settings, before)
    problem = perform("problem", key, ActiveSpaceProblem, build_problem, *arguments)
    series.built(problem.value, key)
    found.problem = problem.value
    found.seconds.scf = problem.value.mean_field.seconds
    found.seconds.problem = max(problem.seconds - found.seconds.scf, 0.0)
    return problem.value, key


def run_vqe(
    key: str, prepared: Prepared, perform: LimitedStages, series: Series
) -> Staged[VQEResult]:
    """The circuit of a prepared row; one that ends in time is where the next one starts."""
    problem, references = prepared.problem, prepared.references
    budget = VQE_SHARE * perform.left
    arguments = (problem, references, perform.settings, budget, series.solved)
    vqe = perform("vqe", key, VQEResult, minimise, *arguments)
    if vqe.value.status != "time-limit":
        series.solved = SeriesPoint(problem=problem, references=references, vqe=vqe.value)
        series.solved_key = key
    return vqe


def _solve(prepared: Prepared, found: Findings, perform: LimitedStages, series: Series) -> None:
    """The circuit, and what follows from it."""
    settings = perform.settings
    key = series.vqe_key(prepared, settings)
    vqe = run_vqe(key, prepared, perform, series).value
    found.vqe, found.seconds.vqe = vqe, vqe.seconds
    found.seconds.circuit_check = vqe.circuit_check_seconds
    found.comparison = judge(prepared.problem, prepared.references, vqe)
    in_time = vqe.status != "time-limit"
    found.status = "ok" if in_time else "partial"
    if settings.nevpt2 != "none" and in_time:  # the next run has another VQE under this key
        _add_second_order(found, perform, key)
    if settings.baseline != "none":
        _add_baseline(found, perform)
    found.key, found.reused = identity.result_key(key, settings), perform.reused


def _same_molecule(one: Geometry, other: Geometry) -> bool:
    """Whether one can be turned into the other by moving its atoms."""
    return (one.symbols, one.charge, one.multiplicity) == (
        other.symbols,
        other.charge,
        other.multiplicity,
    )


def _add_second_order(found: Findings, perform: LimitedStages, vqe_key: str) -> None:
    key, settings = identity.nevpt2_key(vqe_key), perform.settings
    arguments = (found.problem, found.references, found.vqe, settings)
    made = perform.beside("nevpt2", key, SecondOrder, second_order, *arguments)
    if isinstance(made, EnergyValue):
        found.second_order = SecondOrder(nevpt2=made, vqe_nevpt2=made)
    else:
        found.second_order, found.seconds.nevpt2 = made.value, made.seconds


def _add_baseline(found: Findings, perform: LimitedStages) -> None:
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

"""What is tried again, and that a stage ends where its limits are."""

from __future__ import annotations

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import nullcontext
from contextvars import copy_context
from functools import partial
from itertools import pairwise
from math import cos, pi, sin
from threading import Event

import pytest
from prefect.runtime import task_run

from flows.batch import tasks
from flows.batch.bench import Bench
from flows.batch.tasks import called, compute, end_state
from molpipe.errors import (
    BackendUnavailable,
    CalculationError,
    InputError,
    InvariantError,
    ResourceError,
    SCFNotConverged,
)
from molpipe.limits import CHILD_DIED, Workers
from molpipe.model.molecule import BatchRow, Geometry, MoleculeRecord, Source
from molpipe.model.settings import Settings
from molpipe.pipeline import run_row
from molpipe.store import open_store
from tests.limits.work import log
from tests.sample_results import sample_results

ROWS = {row.status: row for row in sample_results().rows}
DIED = CalculationError("ended by SIGKILL", code=CHILD_DIED)


class Failing:
    """A calculation that ends with one error whenever it is begun."""

    def __init__(self, error):
        self.error, self.calls = error, 0

    def __call__(self):
        self.calls += 1
        raise self.error


@pytest.mark.parametrize(
    ("error", "n_calls"),
    [
        (InputError("no such basis"), 1),
        (SCFNotConverged("no SCF"), 1),
        (ResourceError("out of time", code="TIME_LIMIT"), 1),
        (InvariantError("our bug"), 1),
        (DIED, 2),
        (BackendUnavailable("down"), 4),
    ],
)
def test_only_what_may_pass_by_itself_is_tried_again(monkeypatch, error, n_calls):
    monkeypatch.setattr(compute, "retry_delay_seconds", 0)
    calculation = Failing(error)
    with pytest.raises(type(error), match=str(error)):
        compute("big", calculation)
    assert calculation.calls == n_calls


@pytest.fixture
def task_runs(monkeypatch):
    """The stages that were given a task run; retries do not wait."""
    given = []
    monkeypatch.setattr(compute, "retry_delay_seconds", 0)

    def called(work, name):
        given.append(name)
        return work

    monkeypatch.setattr(tasks, "called", called)
    return given


class Calculation:
    """Begins, waits until it may end, and ends with what is next in ``ends``."""

    def __init__(self, *ends):
        self.ends, self.begun, self.may_end = list(ends), Event(), Event()

    def __call__(self):
        self.begun.set()
        self.may_end.wait(60)
        end = self.ends.pop(0)
        if isinstance(end, Exception):
            raise end
        return end


def run_stage(calculation, patience):
    return tasks.perform("water", "scf", calculation, calculation.begun, patience=patience)


def test_a_short_stage_has_no_task_run(task_runs):
    calculation = Calculation("made")
    calculation.may_end.set()
    assert run_stage(calculation, 60.0) == "made"
    assert not task_runs


def test_a_stage_that_lasts_has_one_and_is_computed_once(task_runs, monkeypatch):
    calculation = Calculation("made")
    monkeypatch.setattr(compute, "fn", lambda row, attempt: calculation.may_end.set() or attempt())
    assert run_stage(calculation, 0.01) == "made"
    assert task_runs == ["scf"]


def test_the_wait_for_a_process_does_not_count(task_runs):
    calculation, processes_free = Calculation("made"), Event()

    def waiting():
        processes_free.wait(60)
        calculation.may_end.set()
        return calculation()

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(
            copy_context().run,
            partial(tasks.perform, "water", "scf", waiting, calculation.begun, patience=0.5),
        )
        with pytest.raises(FutureTimeout):
            done.result(timeout=1.0)  # longer than the patience
        assert not task_runs
        processes_free.set()
        assert done.result(timeout=60) == "made"
    assert not task_runs


@pytest.mark.parametrize(
    ("error", "is_tried_again"),
    [(DIED, True), (BackendUnavailable("down"), True), (InputError("no such basis"), False)],
)
def test_a_short_stage_is_tried_again_in_a_task_run(task_runs, error, is_tried_again):
    calculation = Calculation(error, "made")
    calculation.may_end.set()
    with nullcontext() if is_tried_again else pytest.raises(type(error)):
        assert run_stage(calculation, 60.0) == "made"
    assert task_runs == ["scf"] * is_tried_again


def test_each_retry_waits_longer():
    delays = compute.retry_delay_seconds
    assert len(delays) == compute.retries
    assert all(later >= 2 * earlier > 0 for earlier, later in pairwise(delays))


class Attributed(logging.Handler):
    """Notes what was said and which task run Prefect would put it down to."""

    def __init__(self):
        super().__init__()
        self.said = []

    def emit(self, record):
        self.said.append((record.getMessage(), task_run.name))


def test_what_a_stage_logs_in_its_child_belongs_to_its_task_run():
    attributed, logger = Attributed(), logging.getLogger("molpipe.test")
    logger.addHandler(attributed)
    try:
        with Workers(processes=1, threads=1) as workers:
            for name in ("first", "second"):
                limits = {"memory_gb": 1.0, "seconds": 60.0}
                called(compute, "scf")(
                    name, partial(workers.run, log, logging.WARNING, name, **limits)
                )
    finally:
        logger.removeHandler(attributed)
    assert attributed.said == [("first", "scf: first"), ("second", "scf: second")]


BENZENE = Geometry(
    symbols=("C",) * 6 + ("H",) * 6,
    coordinates=[
        [radius * cos(k * pi / 3), radius * sin(k * pi / 3), 0.0]
        for radius in (1.397, 2.481)
        for k in range(6)
    ],
    charge=0,
    multiplicity=1,
    origin="given",
)

HYDROXYL = Geometry(
    symbols=("O", "H"),
    coordinates=[[0, 0, 0], [0, 0, 0.97]],
    charge=0,
    multiplicity=2,
    origin="given",
)


def a_row(geometry):
    molecule = MoleculeRecord(
        smiles=None,
        inchikey=None,
        formula="",
        charge=geometry.charge,
        multiplicity=geometry.multiplicity,
        n_electrons=0,
        geometry=geometry,
    )
    return BatchRow(row=1, name="big", input="", source=Source(file="", frame=1), molecule=molecule)


@pytest.fixture
def new_bench(tmp_path):
    """Makes benches of one store and one child process that is warm, a new run each."""
    with (
        open_store(tmp_path / "results.db", environment={}) as store,
        store.leases() as leases,
        Workers(processes=1, threads=1) as workers,
    ):
        workers.run(abs, -1, seconds=60, memory_gb=1)
        yield partial(Bench, store, workers, leases, versions={}, force=False, retry_refused=False)


def answer(bench, geometry, settings):
    return run_row(a_row(geometry), settings, partial(bench.perform, "big", 1))


def ending(row):
    return row.status, row.failure.stage, row.failure.code


@pytest.mark.slow
def test_minutes_of_coupled_cluster_end_at_ten_seconds(new_bench):
    """An earlier run has done Hartree-Fock, so that all of the time is left to CCSD(T)."""
    short = Settings(max_qubits=8, full_space="none", nevpt2="none")
    assert answer(new_bench(), BENZENE, short).status == "ok"
    settings = short.with_overrides({"full_space": "ccsd_t", "limits.seconds": 10.0})
    began = time.monotonic()
    row = answer(new_bench(), BENZENE, settings)
    assert 10 < time.monotonic() - began < 12
    assert ending(row) == ("partial", "reference", "TIME_LIMIT")
    assert row.problem.n_qubits == 8, "what was finished stands in the row"


@pytest.mark.slow
def test_coupled_cluster_in_too_many_orbitals_ends_at_its_memory_limit(new_bench):
    settings = Settings(basis="cc-pvqz").with_overrides({"limits.memory_gb": 1.0})
    row = answer(new_bench(), HYDROXYL, settings)
    assert ending(row) == ("partial", "reference", "MEMORY_LIMIT")
    assert row.problem is not None


@pytest.mark.parametrize(
    ("statuses", "name", "kind"),
    [
        ((), "Completed", "COMPLETED"),
        (("ok", "ok"), "Completed", "COMPLETED"),
        (("ok", "refused"), "Refused", "FAILED"),
        (("partial", "refused", "ok"), "Partial", "FAILED"),
        (("failed", "partial"), "Failed", "FAILED"),
        (("ok", "cancelled"), "Cancelled", "CANCELLED"),
    ],
)
def test_a_task_ends_as_the_worst_of_its_rows(statuses, name, kind):
    state = end_state([ROWS[status] for status in statuses])
    assert (state.name, state.type.value) == (name, kind)
    if kind != "COMPLETED":
        assert state.message == ROWS[name.lower()].failure.message

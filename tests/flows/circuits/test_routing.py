"""A batch whose circuits run in another flow run has the same rows as one that runs here."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from threading import Lock

import pytest

from flows.batch.bench import Bench
from flows.circuits.routing import Routed
from flows.place import Place, running_at
from flows.quantum_stage import quantum_stage
from molpipe import pipeline, stages
from molpipe.chem.intake import read_batch, read_smiles
from molpipe.errors import BackendUnavailable, Cancelled, SCFNotConverged
from molpipe.handover import carry_out, outcome_key
from molpipe.model.orders import VQEOrders
from molpipe.model.settings import Settings
from molpipe.pipeline import run_series, units
from molpipe.store import open_store
from tests.tolerances import VARIATIONAL

CHEAP = Settings(basis="sto-3g", active_space="2,2", full_space="none").with_overrides(
    {"conformer.refine": "none"}
)
CRASHED = BackendUnavailable("the quantum-stage run of this batch ended as Crashed", hint="again")


class Here:
    """Workers that call in this process, note what they ran, and fail where they should.

    One call at a time: threads that calculate would share what Python ignores of warnings.
    """

    def __init__(self):
        self.ran = []
        self.fails = {}
        self.one_at_a_time = Lock()

    def run(self, timed, function, *arguments, seconds, memory_gb, expected_gb, rank, begin, ready):
        begin()
        self.ran.append(function)
        if function in self.fails:
            raise self.fails[function]
        with self.one_at_a_time:
            return timed(function, *arguments)

    def stop(self):
        pass


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    """A single row and its double, one that is refused late, one early, and a series."""
    file = tmp_path_factory.mktemp("series") / "lih.xyz"
    places = (1.6, 1.8, 2.0)
    file.write_text("".join(f"2\nLiH {r}\nLi 0 0 0\nH 0 0 {r}\n" for r in places))
    single = [read_smiles("[HH]"), read_smiles("[HH]"), read_smiles("[HH]"), read_smiles("C1CC")]
    single[2] = replace(single[2], overrides={"basis": "no-such-basis"})
    series = [
        replace(row, series="LiH", coordinate=place)
        for row, place in zip(read_batch(file, CHEAP).rows, places, strict=True)
    ]
    return [
        replace(row, row=number, name=f"row {number}")
        for number, row in enumerate([*single, *series], start=1)
    ]


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "results.db", environment={}) as store:
        yield store


@pytest.fixture
def here():
    return Here()


def bench(store, workers):
    return Bench(store, workers, store.leases(), versions={}, force=False, retry_refused=False)


def in_process(store, workers):
    """A circuit stage without a flow run: what each list of orders brings is kept."""

    def run_stage(key):
        theirs = bench(store, workers)
        for unit in store.recall(key, VQEOrders).value.units:
            for outcome in carry_out(unit, store, lambda row: partial(theirs.perform, row, 1)):
                place = outcome_key(key, outcome.vqe_key)
                store.keep(place, "vqe-outcome", outcome, seconds=0.0, versions={})

    return run_stage


def routed(rows, store, workers, run_stage, our_bench=None):
    ours = Routed(our_bench or bench(store, workers), store)
    batch = units(rows)
    ours.hand_over(batch, CHEAP, run_stage, at_once=4, force=False, retry_refused=False)
    return answered(batch, ours.perform)


def answered(batch, perform):
    found = [
        row
        for unit in batch
        for row in run_series(unit, CHEAP, lambda row: partial(perform, row.name, row.row))
    ]
    return sorted(found, key=lambda row: row.row)


def vqe_energy(row):
    return row.vqe and row.energies.active.vqe.value


@pytest.mark.slow
def test_a_routed_batch_has_the_rows_of_a_plain_one(rows, store, here, tmp_path, monkeypatch):
    there, asked = Here(), []
    monkeypatch.setattr(Place, "open_workers", lambda self, threads: nullcontext(there))

    def run_stage(key):
        asked.append(store.recall(key, VQEOrders).value)
        with running_at(Place(out=tmp_path, database=str(tmp_path / "results.db"), workers=1)):
            quantum_stage(key)

    found = routed(rows, store, here, run_stage)
    assert stages.minimise not in here.ran
    assert set(there.ran) == {stages.minimise}
    with open_store(tmp_path / "other.db", environment={}) as other:
        expected = answered(units(rows), bench(other, Here()).perform)
    for ours, theirs in zip(found, expected, strict=True):
        assert (ours.key, ours.status, ours.failure) == (theirs.key, theirs.status, theirs.failure)
        assert vqe_energy(ours) == pytest.approx(vqe_energy(theirs), abs=VARIATIONAL)
        assert not ours.reused
    assert [row.status for row in found] == ["ok", "ok", "refused", "refused", "ok", "ok", "ok"]
    (orders,) = asked
    assert [len(unit) for unit in orders.units] == [1, 3]

    again = routed(rows, store, here, run_stage)
    assert len(asked) == 1, "what is known starts no run"
    assert [row.key for row in again] == [row.key for row in found]
    assert all(row.reused for row in again if row.status == "ok")


def test_a_circuit_that_fails_there_fails_its_row_here(rows, store, here):
    there = Here()
    there.fails = {stages.minimise: SCFNotConverged("no luck", hint="none")}
    (row,) = routed(rows[:1], store, here, in_process(store, there))
    assert (row.status, row.failure.stage, row.failure.message) == ("failed", "vqe", "no luck")
    there.fails = {}
    (row,) = routed(rows[:1], store, here, in_process(store, there))
    assert row.status == "ok", "a failure belongs to its own hand-over"


def test_a_circuit_over_its_limit_is_a_partial_row(rows, store, here, monkeypatch):
    monkeypatch.setattr(pipeline, "VQE_SHARE", 0.0)
    for _ in range(2):
        (row,) = routed(rows[4:5], store, here, in_process(store, here))
        assert (row.status, row.vqe.status, row.reused) == ("partial", "time-limit", False)
    assert here.ran.count(stages.minimise) == 2


def test_a_preparation_that_fails_is_not_tried_again_in_the_same_batch(rows, store, here):
    here.fails = {stages.reference_energies: SCFNotConverged("no luck")}
    (row,) = routed(rows[:1], store, here, pytest.fail)
    assert (row.status, row.failure.stage) == ("failed", "reference")
    assert here.ran.count(stages.reference_energies) == 1


def test_the_same_stage_may_fail_in_one_row_only(rows, store, here):
    """Two rows of one molecule, and one of them has no time."""
    hasty = replace(rows[0], overrides={"limits.seconds": "1e-9"}, name="hasty")
    found = routed([hasty, rows[1]], store, here, in_process(store, here))
    assert [row.status for row in found] == ["failed", "ok"]


def test_a_stage_that_crashes_leaves_what_it_finished(rows, store, here):
    """The first circuit is kept without its outcome, the others are not there."""

    def crash(key):
        first = store.recall(key, VQEOrders).value.units[0]
        list(carry_out(first, store, lambda row: partial(bench(store, here).perform, row, 1)))
        raise CRASHED

    found = routed([rows[0], *rows[4:]], store, here, crash)
    assert [row.status for row in found] == ["ok", "failed", "failed", "failed"]
    assert {row.failure.message for row in found[1:]} == {CRASHED.message}
    assert {(row.failure.stage, row.failure.hint) for row in found[1:]} == {("vqe", CRASHED.hint)}
    assert here.ran.count(stages.minimise) == 1, "never computed here instead"


def test_a_stage_that_completes_without_an_answer_is_a_failed_row(rows, store, here):
    (row,) = routed(rows[:1], store, here, lambda key: None)
    assert (row.status, row.failure.code) == ("failed", "BACKEND_UNAVAILABLE")


def test_a_batch_that_is_stopped_meanwhile_has_cancelled_rows(rows, store, here):
    ours = bench(store, here)

    def stop(key):
        ours.stop()
        raise Cancelled("stopped")

    (row,) = routed(rows[:1], store, here, stop, ours)
    assert (row.status, row.failure.code) == ("cancelled", "CANCELLED")


def test_a_batch_that_is_stopped_before_starts_no_stage(rows, store, here):
    ours = bench(store, here)
    ours.stop()
    (row,) = routed(rows[:1], store, here, pytest.fail, ours)
    assert row.status == "cancelled"

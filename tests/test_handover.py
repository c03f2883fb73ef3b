"""Circuits in other hands give the same rows as circuits in our own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from molpipe import errors, pipeline
from molpipe.chem.intake import read_batch, read_smiles
from molpipe.errors import BackendUnavailable, Cancelled, ResourceError, SCFNotConverged, StoreError
from molpipe.handover import (
    carry_out,
    check_keys,
    orders_key,
    outcome_key,
    prepare_series,
    take_back,
)
from molpipe.model.orders import VQEOrders, VQEOutcome
from molpipe.model.settings import Settings
from molpipe.pipeline import run_series
from molpipe.stages import perform_here
from molpipe.store import open_store
from tests.model.samples import FAILURE, VQE
from tests.tolerances import VARIATIONAL

CHEAP = Settings(basis="sto-3g", active_space="2,2", full_space="none", nevpt2="none")
CHEAP = CHEAP.with_overrides({"conformer.refine": "none"})
PLACES = (1.6, 1.8, 2.0)


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "results.db", environment={}) as store:
        yield store


@pytest.fixture(scope="module")
def series(tmp_path_factory):
    """Three points of LiH."""
    file = tmp_path_factory.mktemp("series") / "lih.xyz"
    file.write_text("".join(f"2\nLiH {r}\nLi 0 0 0\nH 0 0 {r}\n" for r in PLACES))
    rows = read_batch(file, CHEAP).rows
    return [
        replace(row, name=f"LiH {place}", series="LiH", coordinate=place)
        for row, place in zip(rows, PLACES, strict=True)
    ]


class Here:
    """Performs stages here, keeps what they give, and notes which it computed."""

    def __init__(self, store, fails=None):
        self.store = store
        self.fails = fails or {}
        self.computed = []

    def __call__(self, row):
        def perform(stage, key, kind, *work, limits, seconds):
            name = getattr(row, "name", row)
            known = self.store.recall(key, kind)
            if known is not None:
                return known
            if (name, stage) in self.fails:
                raise self.fails[name, stage]
            self.computed.append((name, stage))
            staged = perform_here(stage, key, kind, *work, limits=limits, seconds=seconds)
            if getattr(staged.value, "status", "") != "time-limit":
                self.store.keep(key, stage, staged.value, seconds=staged.seconds, versions={})
            return staged

        return perform


def routed(rows, store, fails=None):
    """The rows, whose circuits were carried out from orders alone; and who computed what."""
    ours, theirs = Here(store, fails), Here(store, fails)
    orders = prepare_series(rows, CHEAP, ours)
    outcomes = {one.vqe_key: one for one in carry_out(orders, store, theirs)}

    def perform(row):
        def look_up(stage, key, *work, limits, seconds):
            if stage == "vqe":
                return take_back(outcomes[key], store)
            return ours(row)(stage, key, *work, limits=limits, seconds=seconds)

        return look_up

    return list(run_series(rows, CHEAP, perform)), ours.computed, theirs.computed


def plain(rows, store, fails=None):
    return list(run_series(rows, CHEAP, Here(store, fails)))


def assert_same(rows, expected):
    for ours, theirs in zip(rows, expected, strict=True):
        assert (ours.key, ours.status, ours.failure) == (theirs.key, theirs.status, theirs.failure)
        if theirs.vqe is not None:
            assert ours.energies.active.vqe.value == pytest.approx(
                theirs.energies.active.vqe.value, abs=VARIATIONAL
            )
            assert ours.vqe.start == theirs.vqe.start


def test_a_series_gives_the_same_rows_and_each_side_does_its_part(series, store, tmp_path):
    rows, ours, theirs = routed(series, store)
    assert [row.status for row in rows] == ["ok"] * 3
    assert {stage for _, stage in ours} == {"geometry", "problem", "reference"}
    assert theirs == [(f"LiH {place}", "vqe") for place in PLACES]
    with open_store(tmp_path / "other.db", environment={}) as other:
        assert_same(rows, plain(series, other))


@pytest.mark.parametrize("stage", ["geometry", "problem", "reference", "vqe"])
def test_a_point_that_fails_is_passed_over_in_the_same_way(series, store, tmp_path, stage):
    fails = {("LiH 1.8", stage): SCFNotConverged("not this one", hint="none")}
    rows, _, _ = routed(series, store, fails)
    assert [row.status for row in rows] == ["ok", "failed", "ok"]
    with open_store(tmp_path / "other.db", environment={}) as other:
        assert_same(rows, plain(series, other, fails))


def test_a_circuit_over_its_limit_comes_back_and_is_not_kept(series, store, monkeypatch):
    monkeypatch.setattr(pipeline, "VQE_SHARE", 0.0)
    for _ in range(2):
        (row,), _, theirs = routed(series[:1], store)
        assert (row.status, row.vqe.status) == ("partial", "time-limit")
        assert theirs == [("LiH 1.6", "vqe")]


def test_rows_that_cannot_come_to_a_circuit_have_no_order(series, store):
    broken = read_smiles("C1CC")
    unbuilt = replace(read_smiles("[HH]"), overrides={"basis": "no-such-basis"})
    rows = [broken, unbuilt]
    assert prepare_series(rows, CHEAP, Here(store)) == []
    spent = CHEAP.with_overrides({"limits.seconds": 1e-6})
    assert prepare_series(series[:1], spent, Here(store)) == []


def ordered(series, store):
    units = (tuple(prepare_series(series, CHEAP, Here(store))),)
    return VQEOrders(id="one", units=units, threads=1, force=False, retry_refused=False)


def test_orders_of_another_version_are_refused(series, store):
    orders = ordered(series, store)
    check_keys(orders)
    ((first, *others),) = orders.units
    strange = replace(first, settings=CHEAP.with_overrides({"seed": "11"}))
    with pytest.raises(BackendUnavailable, match=r"LiH 1\.6 was written by another version"):
        check_keys(replace(orders, units=((strange, *others),)))


def test_each_hand_over_has_outcomes_of_its_own(series, store):
    orders = ordered(series[:1], store)
    one, other = orders_key(orders), orders_key(replace(orders, id="other"))
    assert one == orders_key(replace(orders, threads=orders.threads))
    assert one != other
    assert outcome_key(one, "vqe") != outcome_key(other, "vqe")


def test_what_an_order_names_must_be_there(series, store, tmp_path):
    orders = prepare_series(series[:1], CHEAP, Here(store))
    with open_store(tmp_path / "other.db", environment={}) as other:
        (outcome,) = carry_out(orders, other, Here(other))
        assert (outcome.error, outcome.failure.stage) == ("StoreError", "vqe")
        assert "no ActiveSpaceProblem" in outcome.failure.message


def test_a_stopped_circuit_has_no_outcome(series, store):
    orders = prepare_series(series[:1], CHEAP, Here(store))
    stopped = Here(store, {("LiH 1.6", "vqe"): Cancelled("stopped")})
    with pytest.raises(Cancelled):
        list(carry_out(orders, store, stopped))


@pytest.mark.parametrize("kind", [errors.InputError, ResourceError, errors.InvariantError])
def test_an_error_comes_back_as_it_went(store, kind):
    outcome = VQEOutcome(row="row", vqe_key="key", error=kind.__name__, failure=FAILURE)
    with pytest.raises(kind) as caught:
        take_back(outcome, store)
    error = caught.value
    assert (error.message, error.hint) == (FAILURE.message, FAILURE.hint)
    assert (error.code, error.stage) == (FAILURE.code, FAILURE.stage)


@pytest.mark.parametrize("name", ["ZeroDivisionError", "annotations", "_rebuild"])
def test_only_errors_of_the_tree_are_rebuilt(store, name):
    outcome = VQEOutcome(row="row", vqe_key="key", error=name, failure=FAILURE)
    with pytest.raises(errors.MolpipeError) as caught:
        take_back(outcome, store)
    assert type(caught.value) is errors.MolpipeError


def test_a_circuit_that_is_gone_is_no_result(store):
    outcome = VQEOutcome(row="row", vqe_key="a" * 64, seconds=3.0, recalled=True)
    with pytest.raises(StoreError, match="no VQEResult with key a"):
        take_back(outcome, store)
    store.keep("a" * 64, "vqe", VQE, seconds=2.0, versions={})
    staged = take_back(outcome, store)
    assert (staged.value.energy, staged.seconds, staged.recalled) == (VQE.energy, 3.0, True)

"""The real flow, with real child processes and a real database, on cheap molecules."""

from __future__ import annotations

import json
import os
import signal
import threading

import pytest

from flows.molecule_batch import molecule_batch, on_row
from flows.request import BatchRequest
from molpipe.exports import results_json
from molpipe.model.settings import Settings
from molpipe.store import open_store

BATCH = """\
name,smiles,basis,note
hydrogen,[H][H],,first
five bonds,CC(C)(C)(C)C,,wrong on purpose
hydrogen again,[H][H],,the same molecule
no such basis,[H][H],no-such-basis,
helium,[He],,one determinant
hydrogen cation,[H][H+],,one electron
"""

CHEAP = Settings(basis="sto-3g", active_space="full").with_overrides({"conformer.refine": "none"})


@pytest.fixture
def request_for(tmp_path):
    def make(text=BATCH, **changes):
        (tmp_path / "batch.csv").write_text(text)
        options = {"settings": CHEAP, "workers": 2, "database": str(tmp_path / "results.db")}
        return BatchRequest(
            batch=str(tmp_path / "batch.csv"), out=str(tmp_path / "out"), **{**options, **changes}
        )

    return make


def test_every_row_is_answered_once_and_in_order(request_for, tmp_path):
    seen = []
    token = on_row.set(lambda row: seen.append(row.row))
    try:
        results = molecule_batch(request_for())
    finally:
        on_row.reset(token)
    assert sorted(seen) == [row.row for row in results.rows] == [1, 2, 3, 4, 5, 6]
    assert [row.status for row in results.rows] == ["ok", "refused", "ok", "refused", "ok", "ok"]
    assert results.rows[1].failure.code == "VALENCE"
    assert results.rows[3].failure.code == "NO_BASIS"
    assert results.rows[3].failure.stage == "problem"
    assert results.rows[0].extra == {"note": "first"}
    assert results_json.read(tmp_path / "out" / "results.json") == results
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "results.json",
        "results.csv",
        "report.html",
    }


def test_the_same_calculation_is_done_once_and_linked(request_for):
    first, _, again, *_ = molecule_batch(request_for()).rows
    assert again.key == first.key
    assert again.duplicate_of == first.row
    assert [warning.code for warning in again.warnings] == ["DUPLICATE"]


def test_single_determinants_and_single_electrons_are_answered(request_for):
    *_, helium, cation = molecule_batch(request_for()).rows
    for row in (helium, cation):
        active = row.energies.active
        assert active.vqe.value == pytest.approx(active.hf.value, abs=1e-9)
        assert active.casci.value == pytest.approx(active.hf.value, abs=1e-9)
        assert row.comparison.solver.verdict == "trivial"


def test_a_second_run_computes_nothing(request_for):
    first = molecule_batch(request_for())
    second = molecule_batch(request_for())
    assert [row.reused for row in second.rows if row.key] == [True] * 4
    assert [row.energies for row in second.rows] == [row.energies for row in first.rows]
    assert [row.seconds for row in second.rows] == [row.seconds for row in first.rows]
    assert [row.status for row in second.rows] == [row.status for row in first.rows]


def test_another_ansatz_start_recomputes_the_vqe_only(request_for, tmp_path):
    molecule_batch(request_for())
    zero = CHEAP.with_overrides({"start": "zero"})
    row = molecule_batch(request_for(settings=zero)).rows[0]
    assert (row.reused, row.vqe.start) == (False, "zero")
    with open_store(tmp_path / "results.db", environment={}) as store:
        runs = [store.load_run(summary.id) for summary in store.runs()]
    assert runs[0].rows[0].seconds.reference == runs[1].rows[0].seconds.reference


def test_force_computes_again(request_for):
    molecule_batch(request_for())
    forced = molecule_batch(request_for(force=True))
    assert not forced.rows[0].reused


def test_a_limit_ends_the_row_and_not_the_batch(request_for):
    settings = CHEAP.with_overrides({"limits.seconds": 0.02})
    results = molecule_batch(request_for("name,smiles\nslow,CCO\n", settings=settings, workers=1))
    (row,) = results.rows
    assert row.status == "failed"
    assert row.failure.code == "TIME_LIMIT"


def test_ctrl_c_leaves_a_complete_document(request_for, tmp_path):
    """The signal comes when the first row is answered; the rest is cancelled, nothing is lost."""
    rows = "".join(f"m{k},{'C' * k}\n" for k in range(1, 9))
    interrupt = threading.Timer(0.0, lambda: os.kill(os.getpid(), signal.SIGINT))
    token = on_row.set(lambda _: interrupt.is_alive() or interrupt.ident or interrupt.start())
    try:
        settings = CHEAP.with_overrides({"active_space": "2,2"})
        molecule_batch(request_for(f"name,smiles\n{rows}", settings=settings, workers=1))
    finally:
        on_row.reset(token)
    document = json.loads((tmp_path / "out" / "results.json").read_text())
    statuses = [row["status"] for row in document["rows"]]
    assert len(statuses) == 8
    assert "ok" in statuses
    assert "cancelled" in statuses
    assert set(statuses) <= {"ok", "cancelled"}

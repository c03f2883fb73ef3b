"""The real flow, with real child processes and a real database, on cheap molecules."""

from __future__ import annotations

import json
import os
import signal
import threading

import pytest
from prefect.client.orchestration import get_client

from flows.molecule_batch import molecule_batch
from flows.place import Place, running_at
from flows.request import BatchRequest
from molpipe.analysis.batch import with_relative_energies
from molpipe.chem.intake.packing import pack_batch
from molpipe.errors import InvalidSettings
from molpipe.exports import results_json
from molpipe.model.reactions import parse_reactions
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

REACTIONS = [
    {"name": "itself", "reactants": {"hydrogen": 1}, "products": {"hydrogen again": 1}},
    {"name": "lost", "reactants": {"hydrogen": 1}, "products": {"no such basis": 1}},
]

CHEAP = Settings(basis="sto-3g", active_space="full").with_overrides({"conformer.refine": "none"})


def run_in(folder, text=BATCH, *, settings=CHEAP, workers=2, reactions=(), listener=None, **asked):
    """Run a batch file of ``folder`` as `molpipe run` does."""
    (folder / "batch.csv").write_text(text)
    place = Place(
        batch=folder / "batch.csv",
        reactions=parse_reactions(reactions),
        out=folder / "out",
        database=str(folder / "results.db"),
        workers=workers,
        listener=listener,
    )
    with running_at(place):
        return molecule_batch(BatchRequest(settings=settings, **asked)).results


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("batch")


@pytest.fixture(scope="module")
def seen():
    """The rows that the listener saw in the first run."""
    return []


@pytest.fixture(scope="module")
def first(folder, seen):
    """The batch on an empty database."""
    return run_in(folder, reactions=REACTIONS, listener=lambda row: seen.append(row.row))


def test_every_row_is_answered_once_and_in_order(first, seen, folder):
    assert sorted(seen) == [row.row for row in first.rows] == [1, 2, 3, 4, 5, 6]
    assert [row.status for row in first.rows] == ["ok", "refused", "ok", "refused", "ok", "ok"]
    assert first.rows[1].failure.code == "VALENCE"
    assert first.rows[3].failure.code == "NO_BASIS"
    assert first.rows[3].failure.stage == "problem"
    assert first.rows[0].extra == {"note": "first"}
    assert results_json.read(folder / "out" / "results.json") == first
    assert {path.name for path in (folder / "out").iterdir()} == {
        "results.json",
        "results.csv",
        "report.html",
    }


def test_the_same_calculation_is_done_once_and_linked(first):
    original, _, again, *_ = first.rows
    assert again.key == original.key
    assert again.duplicate_of == original.row
    assert [warning.code for warning in again.warnings] == ["DUPLICATE"]


def test_single_determinants_and_single_electrons_are_answered(first):
    *_, helium, cation = first.rows
    for row in (helium, cation):
        active = row.energies.active
        assert active.vqe.value == pytest.approx(active.hf.value, abs=1e-9)
        assert active.casci.value == pytest.approx(active.hf.value, abs=1e-9)
        assert row.comparison.solver.verdict == "trivial"


def test_reactions_of_the_batch_are_answered_and_kept(first, folder):
    itself, lost = first.reactions
    assert itself.active["vqe"].kcal_mol == itself.full["hf"].kcal_mol == 0.0
    assert lost.active["vqe"].kcal_mol is None
    assert lost.active["vqe"].reason.startswith("no such basis: ")
    with open_store(str(folder / "results.db"), environment={}) as store:
        kept = store.load_run(first.batch.id)
    assert with_relative_energies(kept) == first


def test_reactions_that_do_not_fit_the_batch_stop_it_before_any_work(tmp_path):
    wrong = {"name": "alchemy", "reactants": {"hydrogen": 1}, "products": {"helium": 1}}
    with pytest.raises(InvalidSettings, match="'alchemy' is not balanced"):
        run_in(tmp_path, reactions=[wrong])
    assert not (tmp_path / "out").exists()


def test_a_second_run_computes_nothing(first, folder):
    second = run_in(folder)
    assert [row.reused for row in second.rows if row.key] == [True] * 4
    assert [row.energies for row in second.rows] == [row.energies for row in first.rows]
    assert [row.seconds for row in second.rows] == [row.seconds for row in first.rows]
    assert [row.failure for row in second.rows] == [row.failure for row in first.rows]


@pytest.mark.slow
def test_another_start_recomputes_the_vqe_only(first, folder):
    zero = CHEAP.with_overrides({"start": "zero"})
    row = run_in(folder, settings=zero, workers=1).rows[0]
    assert (row.reused, row.vqe.start) == (False, "zero")
    assert row.seconds.reference == first.rows[0].seconds.reference
    assert row.key != first.rows[0].key


@pytest.mark.slow
def test_force_computes_again(first, folder):
    forced = run_in(folder, force=True).rows[0]
    assert not forced.reused
    assert forced.seconds != first.rows[0].seconds
    assert forced.energies.active.vqe.value == pytest.approx(
        first.rows[0].energies.active.vqe.value, abs=1e-9
    )


def test_a_limit_ends_the_row_and_not_the_batch(tmp_path):
    settings = CHEAP.with_overrides({"limits.seconds": 0.02})
    results = run_in(tmp_path, "name,smiles\nslow,CCO\n", settings=settings, workers=1)
    (row,) = results.rows
    assert row.status == "failed"
    assert row.failure.code == "TIME_LIMIT"


@pytest.mark.slow
def test_ctrl_c_leaves_a_complete_document(tmp_path):
    """The signal comes when the first row is answered; the rest is cancelled, nothing is lost."""
    rows = "".join(f"m{k},{'C' * k}\n" for k in range(1, 9))
    interrupt = threading.Timer(0.0, lambda: os.kill(os.getpid(), signal.SIGINT))
    settings = CHEAP.with_overrides({"active_space": "2,2"})
    run_in(
        tmp_path,
        f"name,smiles\n{rows}",
        settings=settings,
        workers=1,
        listener=lambda _: interrupt.is_alive() or interrupt.ident or interrupt.start(),
    )
    document = json.loads((tmp_path / "out" / "results.json").read_text())
    statuses = [row["status"] for row in document["rows"]]
    assert len(statuses) == 8
    assert "ok" in statuses
    assert "cancelled" in statuses
    assert set(statuses) <= {"ok", "cancelled"}


@pytest.mark.parametrize(("given", "shown"), [("", "two molecules"), ("mine", "mine")])
def test_a_run_of_a_stored_batch_is_called_by_its_name_and_not_by_its_key(tmp_path, given, shown):
    (tmp_path / "two molecules.smi").write_text("five bonds\n")
    packed = pack_batch(tmp_path / "two molecules.smi")
    place = Place(out=tmp_path / "out", database=str(tmp_path / "results.db"))
    with open_store(place.database, environment={}) as store:
        store.keep_batch(packed)
    with running_at(place):
        request = BatchRequest(stored_batch=packed.key[:12], name=given, settings=CHEAP)
        state = molecule_batch(request, return_state=True)
    with get_client(sync_client=True) as client:
        run = client.read_flow_run(state.state_details.flow_run_id)
    with open_store(place.database, environment={}) as store:
        kept = store.find_run(state.result().results.batch.id)
    assert run.name == kept.name == shown


def test_a_row_that_is_not_read_in_time_does_not_stop_the_batch(tmp_path, monkeypatch):
    monkeypatch.setattr("flows.batch.reading.READ_SECONDS", 1e-9)
    monkeypatch.setattr("molpipe.limits.forked.POLL_SECONDS", 1e-9)  # looked at before it is done
    rows = run_in(tmp_path, "smiles\nO\nN\n", workers=1).rows
    assert [(row.status, row.failure.stage, row.failure.code) for row in rows] == [
        ("refused", "intake", "TIME_LIMIT")
    ] * 2

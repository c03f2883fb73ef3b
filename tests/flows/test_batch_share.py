"""The flow that helps a batch: what it computes, what it leaves alone, and when it ends."""

from __future__ import annotations

import time
from types import SimpleNamespace
from uuid import UUID

import pytest
from prefect import tags
from prefect.client.orchestration import get_client
from prefect.exceptions import ParameterTypeError
from prefect.states import Completed, Running

from flows import batch_share as sharing
from flows.batch.shares import WORKER_VARIABLE, barred
from flows.batch_share import Share, batch_share
from flows.molecule_batch import molecule_batch
from flows.place import Place, running_at
from flows.request import BatchRequest
from molpipe.model.molecule import BatchRow, Failure, Source
from molpipe.model.settings import Settings

SETTINGS = Settings(basis="sto-3g", active_space="full").with_overrides(
    {"conformer.refine": "none", "baseline": "none"}
)
REQUEST = BatchRequest(smiles="[H][H] hydrogen", settings=SETTINGS)


@pytest.fixture
def run():
    """The id of a batch's run that is under way."""
    with get_client(sync_client=True) as client:
        return client.create_flow_run(molecule_batch, state=Running()).id.hex


def end(run):
    with get_client(sync_client=True) as client:
        client.set_flow_run_state(UUID(run), Completed(), force=True)


@pytest.fixture
def share(tmp_path, run):
    """Help with the batch; the state in which that ends."""

    def share(request=REQUEST):
        with running_at(Place(out=tmp_path, database=str(tmp_path / "results.db"))):
            return batch_share(request, run, return_state=True)

    return share


@pytest.mark.slow
def test_it_computes_what_is_not_known_and_no_circuit_of_another_pool(share):
    prepared = share(REQUEST.model_copy(update={"pool": "quantum"}))
    assert prepared.message == "computed 3 stages of pasted molecules"  # up to the references
    assert share().message == "computed 2 stages of pasted molecules"  # VQE and NEVPT2


def test_it_does_nothing_for_a_batch_that_is_over(share, run, tmp_path):
    end(run)
    state = share()
    assert state.is_completed()
    assert state.message == "nothing done: the batch is over"
    assert list(tmp_path.iterdir()) == []


def test_it_does_nothing_for_a_batch_that_nobody_knows(tmp_path):
    assert batch_share(REQUEST, "0" * 32, return_state=True).message == (
        "nothing done: the batch is over"
    )


def test_it_does_nothing_on_a_worker_that_its_tags_bar(share, monkeypatch, tmp_path):
    """A worker that is not ours does not look at them."""
    monkeypatch.setenv(WORKER_VARIABLE, "ProcessWorker 1")
    with tags(*barred(["ProcessWorker 1"])):
        assert share().message == "nothing done: this worker computes the batch already"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("run_id", ["", "abc", "../" + "a" * 29])
def test_only_the_id_of_a_run_is_taken(run_id):
    with pytest.raises(ParameterTypeError):
        batch_share(REQUEST, run_id)


def row(number):
    failure = Failure(stage="input", code="ANY", message="never mind")
    source = Source(file="", frame=number)
    return BatchRow(row=number, name=f"row {number}", input="", source=source, failure=failure)


def test_a_series_is_answered_when_all_of_its_rows_are():
    store = SimpleNamespace(is_answered=lambda run, number: number < 3)
    share = Share(REQUEST, "a" * 32, store, SimpleNamespace(stopped=False))
    assert share.is_answered((row(1), row(2)))
    assert not share.is_answered((row(2), row(3)))


def test_it_stops_when_the_batch_ends(monkeypatch, run):
    """However long the rest would take."""
    stopped = []
    monkeypatch.setattr(sharing, "LOOK_SECONDS", 0.05)
    with sharing._stopped_with(run, SimpleNamespace(stop=lambda: stopped.append(True))):
        time.sleep(0.3)
        assert stopped == []
        end(run)
        limit = time.monotonic() + 60
        while not stopped:
            assert time.monotonic() < limit
            time.sleep(0.05)

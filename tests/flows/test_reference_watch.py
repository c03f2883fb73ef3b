"""The weekly flow on references of our own: it fails when a number moved, and says which."""

from __future__ import annotations

import json

import pytest
from prefect.client.orchestration import get_client

from flows.reference_watch import reference_watch
from tests.cli.test_validate import Here
from tests.validation.studies import H2, HF, table

OFF = 1e-5
"""By how much a published value is changed [Ha]: far above its tolerance."""

FALSIFIED = table(values={"H2": HF + OFF})


@pytest.fixture
def watch(tmp_path, monkeypatch):
    """Run the flow on the study of H2 with other entries."""
    monkeypatch.setenv("MOLPIPE_REFERENCES", str(tmp_path))

    def run(**changes):
        (tmp_path / "h2.json").write_text(json.dumps(H2 | changes))
        return reference_watch(return_state=True)

    return run


@pytest.fixture
def here(monkeypatch):
    monkeypatch.setattr("flows.reference_watch.Workers", Here)


def artifacts(state):
    """What a run published, by key."""
    with get_client(sync_client=True) as client:
        found = client.request("POST", "/artifacts/filter", json={}).json()
    run = str(state.state_details.flow_run_id)
    return {made["key"]: made["data"] for made in found if made["flow_run_id"] == run}


def test_numbers_that_did_not_move_complete_it(watch, here):
    state = watch()
    assert state.is_completed()
    assert state.message == "2 of 2 values are within their tolerance"


@pytest.mark.slow
def test_a_number_that_moved_fails_it_by_name(watch):
    """In a child process, as in a worker; beside it a calculation that has no time."""
    calculations = H2["calculations"] | {
        "far": H2["calculations"]["far"] | {"settings": {"limits": {"seconds": 0.001}}}
    }
    state = watch(
        calculations=calculations, tables=[FALSIFIED, H2["tables"][1], table(values={"far": 0.0})]
    )
    assert state.is_failed()
    tally, moved, missing = state.message.split("; ")
    assert tally == "1 of 3 values are within their tolerance"
    assert moved == (
        "H2: HF [Ha]: published -1.116749307, ours -1.116759307, difference -1.0e-05, "
        "tolerance 1e-08"
    )
    assert missing.startswith("far: HF could not be computed: ")
    made = artifacts(state)
    lines = json.loads(made["reference-values"])
    assert [line["result"] for line in lines] == ["FAIL", "FAIL", "pass"]
    assert "1 of 3 values" in made["reference-watch"]
    assert "Hydrogen" in made["reference-watch"]


def test_without_references_it_fails_in_one_line(tmp_path, monkeypatch):
    monkeypatch.setenv("MOLPIPE_REFERENCES", str(tmp_path / "nowhere"))
    state = reference_watch.fn()
    assert state.is_failed()
    assert state.message.startswith("no reference file")


def test_the_form_asks_for_nothing_but_slow():
    assert set(reference_watch.parameters.properties) == {"slow"}
    assert reference_watch.parameters.required == []

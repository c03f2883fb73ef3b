"""The nightly flow on Prefect, with a real database and real child processes."""

from __future__ import annotations

import pytest
from prefect.client.orchestration import get_client

from flows.inbox.folder import open_inbox
from flows.nightly_pilot import PrefectDesk, inbox_folder, nightly_pilot
from molpipe.model.settings import Settings
from molpipe.store import RunStart, open_store, utc_now

CHEAP = Settings(basis="sto-3g", active_space="full").with_overrides({"conformer.refine": "none"})

START = RunStart(
    id="earlier",
    name="helium",
    source="helium.smi",
    source_sha256="0" * 64,
    columns={},
    n_rows=1,
    started=utc_now(),
    settings=CHEAP.model_dump(mode="json"),
    versions={},
)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """The environment of a worker, with an empty inbox."""
    monkeypatch.setenv("MOLPIPE_HOME", str(tmp_path))
    monkeypatch.setenv("MOLPIPE_DATABASE", str(tmp_path / "results.db"))
    monkeypatch.setenv("MOLPIPE_WORKERS", "1")
    monkeypatch.delenv("MOLPIPE_INBOX", raising=False)
    monkeypatch.setattr("flows.inbox.folder.QUIET_SECONDS", 0.05)
    (tmp_path / "inbox").mkdir()
    return tmp_path


def night(**changes):
    return nightly_pilot(**{"settings": CHEAP, **changes}, return_state=True)


def runs(home):
    with open_store(home / "results.db", environment={}) as store:
        return [(run.name, run.statuses) for run in store.runs()]


def page_of(state):
    """The Markdown page that a run published."""
    with get_client(sync_client=True) as client:
        found = client.request("POST", "/artifacts/filter", json={}).json()
    run = str(state.state_details.flow_run_id)
    (page,) = (made["data"] for made in found if made["flow_run_id"] == run)
    return page


@pytest.mark.slow
def test_a_night_runs_what_is_new_and_the_next_one_nothing(home):
    inbox = home / "inbox"
    (inbox / "helium.smi").write_text("[He] helium\n")
    (inbox / "bad.csv").write_text("a,b\n1,2\n")
    first = night()
    assert first.is_completed()
    assert sorted(first.message.removeprefix("2 batches: ").split(", ")) == ["1 rejected", "1 run"]
    assert (inbox / "done" / "helium.smi").is_file()
    assert (inbox / "rejected" / "bad.csv.reason.txt").is_file()
    (report,) = (home / "reports").glob("*/report.html")
    assert str(report) in (inbox / "done" / "helium.smi.result.txt").read_text()
    assert all(word in page_of(first) for word in ("helium.smi", "bad.csv", "no column"))

    (inbox / "again.smi").write_text("[He] helium\n")
    second = night()
    assert second.message == "1 batch: 1 known already"
    assert "same content as helium.smi" in (inbox / "done" / "again.smi.result.txt").read_text()
    assert runs(home) == [("helium", {"ok": 1})]


def test_other_settings_make_another_run_of_the_same_content(home):
    with open_store(home / "results.db", environment={}) as store:
        store.begin_run(START)
        found = {
            what: PrefectDesk(store, CHEAP.with_overrides(changes)).find(START.id) is not None
            for what, changes in (
                ("same", {}),
                ("limits", {"limits.seconds": 10.0}),
                ("basis", {"basis": "6-31g"}),
            )
        }
        assert PrefectDesk(store, CHEAP).find("no such run") is None
    assert found == {"same": True, "limits": True, "basis": False}


def test_a_batch_that_cannot_be_run_fails_the_night_and_stays(home):
    (home / "inbox" / "helium.smi").write_text("[He] helium\n")
    (home / "reports").write_text("no folder")
    state = night()
    assert state.is_failed()
    assert state.message.startswith("1 batch: 1 failed; helium.smi: the results cannot go into")
    assert (home / "inbox" / "running" / "helium.smi").is_file()


def test_an_inbox_that_is_in_use_is_left_alone(home):
    (home / "inbox" / "helium.smi").write_text("[He] helium\n")
    with open_inbox(home / "inbox"):
        state = nightly_pilot.fn()
    assert state.is_completed()
    assert "another run works in this inbox" in state.message
    assert (home / "inbox" / "helium.smi").is_file()


def test_a_missing_inbox_is_said_in_one_line(home, monkeypatch):
    monkeypatch.setenv("MOLPIPE_INBOX", str(home / "nowhere"))
    state = nightly_pilot.fn()
    assert state.is_failed()
    assert "nowhere cannot be used: No such file or directory" in state.message
    assert "MOLPIPE_INBOX" in state.message


def test_no_parameter_names_a_path_and_all_have_defaults():
    form = nightly_pilot.parameters
    assert set(form.properties) == {"settings", "limit"}
    assert form.required == []
    assert all(field.get("description") for field in form.properties.values())


def test_the_inbox_lies_in_the_home_unless_it_is_named(tmp_path):
    assert inbox_folder({"MOLPIPE_HOME": "home"}).as_posix() == "home/inbox"
    assert inbox_folder({"MOLPIPE_HOME": "home", "MOLPIPE_INBOX": "in"}).as_posix() == "in"

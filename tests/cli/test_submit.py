"""molpipe submit: what is stored, what is asked for, and how a run that is watched ends."""

from __future__ import annotations

from dataclasses import replace

import pytest
from typer.testing import CliRunner

from molpipe.cli import app
from molpipe.errors import BackendUnavailable, InputError, InvalidSettings, MolpipeError
from molpipe.model.molecule import Failure
from molpipe.store import RunStart, open_store
from tests.cli.conftest import NOW, RUN_ID, FakeRun
from tests.sample_results import answered

CSV = "name,smiles,file\nethanol,CCO,\nwater,,geo/water.xyz\n"
WATER = "3\n\nO 0 0 0\nH 0 0 0.9572\nH 0.9266 0 -0.24\n"
SETTINGS = """
basis: sto-3g
pool: quantum
reactions: [{name: r, reactants: {ethanol: 1}, products: {water: 1}}]
"""
OK = answered()
REFUSED = replace(
    OK, status="refused", failure=Failure(stage="intake", code="VALENCE", message="five bonds")
)
BROKEN = replace(
    OK, status="failed", failure=Failure(stage="vqe", code="INVARIANT_BROKEN", message="below FCI")
)
CANCELLED = replace(
    OK, status="cancelled", failure=Failure(stage="vqe", code="CANCELLED", message="stopped")
)


@pytest.fixture
def batch(tmp_path):
    (tmp_path / "geo").mkdir()
    (tmp_path / "geo" / "water.xyz").write_text(WATER)
    (tmp_path / "batch.csv").write_text(CSV)
    (tmp_path / "settings.yaml").write_text(SETTINGS)


def submit(*arguments):
    return CliRunner().invoke(app, ["submit", *arguments, "--home", "home"])


def stored(service):
    with open_store(f"{service.home}/molpipe.db", environment={}) as store:
        return store.find_batch(service.submitted[-1].stored_batch)


def answer(service, *rows, n_rows=None):
    """A worker keeps these rows when the command looks for them."""

    def keep():
        start = RunStart(
            id=RUN_ID,
            name="batch",
            source="batch.csv",
            source_sha256="0" * 64,
            columns={},
            n_rows=n_rows or len(rows),
            started=NOW,
            settings={},
            versions={},
        )
        with open_store(f"{service.home}/molpipe.db", environment={}) as store:
            store.begin_run(start)
            for number, row in enumerate(rows, start=1):
                store.keep_row(RUN_ID, replace(row, row=number))

    service.on_read = keep


def test_a_batch_is_stored_with_its_geometries_and_run_by_its_key(service, batch):
    said = submit("batch.csv", "--set", "seed=11")
    assert said.exit_code == 0
    (request,) = service.submitted
    assert set(stored(service).files) == {"batch.csv", "geo/water.xyz"}
    assert request.stored_batch == stored(service).key
    assert (request.name, request.pool, request.force) == ("batch", "cpu", False)
    assert request.settings.seed == 11
    assert request.stored_batch[:12] in said.stdout
    assert f"run {RUN_ID[:8]}" in said.stdout
    assert "http://127.0.0.1:4399/runs/flow-run/01234567-89ab-cdef-0123-456789abcdef" in said.stdout
    assert "no worker" not in said.stdout


def test_a_settings_file_says_pool_and_reactions_as_well(service, batch):
    assert submit("batch.csv", "--settings", "settings.yaml").exit_code == 0
    (request,) = service.submitted
    assert (request.pool, request.settings.basis) == ("quantum", "sto-3g")
    assert [reaction.name for reaction in stored(service).reactions] == ["r"]
    assert submit("batch.csv", "--settings", "settings.yaml", "--pool", "cpu").exit_code == 0
    assert service.submitted[-1].pool == "cpu"


def test_options_reach_the_request(service, batch):
    submit("batch.csv", "--name", "x" * 200, "--force", "--retry-failed")
    (request,) = service.submitted
    assert request.name == "x" * 120
    assert (request.force, request.retry_refused) == (True, True)


def test_a_pool_that_nobody_serves_is_said(service, batch):
    service.workers = {"cpu": 0, "quantum": 0}
    assert submit("batch.csv").stdout.count("no worker serves the pool") == 1
    said = submit("batch.csv", "--pool", "quantum").stdout
    assert "no worker serves the pool cpu" in said
    assert "no worker serves the pool quantum" in said


@pytest.mark.parametrize(
    ("arguments", "kind", "word"),
    [
        (["nowhere.csv"], InputError, "nowhere.csv"),
        (["batch.csv", "--pool", "gpu"], InvalidSettings, "cpu, quantum"),
        (["batch.csv", "--set", "basis"], InvalidSettings, "key=value"),
        (["batch.csv", "--settings", "nowhere.yaml"], MolpipeError, "nowhere.yaml"),
    ],
)
def test_what_cannot_be_run_is_neither_stored_nor_submitted(service, batch, arguments, kind, word):
    said = submit(*arguments)
    assert isinstance(said.exception, kind)
    assert word in said.exception.message
    assert service.submitted == []
    with open_store(f"{service.home}/molpipe.db", environment={}) as store:
        assert store.find_batch("batch") is None


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([OK, OK], 0),
        ([OK, REFUSED], 1),
        ([OK, BROKEN], 3),
        ([OK, CANCELLED], 130),
    ],
)
def test_a_watched_run_ends_with_the_table_and_the_code_of_run(service, batch, rows, code):
    answer(service, *rows)
    said = submit("batch.csv", "--watch")
    assert said.exit_code == code
    assert "VQE [Ha]" in said.stdout
    assert "report: home/reports/batch-01234567-cdef/report.html" in said.stdout


@pytest.mark.parametrize(("state", "code"), [("cancelled", 130), ("crashed", 1), ("failed", 1)])
def test_a_run_that_was_cut_off_shows_what_it_has(service, batch, state, code):
    service.later = FakeRun(state=state, message="its process died")
    answer(service, OK, n_rows=2)
    said = submit("batch.csv", "--watch")
    assert said.exit_code == code
    assert f"the run ended as {state}: its process died" in said.stdout
    assert "VQE [Ha]" in said.stdout


def test_a_run_without_rows_says_why(service, batch):
    service.later = FakeRun(state="failed", message="no such batch")
    said = submit("batch.csv", "--watch")
    assert isinstance(said.exception, BackendUnavailable)
    assert "no such batch" in said.exception.line


def test_who_stops_watching_stops_no_run(service, batch):
    def interrupt():
        raise KeyboardInterrupt

    service.on_read = interrupt
    said = submit("batch.csv", "--watch")
    assert said.exit_code == 130
    assert f"the run goes on; molpipe cancel {RUN_ID[:8]} stops it" in said.stdout

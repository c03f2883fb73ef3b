"""What a run publishes: once on the real server, and what decides about it without one."""

from __future__ import annotations

import json
import logging
import re
from collections import Counter
from dataclasses import replace
from uuid import UUID, uuid4

import httpx
import pytest
from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId
from prefect.context import FlowRunContext

from flows.batch import artifacts
from flows.batch.artifacts import Artifacts, artifact_key
from molpipe.model.molecule import RowWarning
from molpipe.report.page import molecule_page
from tests.sample_results import HOSTILE, SCRIPT, sample_results

REPORT = "reports/7/report.html"


def changed(row):
    return replace(row, warnings=(RowWarning(code="DUPLICATE", message="same as row 1"),))


@pytest.fixture(scope="module")
def published():
    """The artifacts of a run of a few sample rows by key; one row changed before the end."""
    rows = tuple(row for row in sample_results().rows if row.row in (3, 10, 12, 13))
    results = replace(sample_results(), rows=(changed(rows[0]), *rows[1:]))

    @task(cache_policy=NO_CACHE)
    def molecule(shown, row):
        shown.answered(row)

    @flow
    def batch():
        shown = Artifacts("Pilot batch", len(rows))
        for future in [molecule.submit(shown, row) for row in rows]:
            future.result()
        shown.finished(results, {rows[0].row}, REPORT)
        return FlowRunContext.get().flow_run.id

    mine = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[batch()]))
    with get_client(sync_client=True) as client:
        found = client.read_artifacts(artifact_filter=mine)
    assert max(Counter(artifact.key for artifact in found).values()) == 1
    return {artifact.key.removeprefix("pilot-batch-"): artifact for artifact in found}, results


def test_a_run_leaves_its_pages_a_table_a_summary_and_its_progress(published):
    found, results = published
    assert set(found) == {
        *("3-water", "10-bold-caffeine-bold-frac-1-2-eni", "12-ethylene", "13-imidazole-mistyped"),
        *("comparison", "summary", "progress"),
    }
    pages = {artifact.data for artifact in found.values() if artifact.type == "markdown"}
    assert {molecule_page(row) for row in results.rows} < pages
    assert REPORT in found["summary"].data


def test_pages_belong_to_the_task_of_their_molecule(published):
    found, _ = published
    assert found["3-water"].task_run_id is not None
    assert found["3-water"].task_run_id != found["12-ethylene"].task_run_id
    assert found["summary"].task_run_id is None


def test_row_numbers_of_the_table_lead_to_the_pages(published):
    found, _ = published
    lines = json.loads(found["comparison"].data)
    links = {
        re.search(r"\((.+)\)", line["row"])[1].rpartition("/")[2]: line["name"] for line in lines
    }
    assert links[str(found["12-ethylene"].id)] == "ethylene"
    assert len(links) == len(lines) == 4


def test_the_progress_ends_at_all_rows(published):
    found, _ = published
    assert found["progress"].data == 100.0
    assert found["progress"].description == "4 of 4 rows, 2 not ok"


class Server:
    """Takes artifacts as the API does, and remembers them."""

    def __init__(self):
        self.made = []
        self.progress = []
        self.down = False

    def create(self, data, key, description):
        self._answer()
        self.made.append(key)
        return uuid4()

    def update(self, artifact, share, description):
        assert isinstance(artifact, UUID)
        self._answer()
        self.progress.append(share)
        return artifact

    def _answer(self):
        if self.down:
            self.made.append("refused")
            raise httpx.ConnectError("no server there")


@pytest.fixture
def server(monkeypatch):
    server = Server()
    for name in ("markdown", "table", "progress"):
        monkeypatch.setattr(artifacts, f"create_{name}_artifact", server.create)
    monkeypatch.setattr(artifacts, "update_progress_artifact", server.update)
    monkeypatch.setattr(artifacts, "get_run_logger", lambda: logging.getLogger("test"))
    monkeypatch.setattr(FlowRunContext, "get", object)
    return server


def run(results, **options):
    shown = Artifacts("pilot", len(results.rows), **options)
    for row in results.rows:
        shown.answered(row)
    shown.finished(results, (), REPORT)


def test_a_large_batch_has_pages_of_the_worst_rows_only(server, monkeypatch):
    monkeypatch.setattr(artifacts, "PAGES", 5)
    results = sample_results()
    run(results)
    pages = [key.split("-")[1] for key in server.made if key.split("-")[1].isdigit()]
    broken = [str(r.row) for r in results.rows if r.status in ("failed", "partial", "refused")]
    missed = [
        str(r.row) for r in results.rows if r.comparison and r.comparison.solver.verdict == "misses"
    ]
    assert sorted(pages) == sorted(broken + missed)


def test_all_artifacts_of_a_run_fit_into_its_tab(server):
    run(sample_results(times=20))
    assert len(server.made) <= 200
    assert "pilot-summary" in server.made


def test_a_cancelled_row_has_nothing_to_show(server):
    run(sample_results())
    assert not any("paracetamol" in key for key in server.made)


def test_the_progress_is_told_at_intervals_and_at_the_end(server):
    now = 0.0
    rows = sample_results(times=2).rows[:29]
    shown = Artifacts("pilot", len(rows), clock=lambda: now)
    for row in rows:
        now += artifacts.UPDATE_SECONDS / 4
        shown.answered(row)
    assert server.progress == [100 * n / 29 for n in (4, 8, 12, 16, 20, 24, 28, 29)]


def test_a_server_that_is_gone_is_asked_a_few_times_and_the_batch_goes_on(server, caplog):
    server.down = True
    results = sample_results()
    run(results)
    assert len(server.made) == 2 * artifacts.FAULTS  # during the batch, and at its end
    assert "no server there" in caplog.text


def test_a_server_that_comes_back_gets_the_summary(server):
    shown = Artifacts("pilot", 15)
    server.down = True
    for row in sample_results().rows:
        shown.answered(row)
    server.down = False
    shown.finished(sample_results(), (), REPORT)
    assert {"pilot-summary", "pilot-comparison", "pilot-3-water"} <= set(server.made)


def test_nobody_is_bothered_where_artifacts_are_not_wanted(server):
    run(sample_results(), wanted=False)
    assert server.made == server.progress == []


def test_nothing_happens_outside_a_flow_run(server, monkeypatch):
    monkeypatch.setattr(FlowRunContext, "get", lambda: None)
    run(sample_results())
    assert server.made == server.progress == []


@pytest.mark.parametrize(
    "name", ["water", SCRIPT, HOSTILE, "水分子", "", "a" * 500, "Ä Ö", "\ud800"]
)
def test_a_key_is_one_that_prefect_takes(name):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", artifact_key("pilot", 3, name))


def test_no_two_rows_of_a_run_share_a_key():
    rows = ((1, "water"), (2, "Water!"), (3, "water"), (1, "1"), (11, ""), (1, "11"), (12, "/"))
    assert len({artifact_key("pilot", row, name) for row, name in rows}) == len(rows)

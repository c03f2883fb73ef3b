"""molpipe status: one line a run, and what to read where it failed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from typer.testing import CliRunner

from molpipe.cli import app
from molpipe.store import RunStart, open_store
from tests.cli.conftest import NOW, RUN_ID, FakeRun
from tests.sample_results import answered


def status(*arguments):
    said = CliRunner().invoke(app, ["status", *arguments, "--home", "home"])
    assert said.exit_code == 0
    return said.stdout


def lines_with(text, said):
    return [line for line in said.splitlines() if text in line]


def test_an_empty_service_says_so(service):
    said = status()
    assert "http://127.0.0.1:4399, workers: cpu 1, quantum 1" in said
    assert "no runs yet" in said


def test_a_run_is_shown_with_its_rows(service):
    start = RunStart(
        id=RUN_ID,
        name="batch",
        source="batch.csv",
        source_sha256="0" * 64,
        columns={},
        n_rows=3,
        started=NOW,
        settings={},
        versions={},
    )
    with open_store(f"{service.home}/molpipe.db", environment={}) as store:
        store.begin_run(start)
        store.keep_row(RUN_ID, answered())
    service.runs = [FakeRun(state="running"), FakeRun(id="f" * 32, name="other")]
    first, second = lines_with("01234567", status()), lines_with("ffffffff", status())
    assert all(word in first[0] for word in ("batch", "running", "1 of 3: 1 ok", "12.0 s"))
    assert "completed" in second[0]


def test_a_scheduled_run_has_no_id_that_could_be_mistaken(service):
    """Ids that the scheduler makes begin alike."""
    service.runs = [FakeRun(name="nightly-pilot", is_scheduled=True, state="scheduled", seconds=0)]
    (line,) = lines_with("nightly-pilot", status())
    assert "01234567" not in line
    assert "scheduled" in line


def test_why_a_run_failed_stands_below_it(service):
    run = FakeRun(state="failed", message="no stored batch is called 'x'", name="[red]x[/red]")
    service.runs = [run, replace(run, state="crashed", message="its process died")]
    said = status()
    assert "no stored batch is called" in said
    assert "its process died" in said
    assert "submit the batch again" in said
    assert "[red]x[/red]" in said, "a name is text"


def test_a_name_and_a_message_cannot_break_the_table(service):
    service.runs = [FakeRun(name="two\nlines\x1b[31m", state="failed", message="a\x1b[2J\n\n\nb")]
    said = status()
    assert "\x1b" not in said
    assert len(lines_with("01234567", said)) == len(lines_with("lines", said)) == 1
    (message,) = lines_with("[2J", said)
    assert message.rstrip().endswith("b")


def test_no_more_are_listed_than_asked_for(service):
    service.runs = [FakeRun(name=f"run-{number}") for number in range(5)]
    said = status("--limit", "2")
    assert [f"run-{number}" in said for number in range(5)] == [True, True, False, False, False]


REFUSED = """\
Validation of flow parameters failed with error: ParameterTypeError: \
Flow run received invalid parameters:
 - {}.active_space: Value error, write auto, full, "electrons,orbitals" such as "6,6", got 'x'
 - {}.limits.memory_gb: Input should be greater than or equal to 1
 - request.pool: Input should be 'cpu' or 'quantum'
"""


@pytest.mark.parametrize("place", ["request.settings", "settings"])
def test_a_setting_that_prefect_refused_is_named_as_the_chemist_knows_it(service, place):
    service.runs = [FakeRun(state="failed", message=REFUSED.format(place, place))]
    said = " ".join(status().split())
    assert "setting active_space: write auto, full," in said
    assert "got 'x'; setting limits.memory_gb: Input should be" in said
    assert "; pool: Input should be 'cpu' or 'quantum'" in said
    assert not any(word in said for word in ("Validation of flow", "request.", "Value error"))


def test_a_long_word_of_a_message_is_not_cut_off(service):
    service.runs = [FakeRun(state="failed", message=f"no file {'a' * 90}/end.csv")]
    said = "".join(status().split())
    assert f"nofile{'a' * 90}/end.csv" in said


def test_ids_that_begin_alike_are_shown_so_that_they_can_be_told_apart(service):
    first, second = "01234567890a" + "0" * 20, "01234567890b" + "0" * 20
    service.runs = [FakeRun(id=first, name="one"), FakeRun(id=second, name="two")]
    said = status()
    assert lines_with("01234567890a ", said) == lines_with("one", said) != []
    assert lines_with("01234567890b ", said) == lines_with("two", said) != []

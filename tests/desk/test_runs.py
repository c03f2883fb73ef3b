from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from molpipe.desk.runs import find_run, is_file, latest_run, load_run
from molpipe.errors import CorruptRecord, InputError
from molpipe.exports import results_json
from molpipe.store import RunSummary, open_existing, open_store
from tests.sample_results import sample_results
from tests.store.conftest import RUN_START

START = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def summary(number, name, run_id):
    return RunSummary(
        id=run_id,
        name=name,
        source=f"{name}.csv",
        n_rows=1,
        started=START - timedelta(days=number),
        finished=None,
        seconds=None,
        statuses={},
    )


RUNS = [
    summary(0, "pilot", "aa11" + "0" * 28),
    summary(1, "other", "bb22" + "0" * 28),
    summary(2, "pilot", "aa33" + "0" * 28),
]


def closed():
    raise AssertionError("no database is needed")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [("aa11", 0), ("AA33", 2), ("bb22" + "0" * 28, 1), ("pilot", 0), ("pilot~1", 2), ("other", 1)],
)
def test_an_id_or_the_name_of_a_batch_names_a_run(wanted, found):
    assert find_run(wanted, RUNS) is RUNS[found]


@pytest.mark.parametrize(
    ("wanted", "code"),
    [("aa", "SEVERAL_RUNS"), ("", "NO_RUN"), ("pilot~2", "NO_RUN"), ("cc", "NO_RUN")],
)
def test_what_names_no_run_is_one_line_with_the_latest(wanted, code):
    with pytest.raises(InputError) as caught:
        find_run(wanted, RUNS)
    assert caught.value.code == code
    assert "aa110000 (pilot)" in caught.value.line


def test_a_file_or_its_folder_names_a_run_without_a_database(tmp_path):
    results_json.write(sample_results(), tmp_path / "results.json")
    for wanted in (tmp_path / "results.json", tmp_path):
        assert load_run(str(wanted), closed).batch == sample_results().batch


def test_a_file_that_is_not_there_or_no_results_is_one_line(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        load_run(str(tmp_path / "gone.json"), closed)
    (tmp_path / "bad.json").write_text("{}")
    with pytest.raises(CorruptRecord):
        load_run(str(tmp_path / "bad.json"), closed)


def test_a_folder_is_written_with_a_slash_because_batches_have_names_too(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pilot").mkdir()
    results_json.write(sample_results(), tmp_path / "pilot" / "results.json")
    assert not is_file("pilot")
    assert is_file("pilot/")
    assert is_file("./pilot")
    assert not is_file("elsewhere/")


def test_a_name_goes_before_the_begin_of_an_id():
    named = summary(3, "bb22", "cc44" + "0" * 28)
    assert find_run("bb22", [*RUNS, named]) is named


def test_the_latest_run_is_the_first_of_all(tmp_path):
    path = tmp_path / "molpipe.db"
    with open_store(path, environment={}):
        pass
    reader = partial(open_existing, path, environment={})
    with pytest.raises(InputError, match="no run is stored yet"):
        latest_run(reader)
    with open_store(path, environment={}) as store:
        for start in (RUN_START, replace(RUN_START, id="b" * 32, started=RUN_START.started + DAY)):
            store.begin_run(start)
    assert latest_run(reader).batch.id == "b" * 32

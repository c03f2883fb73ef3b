"""molpipe report: from the result database into a file or a folder."""

from __future__ import annotations

from dataclasses import replace

import pytest
from typer.testing import CliRunner

from molpipe.cli import app
from molpipe.errors import InputError
from molpipe.exports import results_json
from molpipe.store import open_store
from tests.sample_results import sample_results
from tests.store.conftest import RUN_START

ROWS = sample_results().rows


@pytest.fixture
def database(tmp_path):
    """A database with two runs of one batch."""
    path = tmp_path / "molpipe.db"
    with open_store(path, environment={}) as store:
        for number in (1, 2):
            run = replace(RUN_START, id=32 * str(number), name="pilot", n_rows=len(ROWS))
            store.begin_run(run)
            for row in ROWS:
                store.keep_row(run.id, row)
    return str(path)


def report(*arguments):
    return CliRunner().invoke(app, ["report", *map(str, arguments)])


def test_runs_by_name_or_id_stand_in_one_file(database, tmp_path):
    path = tmp_path / "both.html"
    said = report("pilot~1", "1111", "--out", path, "--database", database)
    assert said.exit_code == 0, said.output
    text = path.read_text("utf-8")
    assert 'id="run2-' in text
    assert 'id="run3-' not in text


def test_a_folder_gets_everything_that_a_run_leaves_behind(database, tmp_path):
    said = report("--out", tmp_path / "again", "--database", database)
    assert said.exit_code == 0, said.output
    found = {path.name for path in (tmp_path / "again").iterdir()}
    assert found == {"report.html", "results.json", "results.csv"}
    assert results_json.read(tmp_path / "again" / "results.json").rows == ROWS


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["--out", "{tmp}/gone/x.html"], "x.html cannot be written: No such file"),
        (["pilot", "pilot~1", "--out", "{tmp}/folder"], "can hold one run, not 2"),
        (["nobody"], "no run is called 'nobody'"),
    ],
)
def test_what_cannot_be_written_is_one_line(arguments, wanted, database, tmp_path):
    filled = [word.format(tmp=tmp_path) for word in arguments]
    said = report(*filled, "--database", database)
    assert isinstance(said.exception, InputError)
    assert wanted in said.exception.line

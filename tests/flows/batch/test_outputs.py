"""The folder of the results: before a run, and in the end."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.batch.outputs import open_folder, write_outputs, written
from molpipe.errors import InputError
from molpipe.limits import Workers
from molpipe.report import html
from tests.sample_results import sample_results


def test_three_files_in_a_new_folder(tmp_path):
    folder = tmp_path / "new" / "folder"
    open_folder(folder)
    write_outputs(sample_results(), folder)
    written = sorted(path.name for path in folder.iterdir())
    assert written == ["report.html", "results.csv", "results.json"]


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="file/out: Not a directory"):
        open_folder(tmp_path / "file" / "out")


def test_one_that_cannot_be_written_in_the_end_is_one_line_that_says_what_is_kept(tmp_path):
    with pytest.raises(InputError, match="gone: No such file or directory") as caught:
        write_outputs(sample_results(), tmp_path / "gone")
    assert "the result database has every row" in caught.value.hint


@pytest.fixture(scope="module")
def workers():
    with Workers(processes=1, threads=1) as workers:
        yield workers


def test_a_report_drawn_by_a_child_is_the_one_drawn_here(tmp_path, workers, monkeypatch):
    results = sample_results()
    drawn_here = html.render([results])
    monkeypatch.chdir(tmp_path)
    Path("out").mkdir()
    with monkeypatch.context() as here, written(results, Path("out"), workers):
        here.setattr(html, "render", lambda _: "not here")
    assert Path("out/report.html").read_text("utf-8") == drawn_here


def test_a_child_that_is_gone_leaves_it_to_us(tmp_path):
    with Workers(processes=1, threads=1) as stopped:
        stopped.stop()
        with written(sample_results(), tmp_path, stopped):
            pass
    assert (tmp_path / "report.html").stat().st_size > 10_000


def test_what_a_child_cannot_write_is_one_line_as_well(tmp_path, workers):
    with (
        pytest.raises(InputError, match="gone: No such file or directory"),
        written(sample_results(), tmp_path / "gone", workers),
    ):
        pass

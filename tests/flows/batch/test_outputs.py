"""The folder of the results: before a run, and in the end."""

from __future__ import annotations

import pytest

from flows.batch.outputs import open_folder, write_outputs
from molpipe.errors import InputError
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

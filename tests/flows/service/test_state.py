"""One service in a home, and how others find it."""

from __future__ import annotations

import json
import multiprocessing

import pytest

from flows.service.state import FILE, Running, only_one, read, write
from molpipe.errors import InputError

RUNNING = Running(
    pid=1234, api="http://127.0.0.1:4200/api", ui="http://127.0.0.1:4200", database="sqlite:///a.db"
)


def test_what_was_written_is_read(tmp_path):
    write(tmp_path, RUNNING)
    assert read(tmp_path) == RUNNING
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"pid": 1}', "null", '{"a": "b"}', "\xff"])
def test_what_cannot_be_read_is_no_service(tmp_path, text):
    (tmp_path / FILE).write_text(text, encoding="latin-1")
    assert read(tmp_path) is None


def test_where_nothing_is_there_is_no_service(tmp_path):
    assert read(tmp_path / "nowhere") is None


def test_a_second_one_is_told_about_the_first(tmp_path):
    with only_one(tmp_path):
        write(tmp_path, RUNNING)
        with pytest.raises(InputError) as caught, only_one(tmp_path):
            pass
        assert read(tmp_path) == RUNNING, "and leaves it alone"
    assert caught.value.code == "ALREADY_RUNNING"
    assert "http://127.0.0.1:4200 (process 1234)" in caught.value.message
    assert read(tmp_path) is None
    with only_one(tmp_path):
        pass


def test_one_that_still_starts_is_in_the_way_as_well(tmp_path):
    with only_one(tmp_path), pytest.raises(InputError, match=r"runs already$"), only_one(tmp_path):
        pass


def _hold(folder, ready, forever):
    with only_one(folder):
        write(folder, RUNNING)
        ready.set()
        forever.wait()


def test_one_that_was_killed_is_not_in_the_way(tmp_path):
    """The system frees its lock; what it wrote about itself is only replaced."""
    context = multiprocessing.get_context("spawn")
    ready, forever = context.Event(), context.Event()
    process = context.Process(target=_hold, args=(tmp_path, ready, forever))
    process.start()
    assert ready.wait(60)
    with pytest.raises(InputError), only_one(tmp_path):
        pass
    process.kill()
    process.join()
    with only_one(tmp_path):
        write(tmp_path, RUNNING)
        assert json.loads((tmp_path / FILE).read_text())["pid"] == 1234

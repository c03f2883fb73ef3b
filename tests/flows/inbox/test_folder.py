"""The inbox as a folder: what is settled, what is left alone, and that a move loses nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from flows.inbox.folder import QUIET_SECONDS, Answer, Inbox, open_inbox
from molpipe.errors import InputError

KEY = "a" * 64


@pytest.fixture
def inbox(tmp_path):
    with open_inbox(tmp_path) as opened:
        yield opened


def drop(inbox, name, text="O water\n", *, written=1_000_000_000):
    path = inbox.folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, (written, written))
    return path


def names(items):
    return [item.name for item in items]


def look(inbox, meanwhile=lambda: None):
    settled, writing = inbox.look(lambda seconds: meanwhile())
    return names(settled), names(writing)


def test_what_was_dropped_is_settled_oldest_first(inbox):
    drop(inbox, "newer.csv", written=2_000_000_000)
    drop(inbox, "b.smi")
    drop(inbox, "a.sdf")
    drop(inbox, "folder/inner/water.xyz", written=1_500_000_000)
    os.utime(inbox.folder / "folder" / "inner", (0, 0))
    assert look(inbox) == (["a.sdf", "b.smi", "folder", "newer.csv"], [])


@pytest.mark.parametrize("name", ["water.csv", "folder/water.xyz"])
def test_what_grows_between_two_looks_is_left(inbox, name):
    path = drop(inbox, name)
    drop(inbox, "other.smi")

    def write_on():
        path.write_text("O water\nN ammonia\n")
        os.utime(path, (1_000_000_000, 1_000_000_000))

    assert look(inbox, write_on) == (["other.smi"], [name.split("/")[0]])


def test_what_is_only_written_again_is_left(inbox):
    path = drop(inbox, "water.smi")
    assert look(inbox, lambda: path.write_text("N water\n")) == ([], ["water.smi"])


def test_what_is_taken_away_between_two_looks_is_not_settled(inbox):
    path = drop(inbox, "water.csv")
    assert look(inbox, path.unlink)[0] == []


def test_a_new_file_in_a_folder_unsettles_it(inbox):
    drop(inbox, "folder/a.xyz")
    assert look(inbox, lambda: drop(inbox, "folder/b.xyz")) == ([], ["folder"])


def test_two_looks_are_apart_and_an_empty_inbox_needs_one(inbox):
    slept = []
    assert inbox.look(slept.append) == ([], [])
    assert slept == []
    drop(inbox, "water.csv")
    inbox.look(slept.append)
    assert slept == [QUIET_SECONDS]


@pytest.mark.parametrize(
    "name",
    [
        ".hidden.csv",
        "~$water.csv",
        "water.csv.part",
        "water.csv~",
        "water.CSV.TMP",
        "Thumbs.db",
        "water.csv.reason.txt",
    ],
)
def test_what_is_no_batch_by_its_name_is_left_alone(inbox, name):
    drop(inbox, name)
    assert look(inbox) == ([], [])


def test_our_own_folders_and_empty_ones_are_no_batches(inbox):
    drop(inbox, "done/water.csv")
    (inbox.folder / "being filled").mkdir()
    assert look(inbox) == ([], [])


@pytest.mark.parametrize("name", ["water.csv", "folder/water.xyz"])
def test_a_batch_goes_whole_from_room_to_room(inbox, name):
    text = drop(inbox, name).read_text()
    (item,) = inbox.look(lambda seconds: None)[0]
    taken = inbox.take(item)
    assert names(inbox.cut_off()) == [item.name]
    inbox.leave(taken, "done", "it went well")
    assert (inbox.folder / "done" / name).read_text() == text
    assert (inbox.folder / "done" / f"{item.name}.result.txt").read_text() == "it went well\n"
    assert not item.path.exists()
    assert inbox.cut_off() == []


def test_nothing_is_overwritten(inbox):
    for text in ("one", "two", "three"):
        drop(inbox, "water.csv", text)
        (item,) = inbox.look(lambda seconds: None)[0]
        inbox.leave(inbox.take(item), "rejected", f"reason of {text}")
    for name, text in (("water", "one"), ("water-2", "two"), ("water-3", "three")):
        rejected = inbox.folder / "rejected" / f"{name}.csv"
        assert rejected.read_text() == text
        assert rejected.with_name(f"{name}.csv.reason.txt").read_text() == f"reason of {text}\n"


def test_beginnings_are_counted_until_one_ends(inbox):
    drop(inbox, "water.csv")
    (item,) = inbox.look(lambda seconds: None)[0]
    taken = inbox.take(item)
    assert inbox.beginnings(taken) == []
    inbox.begin(taken, "monday")
    inbox.begin(taken, "tuesday")
    assert inbox.beginnings(taken) == ["monday", "tuesday"]
    inbox.end(taken)
    assert inbox.beginnings(taken) == []


def test_what_answered_a_content_is_remembered_and_garbage_is_not(inbox):
    assert inbox.recall(KEY) is None
    for run in ("first", "second"):
        inbox.remember(KEY, Answer(run=run, name="water.csv", report="report.html"))
        assert inbox.recall(KEY).run == run
    (memory,) = (inbox.folder / ".runs").iterdir()
    for garbage in ("{", "[]", '{"run": 1}'):
        memory.write_text(garbage)
        assert inbox.recall(KEY) is None


def test_the_inbox_is_open_to_one_at_a_time(tmp_path):
    with open_inbox(tmp_path) as first, open_inbox(tmp_path) as second:
        assert isinstance(first, Inbox)
        assert second is None
    with open_inbox(tmp_path) as third:
        assert isinstance(third, Inbox)


HOLD = """
import sys, time
from pathlib import Path
from flows.inbox.folder import open_inbox

with open_inbox(Path(sys.argv[1])) as inbox:
    print("open", flush=True)
    time.sleep(600)
"""


def test_a_killed_process_does_not_keep_it(tmp_path):
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "open\n"
        with open_inbox(tmp_path) as inbox:
            assert inbox is None
        process.send_signal(signal.SIGKILL)
        process.wait()
    with open_inbox(tmp_path) as inbox:
        assert isinstance(inbox, Inbox)


def refusal(folder):
    with pytest.raises(InputError) as caught, open_inbox(folder):
        pass
    assert "MOLPIPE_INBOX" in caught.value.hint
    return caught.value.message


def test_a_folder_that_is_none_is_a_clear_error(tmp_path):
    (tmp_path / "file").write_text("")
    assert "nowhere cannot be used: No such file or directory" in refusal(tmp_path / "nowhere")
    assert "file cannot be used: Not a directory" in refusal(tmp_path / "file")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read and write everything")
@pytest.mark.parametrize("mode", [0o000, 0o500, 0o300])
def test_a_folder_that_is_not_open_to_us_is_a_clear_error(tmp_path, mode):
    tmp_path.chmod(mode)
    try:
        assert "cannot be used: Permission denied" in refusal(tmp_path)
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.parametrize("name", ["running", "done", "rejected", ".runs", ".lock"])
def test_a_link_in_the_place_of_ours_is_refused(tmp_path, name):
    inbox, elsewhere = tmp_path / "inbox", tmp_path / "elsewhere"
    inbox.mkdir()
    elsewhere.mkdir()
    (inbox / name).symlink_to(elsewhere)
    assert "cannot be used: " in refusal(inbox)
    assert list(elsewhere.iterdir()) == []


def test_nothing_is_written_through_a_link(inbox, tmp_path):
    secret = tmp_path / ".secret"
    secret.write_text("untouched")
    drop(inbox, "water.csv")
    (item,) = inbox.look(lambda seconds: None)[0]
    for planted in (
        "running/.water.csv.begun.txt",
        "done/water.csv.result.txt",
        "done/.water.csv.result.txt.draft",
        f".runs/{KEY}.json",
    ):
        (inbox.folder / planted).symlink_to(secret)
    taken = inbox.take(item)
    inbox.begin(taken, "monday")
    inbox.remember(KEY, Answer(run="run", name="water.csv", report="report.html"))
    inbox.leave(taken, "done", "it went well")
    assert secret.read_text() == "untouched"
    assert (inbox.folder / "done" / "water.csv.result.txt").read_text() == "it went well\n"

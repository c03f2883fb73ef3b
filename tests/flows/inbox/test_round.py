"""A round through the inbox with a desk that answers at once: each content once, nothing lost."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from functools import partialmethod
from itertools import count
from pathlib import Path

import pytest

from flows.inbox.folder import open_inbox
from flows.inbox.round import BEGINNINGS, Line, Round, summary
from molpipe.errors import InputError, InvariantError, StoreError
from molpipe.model.molecule import Failure
from tests.sample_results import answered, sample_results, unanswered

WATER, AMMONIA, METHANE = "O water\n", "N ammonia\n", "C methane\n"
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
CANCELLED = unanswered("b", "cancelled", Failure(stage="", code="CANCELLED", message="stopped"))
REFUSED = unanswered("ring", "refused", Failure(stage="", code="X", message="unclosed", hint="x"))


class Desk:
    """Answers every batch with one row; ``behave`` maps a batch to what happens instead."""

    def __init__(self):
        self.ran = []
        self.known = {}
        self.behave = {}

    def run(self, batch):
        self.ran.append(batch.name)
        rows = (answered(),)
        if batch.name in self.behave:
            rows = self.behave[batch.name]() or rows
        sample = sample_results().batch
        results = replace(
            sample_results(), batch=replace(sample, id=f"run-{len(self.ran)}"), rows=rows
        )
        self.known[results.batch.id] = results
        return results, Path("reports") / results.batch.id / "report.html"

    def find(self, run):
        return self.known.get(run)


class Raise:
    def __init__(self, error):
        self.error = error

    def __call__(self):
        raise self.error


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "inbox"


def drop(folder, **files):
    folder.mkdir(exist_ok=True)
    for number, (name, text) in enumerate(files.items()):
        path = folder / f"{name}.smi"
        path.write_text(text)
        os.utime(path, (1_000_000_000 + number,) * 2)


def go(folder, desk, limit=20):
    """One round; the lines by the name of the batch."""
    with open_inbox(folder) as inbox:
        round_ = Round(inbox=inbox, desk=desk, sleep=lambda seconds: None, now=lambda: NOON)
        return {line.name: line for line in round_.lines(limit)}


def endings(lines):
    return {name: line.ending for name, line in lines.items()}


def content(folder, room):
    """Text of every batch in a room of the inbox, or in the inbox itself for the room ''."""
    notes = (".result.txt", ".reason.txt")
    paths = [path for path in (folder / room).iterdir() if not path.name.startswith(".")]
    return {p.name: p.read_text() for p in paths if p.is_file() and not p.name.endswith(notes)}


def test_a_batch_is_run_once_and_lies_in_done_with_its_result(folder, desk):
    drop(folder, water=WATER)
    desk.behave["water"] = lambda: (answered(), REFUSED)
    line = go(folder, desk)["water.smi"]
    note = (folder / "done" / "water.smi.result.txt").read_text()
    assert line.ending == "run"
    assert line.said in note
    assert "2 rows: 1 ok, 1 refused" in note
    assert f"report: {Path('reports/run-1/report.html')}" in note
    assert "row 1, ring: refused: unclosed (x)" in note
    assert content(folder, "done") == {"water.smi": WATER}
    assert go(folder, desk) == {}
    assert desk.ran == ["water"]


def test_a_content_that_appears_under_two_names_is_run_once(folder, desk):
    drop(folder, water=WATER, eau=WATER, ammonia=AMMONIA)
    lines = go(folder, desk)
    assert endings(lines) == {"water.smi": "run", "eau.smi": "known already", "ammonia.smi": "run"}
    assert lines["eau.smi"].said.startswith("same content as water.smi, run on ")
    assert "run-1" in (folder / "done" / "eau.smi.result.txt").read_text()
    assert desk.ran == ["water", "ammonia"]


def test_it_is_known_after_done_was_cleaned_out(folder, desk):
    drop(folder, water=WATER)
    go(folder, desk)
    for path in (folder / "done").iterdir():
        path.unlink()
    drop(folder, water=WATER)
    assert endings(go(folder, desk)) == {"water.smi": "known already"}
    assert desk.ran == ["water"]


def test_a_run_that_the_database_lost_is_done_again(folder, desk):
    for _ in range(2):
        drop(folder, water=WATER)
        assert endings(go(folder, desk)) == {"water.smi": "run"}
        desk.known.clear()
    assert content(folder, "done") == {"water.smi": WATER, "water-2.smi": WATER}


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("empty.smi", "", "holds no rows"),
        ("table.csv", "a,b\n1,2\n", "no column called smiles"),
        ("report.docx", "x", "no known suffix"),
        ("bytes.smi", "\0\0", "is no text file"),
    ],
)
def test_a_bad_file_is_rejected_with_the_reason_beside_it(folder, desk, name, text, said):
    drop(folder, water=WATER)
    (folder / name).write_text(text)
    lines = go(folder, desk)
    assert endings(lines) == {"water.smi": "run", name: "rejected"}
    assert content(folder, "rejected") == {name: text}
    reason = (folder / "rejected" / f"{name}.reason.txt").read_text()
    assert said in reason
    assert "What to do: " in reason
    assert said in lines[name].said


def test_links_are_refused_and_their_targets_left_alone(folder, desk, tmp_path):
    secret = tmp_path / "secret.smi"
    secret.write_text(WATER)
    folder.mkdir()
    (folder / "link.smi").symlink_to(secret)
    (folder / "folder").mkdir()
    (folder / "folder" / "link.smi").symlink_to(secret)
    os.mkfifo(folder / "pipe.smi")
    lines = go(folder, desk)
    assert set(endings(lines).values()) == {"rejected"}
    assert len(lines) == 3
    assert "is a link or a device" in lines["link.smi"].said
    assert secret.read_text() == WATER
    assert desk.ran == []


def test_a_file_that_names_another_batch_is_rejected(folder, desk):
    """Which only lies beside it by chance; a batch with geometries is a folder."""
    folder.mkdir()
    (folder / "running").mkdir()
    (folder / "running" / "table.csv").write_text("file\nwater.xyz\n")
    (folder / "running" / "water.xyz").write_text("1\n\nHe 0 0 0\n")
    os.utime(folder / "running" / "table.csv", (0, 0))
    lines = go(folder, desk)
    assert endings(lines) == {"table.csv": "rejected", "water.xyz": "run"}
    assert "'water.xyz', which is not its own" in lines["table.csv"].said


def test_a_folder_is_one_batch_with_its_geometries(folder, desk):
    batch = folder / "helium"
    (batch / "geometries").mkdir(parents=True)
    (batch / "table.csv").write_text("file\ngeometries/helium.xyz\n")
    (batch / "geometries" / "helium.xyz").write_text("1\n\nHe 0 0 0\n")
    assert endings(go(folder, desk)) == {"helium": "run"}
    assert (folder / "done" / "helium" / "geometries" / "helium.xyz").is_file()


def test_a_name_that_cannot_be_stored_is_rejected(folder, desk):
    folder.mkdir()
    (Path(os.fsdecode(os.fsencode(folder) + b"/w\xe4ter.smi"))).write_text(WATER)
    (line,) = go(folder, desk).values()
    assert line.ending == "rejected"
    assert line.name.isprintable()
    assert "rename it" in line.said


@pytest.mark.parametrize(
    "error", [InvariantError("bug"), InputError("no folder"), StoreError("full")]
)
def test_one_that_fails_does_not_stop_the_others_and_is_tried_again(folder, desk, error):
    """However often: it was readable, so that what failed is not its chemist's to mend."""
    drop(folder, water=WATER, ammonia=AMMONIA)
    desk.behave["water"] = Raise(error)
    lines = go(folder, desk)
    assert endings(lines) == {"water.smi": "failed", "ammonia.smi": "run"}
    assert content(folder, "running") == {"water.smi": WATER}
    for _ in range(BEGINNINGS):
        assert endings(go(folder, desk)) == {"water.smi": "failed"}
    desk.behave.clear()
    assert endings(go(folder, desk)) == {"water.smi": "run"}


def test_one_that_always_kills_its_process_is_given_up(folder, desk):
    drop(folder, water=WATER, ammonia=AMMONIA)
    desk.behave["water"] = Raise(KeyboardInterrupt())  # as a kill: nothing can answer it
    for _ in range(BEGINNINGS):
        with pytest.raises(KeyboardInterrupt):
            go(folder, desk)
    lines = go(folder, desk)
    assert endings(lines) == {"water.smi": "rejected", "ammonia.smi": "run"}
    assert f"began to run {BEGINNINGS} times" in lines["water.smi"].said
    assert "2026-03-01" in lines["water.smi"].said
    drop(folder, water=METHANE)
    desk.behave.clear()
    assert endings(go(folder, desk)) == {"water.smi": "run"}


def test_a_stopped_batch_stops_the_round_and_goes_on_in_the_next(folder, desk):
    drop(folder, water=WATER, ammonia=AMMONIA)
    desk.behave["water"] = lambda: (answered(), CANCELLED)
    assert endings(go(folder, desk)) == {"water.smi": "stopped"}
    assert content(folder, "") == {"ammonia.smi": AMMONIA}
    desk.behave.clear()
    assert endings(go(folder, desk)) == {"water.smi": "run", "ammonia.smi": "run"}


def test_what_changes_while_others_run_is_left(folder, desk):
    drop(folder, water=WATER, ammonia=AMMONIA)
    desk.behave["water"] = lambda: drop(folder, ammonia=METHANE * 2)
    assert endings(go(folder, desk)) == {"water.smi": "run", "ammonia.smi": "left"}
    assert content(folder, "") == {"ammonia.smi": METHANE * 2}


def test_two_hundred_files_are_a_line_each(folder, desk):
    files = {f"m{k:03}": f"{'C' * (k + 1)} m{k}\n" for k in range(200)}
    drop(folder, **files)
    lines = go(folder, desk, limit=20)
    assert list(lines) == [f"{name}.smi" for name in files]
    assert desk.ran == list(files)[:20]
    assert summary(list(lines.values())) == "200 batches: 20 run, 180 left"
    go(folder, desk, limit=180)
    assert desk.ran == list(files)
    assert len(content(folder, "done")) == 200


@pytest.mark.parametrize("moment", range(28))
def test_a_kill_at_any_moment_loses_nothing(folder, desk, moment, monkeypatch):
    """The process dies before its n-th step in the file system; the next round goes on."""
    dropped = {"water.smi": WATER, "eau.smi": WATER, "bad.smi": "", "ammonia.smi": AMMONIA}
    drop(folder, **{name.removesuffix(".smi"): text for name, text in dropped.items()})
    steps = count()
    for name in ("rename", "replace", "unlink"):
        method = getattr(Path, name)
        monkeypatch.setattr(Path, name, partialmethod(die_at, moment, steps, method))
    with pytest.raises(KeyboardInterrupt):
        go(folder, desk)
    rooms = [content(folder, room) for room in ("", "running", "done", "rejected")]
    assert sorted(text for room in rooms for text in room.values()) == sorted(dropped.values())
    go(folder, desk)
    assert content(folder, "rejected") == {"bad.smi": dropped.pop("bad.smi")}
    assert content(folder, "done") == dropped
    assert content(folder, "") == content(folder, "running") == {}


def die_at(path, moment, steps, method, *args, **named):
    if next(steps) == moment:
        raise KeyboardInterrupt
    return method(path, *args, **named)


def test_the_summary_counts_and_names_what_failed():
    lines = [
        Line(name="a", ending="run", said=""),
        Line(name="b", ending="failed", said="a bug"),
        Line(name="c", ending="run", said=""),
    ]
    assert summary([]) == "nothing new"
    assert summary(lines[:1]) == "1 batch: 1 run"
    assert summary(lines) == "3 batches: 2 run, 1 failed; b: a bug"

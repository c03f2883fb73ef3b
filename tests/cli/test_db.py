"""molpipe db at the terminal: what it says, its exit codes, and one line where it cannot work."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from molpipe.cli import app
from molpipe.errors import StoreError
from molpipe.store import open_store
from tests.model.samples import VQE
from tests.sample_results import sample_results
from tests.store.conftest import RUN_START, execute

KEY = "a" * 64
LONG_AGO = datetime.now(UTC) - timedelta(days=400)


@pytest.fixture
def database(tmp_path):
    """A database with one run that never ended, and a stage result, of long ago."""
    path = tmp_path / "molpipe.db"
    with open_store(path, environment={}, now=lambda: LONG_AGO) as store:
        store.begin_run(RUN_START)
        store.keep_row(RUN_START.id, sample_results().rows[0])
        store.keep(KEY, "vqe", VQE, seconds=1.0, versions={})
    return str(path)


def db(*arguments, fails=0):
    said = CliRunner().invoke(app, ["db", *map(str, arguments)])
    assert said.exit_code == fails, said.output
    return said.output


def test_check_says_what_is_there(database):
    said = db("check", "--database", database)
    assert database in said
    assert "run pilot-1 pilot: 1 of 3 rows, not ended" in said
    assert "all of it can be read" in said


def test_check_of_something_corrupt_exits_with_1_until_it_is_repaired(database):
    execute(database, "UPDATE stage_results SET payload = :nothing", nothing=b"")
    said = db("check", "--database", database, fails=1)
    assert KEY[:12] in said
    assert "--repair" in said
    assert "1 stage results were removed" in db("check", "--repair", "--database", database)
    db("check", "--database", database)


def test_prune_deletes_only_with_yes(database):
    assert "nothing was deleted" in db("prune", "--database", database)
    assert "1 runs, 1 stage results" in db("prune", "--database", database)
    db("prune", "--yes", "--database", database)
    assert "0 runs, 0 stage results" in db("prune", "--database", database)


def test_prune_keeps_what_is_named_or_young_enough(database):
    assert "0 runs" in db("prune", "--keep-runs", "pilot", "--database", database)
    assert "0 runs" in db("prune", "--older-than", 1000, "--database", database)


def test_backup_and_copy_back(database, tmp_path):
    file, back = tmp_path / "backup.db", tmp_path / "back.db"
    assert str(file) in db("backup", file, "--database", database)
    assert "runs: 1, of which 0 were there already" in db("copy", file, back)
    assert "runs: 1, of which 1 were there already" in db("copy", file, back)
    assert "pilot-1" in db("check", "--database", back)


@pytest.mark.parametrize("command", [["check"], ["prune"], ["backup", "b.db"], ["copy", "t.db"]])
def test_a_database_that_is_not_there_is_not_made(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    options = ["new.db"] if command[0] == "copy" else ["--database", "t.db"]
    said = CliRunner().invoke(app, ["db", *command, *options])
    assert isinstance(said.exception, StoreError)
    assert "t.db" in said.exception.line
    assert not list(tmp_path.iterdir())


@pytest.fixture
def foreign(tmp_path):
    """An SQLite file of another program."""
    path = tmp_path / "cookies.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE cookies (a)")
    return path


@pytest.mark.parametrize(
    "arguments",
    [
        ["db", "check", "--database", "{db}"],
        ["db", "prune", "--yes", "--database", "{db}"],
        ["db", "backup", "{db}.backup", "--database", "{db}"],
        ["db", "copy", "{db}", "{db}.copy"],
        ["show", "water", "--database", "{db}"],
        ["report", "--database", "{db}"],
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_the_file_of_another_program_stays_as_it_is(arguments, foreign):
    before = foreign.read_bytes()
    said = CliRunner().invoke(app, [word.format(db=foreign) for word in arguments])
    assert isinstance(said.exception, StoreError)
    assert "cookies.db is no result database of molpipe" in said.exception.line
    assert foreign.read_bytes() == before
    assert list(foreign.parent.iterdir()) == [foreign]


def test_nothing_is_kept_in_the_file_of_another_program(foreign):
    before = foreign.read_bytes()
    with pytest.raises(StoreError, match="holds other tables"):
        open_store(foreign, environment={})
    assert foreign.read_bytes() == before


def test_a_database_is_checked_where_nobody_may_write(database, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    folder = Path(database).parent
    before = sorted(folder.iterdir())
    assert "all of it can be read" in db("check", "--database", database)
    assert sorted(folder.iterdir()) == before

"""A backup is whole, or it is not there."""

import threading
from dataclasses import replace

import pytest

from molpipe.errors import StoreError
from molpipe.store import open_store
from molpipe.store.backup import backup
from molpipe.store.transactions import open_unchanged
from tests.store.conftest import damage
from tests.store.test_copying import ROWS, fill, lines


def test_a_backup_holds_everything(store, opened, database, run_start, tmp_path):
    fill(store, run_start)
    file = tmp_path / "backups" / "monday.db"
    backup(opened, file)
    assert lines(str(file)) == lines(database)
    assert [path.name for path in file.parent.iterdir()] == ["monday.db"]


def test_a_backup_while_others_write_is_one_moment(store, opened, run_start, tmp_path):
    """Rows are kept in turn, so that a moment holds the first so many of them."""
    store.begin_run(run_start)
    stop = threading.Event()

    def write():
        number = 0
        while not stop.is_set():
            number += 1
            store.keep_row(run_start.id, replace(ROWS[0], row=number))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for name in ("a.db", "b.db"):
            backup(opened, tmp_path / name)
    finally:
        stop.set()
        writer.join()
    for name in ("a.db", "b.db"):
        with open_store(tmp_path / name, environment={}) as found:
            numbers = [row.row for row in found.load_run(run_start.id).rows]
        assert numbers == list(range(1, len(numbers) + 1))


def test_a_backup_never_replaces_a_file(opened, tmp_path):
    file = tmp_path / "monday.db"
    file.write_text("another backup")
    with pytest.raises(StoreError, match="there already"):
        backup(opened, file)
    assert file.read_text() == "another backup"


def test_where_nothing_can_be_written_is_said(opened, tmp_path):
    below = tmp_path / "file"
    below.write_text("")
    with pytest.raises(StoreError, match="cannot be written"):
        backup(opened, below / "monday.db")


def test_a_backup_of_a_damaged_file_is_refused(tmp_path, run_start):
    path, file = tmp_path / "molpipe.db", tmp_path / "monday.db"
    with open_store(path, environment={}) as store:
        store.begin_run(run_start)
    damage(path, "ix_run_rows_name")
    with (
        open_unchanged(path, environment={}) as source,
        pytest.raises(StoreError, match="damaged"),
    ):
        backup(source, file)
    assert not file.exists()
    assert not list(tmp_path.glob("*.part"))

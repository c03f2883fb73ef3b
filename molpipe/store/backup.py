"""The whole result database as one SQLite file."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import URL

from molpipe.errors import StoreError
from molpipe.store.copying import copy_database
from molpipe.store.failures import as_store_errors
from molpipe.store.transactions import Database, open_database


def backup(source: Database, file: Path) -> None:
    """Write the database as it is now into a new SQLite file, whoever writes meanwhile.

    The file has its name only once it is whole.

    Raises:
        StoreError: the file is there already, cannot be written, or the source fails.
    """
    part = file.with_name(f"{file.name}.part")
    if file.exists():
        raise StoreError(f"{file} is there already", hint="name another file, with a date perhaps")
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)  # of a backup that was killed
        if source.is_sqlite:
            _copy_pages(source, part)
        else:
            with open_database(part, environment={}) as target:
                copy_database(source, target)
        part.rename(file)
    except OSError as error:
        raise StoreError(
            f"{file} cannot be written: {error.strerror}", hint="name another folder"
        ) from error
    finally:
        with suppress(OSError):
            part.unlink()


def _copy_pages(source: Database, file: Path) -> None:
    """With SQLite's own online backup: https://www.sqlite.org/backup.html."""
    with as_store_errors(source.engine.url):
        opened = source.engine.raw_connection()
    with (
        as_store_errors(URL.create("sqlite", database=str(file))),
        closing(opened),
        closing(sqlite3.connect(file)) as written,
    ):
        original = opened.driver_connection
        assert isinstance(original, sqlite3.Connection)
        original.backup(written)
        (found,) = written.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise StoreError(f"the backup is damaged: {found}", hint="molpipe db check says more")

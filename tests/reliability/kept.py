"""How often each stage was kept, whoever computed it: a trigger of the database counts."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from molpipe.store import open_store

_TRIGGERS = """
CREATE TABLE kept (key TEXT);
CREATE TRIGGER first AFTER INSERT ON stage_results BEGIN INSERT INTO kept VALUES (new.key); END;
CREATE TRIGGER again AFTER UPDATE ON stage_results BEGIN INSERT INTO kept VALUES (new.key); END;
"""


def count_from_now_on(database: Path) -> None:
    """Make the database if it is not there, and let it count."""
    open_store(database, environment={}).close()
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(_TRIGGERS)


def times_kept(database: Path) -> dict[str, int]:
    """How often each key was kept."""
    with closing(sqlite3.connect(database, timeout=30)) as connection:
        return dict(connection.execute("SELECT key, count(*) FROM kept GROUP BY key"))


def rows_answered(database: Path) -> int:
    """How many rows all runs together have."""
    with closing(sqlite3.connect(database, timeout=30)) as connection:
        return connection.execute("SELECT count(*) FROM run_rows").fetchone()[0]

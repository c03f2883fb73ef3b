"""Every database that was ever written opens, and two that open it at once agree."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

import molpipe.store.migrate
from molpipe.errors import SchemaTooNew
from molpipe.model.results import VQEResult
from molpipe.store import open_store
from molpipe.store.migrate import REVISIONS, VERSION_TABLE
from molpipe.store.schema import Base
from tests.model.samples import VQE

GOLDEN = Path(__file__).parent.parent / "golden"
KEY = "0123456789abcdef" * 4


def test_revisions_are_those_of_the_migration_files():
    scripts = ScriptDirectory(str(Path(molpipe.store.migrate.__file__).parent / "migrations"))
    found = [script.revision for script in scripts.walk_revisions()]
    assert tuple(reversed(found)) == REVISIONS


def test_migrations_end_at_the_schema_of_the_code(store, database):
    engine = create_engine(f"sqlite:///{database}")
    with engine.connect() as connection:
        options = {"compare_type": True, "version_table": VERSION_TABLE}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


@pytest.mark.parametrize("revision", REVISIONS)
def test_golden_databases_of_every_schema_still_open(revision, tmp_path):
    database = tmp_path / "golden.db"
    with sqlite3.connect(database) as connection:
        connection.executescript((GOLDEN / f"store-{revision}.sql").read_text())
    connection.close()
    with open_store(database, environment={}) as store:
        assert store.recall(KEY, VQEResult).value.energy == VQE.energy
        (run,) = store.runs()
        results = store.load_run(run.id)
        ((_, row),) = store.find_rows("water")
    assert (run.id, run.n_rows, run.statuses) == ("golden", 2, {"ok": 1, "refused": 1})
    assert [row.row for row in results.rows] == [1, 2]
    assert row.energies.active.vqe.good == pytest.approx(-75.0123, abs=1e-3)


def test_a_newer_schema_is_refused_and_left_alone(store, database):
    store.close()
    with sqlite3.connect(database) as connection:
        connection.execute(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    connection.close()
    before = database.read_bytes()
    with pytest.raises(SchemaTooNew, match="9999"):
        open_store(database, environment={})
    assert database.read_bytes() == before


OPEN = """
import sys
from molpipe.store import open_store

print("ready", flush=True)
sys.stdin.readline()
with open_store(sys.argv[1], environment={}) as store:
    print(len(store.runs()))
"""


def test_processes_that_open_a_fresh_database_at_once_all_succeed(database):
    started = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN, database],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    assert all(process.stdout.readline() == "ready\n" for process in started)
    for process in started:
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [process.communicate() for process in started] == [("0\n", "")] * 3

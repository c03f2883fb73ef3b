"""Every database that was ever written opens, and two that open it at once agree."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DBAPIError

import molpipe.store.migrate
from molpipe.errors import CorruptRecord, SchemaTooNew, StoreError
from molpipe.model.results import VQEResult
from molpipe.store import open_existing, open_store
from molpipe.store.answers import FACTS, answer
from molpipe.store.database import database_url, open_engine
from molpipe.store.migrate import REVISIONS, VERSION_TABLE
from molpipe.store.schema import Base
from tests.model.samples import VQE
from tests.store.conftest import execute
from tests.store.processes import in_processes

GOLDEN = Path(__file__).parent.parent / "golden"
KEY = "0123456789abcdef" * 4


def test_revisions_are_those_of_the_migration_files():
    scripts = ScriptDirectory(str(Path(molpipe.store.migrate.__file__).parent / "migrations"))
    found = [script.revision for script in scripts.walk_revisions()]
    assert tuple(reversed(found)) == REVISIONS


def test_migrations_end_at_the_schema_of_the_code(store, database):
    engine = open_engine(database_url(database, {}))
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


@pytest.mark.parametrize("revision", REVISIONS)
def test_golden_databases_fill_every_table_as_keeping_the_rows_would(revision, tmp_path):
    database = tmp_path / "golden.db"
    with sqlite3.connect(database) as connection:
        connection.executescript((GOLDEN / f"store-{revision}.sql").read_text())
    connection.close()
    with open_store(database, environment={}) as store:
        rows = store.load_run("golden").rows
    for row in rows:
        wanted = answer(row)
        asked = "SELECT * FROM results WHERE id = (SELECT result_id FROM run_rows WHERE row = :row)"
        ((found),) = execute(str(database), asked, row=row.row)
        facts = found._asdict()
        assert {name: facts[name] for name in FACTS} == {
            name: wanted.result[name] for name in FACTS
        }
        asked = "SELECT space, method, value, status FROM energies WHERE result_id = :id"
        energies = {tuple(line) for line in execute(str(database), asked, id=facts["id"])}
        assert energies == {
            (line["space"], line["method"], line["value"], line["status"])
            for line in wanted.energies
        }


OPEN_GOLDEN = """
def work(number, database):
    with open_store(database, environment={}) as store:
        assert [row.row for row in store.load_run("golden").rows] == [1, 2]
"""


@pytest.mark.slow
def test_processes_that_migrate_a_filled_database_at_once_agree(tmp_path):
    database = tmp_path / "golden.db"
    with sqlite3.connect(database) as connection:
        connection.executescript((GOLDEN / "store-0001.sql").read_text())
    connection.close()
    in_processes(3, OPEN_GOLDEN, str(database))
    assert execute(str(database), "SELECT count(*) FROM run_rows") == [(2,)]


def test_a_row_that_cannot_be_read_is_migrated_as_it_is(tmp_path):
    database = tmp_path / "golden.db"
    with sqlite3.connect(database) as connection:
        connection.executescript((GOLDEN / "store-0001.sql").read_text())
        connection.execute("UPDATE run_rows SET document = 'half a docu' WHERE row = 1")
    connection.close()
    with open_store(database, environment={}) as store, pytest.raises(CorruptRecord, match="row 1"):
        store.load_run("golden")


def test_a_newer_schema_is_refused_and_left_alone(empty):
    open_store(empty, environment={}).close()
    execute(empty, f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    execute(empty, "DROP TABLE batches")
    with pytest.raises(SchemaTooNew, match="9999") as caught:
        open_store(empty, environment={})
    assert empty.rpartition("/")[2] in caught.value.message
    with pytest.raises(DBAPIError, match="batches"):
        execute(empty, "SELECT * FROM batches")


OPEN = """
def work(number, database):
    with open_store(database, environment={}) as store:
        assert store.runs() == []
"""


@pytest.mark.slow
def test_processes_that_open_an_empty_database_at_once_all_succeed(empty):
    in_processes(3, OPEN, empty)
    with open_store(empty, environment={}) as store:
        assert store.runs() == []


@pytest.fixture
def golden(tmp_path):
    """Writes the golden database of a schema."""

    def write(revision):
        path = tmp_path / "golden.db"
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript((GOLDEN / f"store-{revision}.sql").read_text())
            connection.execute("PRAGMA journal_mode = WAL")
        return path

    return write


def read_only(path):
    return f"sqlite:///file:{path}?mode=ro&uri=true"


def test_a_database_of_the_newest_schema_is_read_where_nobody_may_write(golden):
    with open_existing(read_only(golden(REVISIONS[-1])), environment={}) as store:
        assert [row.row for row in store.load_run("golden").rows] == [1, 2]


def test_an_older_one_is_brought_up_to_date_to_be_read(golden):
    with open_existing(golden(REVISIONS[0]), environment={}) as store:
        assert [row.row for row in store.load_run("golden").rows] == [1, 2]


def test_an_older_one_that_nobody_may_write_says_so(golden):
    with pytest.raises(StoreError, match="readonly"):
        open_existing(read_only(golden(REVISIONS[0])), environment={})


def test_reading_makes_no_database(tmp_path):
    with pytest.raises(StoreError, match=r"there is no result database .*none\.db"):
        open_existing(tmp_path / "none.db", environment={})
    assert not (tmp_path / "none.db").exists()


def test_reading_refuses_what_is_no_database(tmp_path):
    (tmp_path / "half.db").write_bytes(b"SQLite format 3\0" + 40 * b"\xff")
    with pytest.raises(StoreError, match=r"half\.db"):
        open_existing(tmp_path / "half.db", environment={})

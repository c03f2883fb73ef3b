"""What cannot be read is found and named; a repair removes what can be computed again."""

import zlib

import pytest

from molpipe.model.codec import encode
from molpipe.model.results import VQEResult
from molpipe.store import open_store
from molpipe.store.answers import answer
from molpipe.store.inspection import CONTENTS, inspect, repair
from molpipe.store.schema import Base
from molpipe.store.transactions import open_database
from tests.model.samples import VQE
from tests.model.test_packed import PACKED
from tests.sample_results import sample_results
from tests.store.conftest import damage, execute

ROWS = sample_results().rows
KEYS = ("a" * 64, "b" * 64)
WITHOUT_FIRST = """UPDATE documents SET document = '{}'
WHERE result_id = (SELECT result_id FROM run_rows WHERE "row" = 1)"""


@pytest.fixture
def filled(store, opened, run_start):
    """A run with two of its three rows, two stage results, a batch, and a lease."""
    store.begin_run(run_start)
    for row in ROWS[:2]:
        store.keep_row(run_start.id, row)
    for key in KEYS:
        store.keep(key, "vqe", VQE, seconds=1.0, versions={})
    store.keep_batch(PACKED)
    store.leases().claim("c" * 64)
    return opened


def test_every_table_is_measured():
    assert {kind.__table__ for kind in CONTENTS} == set(Base.metadata.sorted_tables)


def test_a_whole_database_has_no_damage(filled, run_start):
    found = inspect(filled)
    assert found.damages == ()
    assert {size.table: size.lines for size in found.sizes} == {
        "stage_results": 2,
        "run_rows": 2,
        "results": 2,
        "documents": 2,
        "energies": sum(len(answer(row).energies) for row in ROWS[:2]),
        "runs": 1,
        "batches": 1,
        "leases": 1,
    }
    assert all(size.n_bytes > 0 for size in found.sizes)
    (run,) = found.runs
    assert (sum(run.statuses.values()), run.n_rows, run.finished) == (2, 3, None)


def test_an_empty_database_is_whole(opened):
    found = inspect(opened)
    assert (found.damages, found.runs) == ((), ())
    assert {size.n_bytes for size in found.sizes} == {0}


@pytest.mark.parametrize(
    "payload", [b"", b"rubbish", zlib.compress(b"rubbish"), zlib.compress(encode(VQE))[:-9]]
)
def test_a_corrupt_stage_result_is_named_and_removed(filled, store, database, payload):
    statement = "UPDATE stage_results SET payload = :payload WHERE key = :key"
    execute(database, statement, payload=payload, key=KEYS[0])
    found = inspect(filled)
    (broken,) = found.damages
    assert KEYS[0][:12] in broken.what
    assert "--repair" in broken.hint
    assert repair(filled, found) == 1
    assert inspect(filled).damages == ()
    assert store.recall(KEYS[0], VQEResult) is None
    assert store.recall(KEYS[1], VQEResult) is not None


def test_what_was_computed_again_meanwhile_is_not_removed(filled, store, database):
    statement = "UPDATE stage_results SET payload = :payload WHERE key = :key"
    execute(database, statement, payload=b"", key=KEYS[0])
    found = inspect(filled)
    store.keep(KEYS[0], "vqe", VQE, seconds=1.0, versions={})
    repair(filled, found)
    assert store.recall(KEYS[0], VQEResult) is not None


def test_results_of_a_newer_molpipe_are_counted_and_left(filled, store, database):
    newer = zlib.compress(encode(VQE).replace(b'"version":1', b'"version":999'))
    execute(database, "UPDATE stage_results SET payload = :newer", newer=newer)
    found = inspect(filled)
    assert (found.damages, found.too_new) == ((), 2)
    assert repair(filled, found) == 0
    assert execute(database, "SELECT count(*) FROM stage_results") == [(2,)]


def test_a_corrupt_row_and_batch_are_named_and_left(filled, database):
    execute(database, WITHOUT_FIRST)
    execute(database, "UPDATE batches SET main = 'nobody.csv'")
    found = inspect(filled)
    row, batch = found.damages
    assert (row.what, row.hint) == ("row 1 of run pilot-1", "run the batch again")
    assert (PACKED.name in batch.what, batch.hint) == (True, "submit it again")
    assert repair(filled, found) == 0
    assert len(inspect(filled).damages) == 2


def test_a_damaged_file_is_said(tmp_path, run_start):
    path = tmp_path / "molpipe.db"
    with open_store(path, environment={}) as store:
        store.begin_run(run_start)
    damage(path, "ix_runs_started_at")
    with open_database(path, environment={}) as opened:
        (broken,) = inspect(opened).damages
    assert broken.what == "the file"
    assert "\n" not in broken.why
    assert "backup" in broken.hint

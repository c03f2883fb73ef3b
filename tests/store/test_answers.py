"""A row is taken apart and put together again; what several runs hold stands once."""

import json
from dataclasses import replace

import pytest

from molpipe.errors import CorruptRecord
from molpipe.store.answers import FACTS, answer, read_document
from molpipe.store.pruning import find_prunable, prune
from molpipe.store.schema import Result
from tests.sample_results import sample_results
from tests.store.conftest import NOON, execute

ROWS = sample_results().rows


def counts(database):
    tables = ("run_rows", "results", "documents", "energies")
    return [execute(database, f"SELECT count(*) FROM {table}")[0][0] for table in tables]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name[:20])
def test_facts_are_what_stands_at_their_places_in_the_json(row):
    found = answer(row)
    document = json.loads(found.document["document"])
    for name, paths in FACTS.items():
        values = [at(document, path) for path in paths]
        assert found.result[name] == next((v for v in values if v is not None), None), name
    energies = document["energies"] or {}
    for line in found.energies:
        assert energies[line["space"]][line["method"]]["value"] == line["value"]


def at(value, path):
    for name in path:
        if value is None:
            return None
        value = value[int(name)] if isinstance(value, list) else value.get(name)
    return value


def test_forty_nights_hold_a_molecule_once(store, database, run_start):
    for night in range(40):
        store.begin_run(replace(run_start, id=f"night {night}"))
        row = replace(ROWS[0], row=night + 1, name=f"water {night}", reused=night > 0)
        store.keep_row(f"night {night}", replace(row, extra={"night": str(night)}))
    one = len(answer(ROWS[0]).energies)
    assert counts(database) == [40, 1, 1, one]
    row = store.load_run("night 7").rows[0]
    assert (row.row, row.name, row.reused, row.extra) == (8, "water 7", True, {"night": "7"})
    assert replace(row, row=1, name=ROWS[0].name, reused=False, extra=ROWS[0].extra) == ROWS[0]


def test_what_is_not_asked_for_has_no_line():
    energies = answer(ROWS[2]).energies
    assert {"vqe", "casci"} <= {line["method"] for line in energies}
    assert "nevpt2" not in {line["method"] for line in energies}


def test_pruning_leaves_no_orphan(store, opened, database, run_start):
    later = replace(run_start, id="later", started=NOON)
    for start in (run_start, later):
        store.begin_run(start)
    store.keep_row(run_start.id, ROWS[0])
    store.keep_row(run_start.id, ROWS[1])
    store.keep_row(later.id, ROWS[1])
    for start in (run_start, later):
        store.finish_run(start.id, finished=NOON, seconds=1.0)
    far = NOON.replace(year=NOON.year + 1)
    prune(opened, find_prunable(opened, before=far, now=far, keep_runs=["later"]))
    assert counts(database) == [1, 1, 1, len(answer(ROWS[1]).energies)]
    assert store.load_run("later").rows == (ROWS[1],)


def test_a_document_that_was_changed_is_corrupt():
    document = answer(ROWS[2]).document
    changed = document["document"].replace("-75.0", "-76.0", 1)
    with pytest.raises(CorruptRecord, match="changed"):
        read_document(changed, document["result_id"])


def test_names_of_any_length_and_alphabet_come_back(store, run_start):
    """PostgreSQL's usual index refuses text over 2.7 kB that does not shrink."""
    names = [
        "".join(chr(0x4E00 + 7919 * n % 20000) for n in range(10_000)),
        "<script>alert(1)</script>",
        "=1+1",
        "\N{RIGHT-TO-LEFT OVERRIDE}enieffac עברית",
        "'; DROP TABLE runs; --",
    ]
    store.begin_run(run_start)
    for number, name in enumerate(names, start=1):
        store.keep_row(run_start.id, replace(ROWS[0], row=number, name=name, series=name))
    assert [row.name for row in store.load_run(run_start.id).rows] == names
    for name in names:
        ((_, row),) = store.find_rows(name)
        assert (row.name, row.series) == (name, name)


def test_every_fact_is_a_column():
    assert set(FACTS) < {column.name for column in Result.__table__.c}

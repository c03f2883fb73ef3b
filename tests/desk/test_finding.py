from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from molpipe.desk.finding import find_results
from molpipe.errors import InputError
from molpipe.exports import results_json
from molpipe.model.document import Results
from tests.desk.test_runs import closed, summary
from tests.sample_results import answered, sample_results


@dataclass
class FakeStore:
    """As :class:`molpipe.store.Store`; runs with the newest first."""

    kept: list[tuple[str, Results]] = field(default_factory=list)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def runs(self):
        return [summary(n, name, run.batch.id) for n, (name, run) in enumerate(self.kept)]

    def load_run(self, run_id):
        return next(run for _, run in self.kept if run.batch.id == run_id)

    def find_rows(self, wanted):
        return [
            (about, row)
            for about in self.runs()
            for row in self.load_run(about.id).rows
            if wanted == row.name or (row.key and row.key.startswith(wanted))
        ]


def run(letter, *rows, pyscf="2"):
    base = sample_results()
    batch = replace(base.batch, id=letter * 32, versions={"pyscf": pyscf})
    numbered = tuple(replace(row, row=n) for n, row in enumerate(rows, start=1))
    return replace(base, rows=numbered, batch=batch)


WATER = answered("water")
LOST = next(row for row in sample_results().rows if row.energies is None)
STORE = FakeStore(
    [
        ("nightly", run("c", replace(WATER, reused=True), pyscf="3")),
        ("nightly", run("b", WATER, LOST, pyscf="2")),
        ("first", run("a", replace(WATER, key="f" * 64), pyscf="1")),
    ]
)


def find(wanted):
    return find_results(wanted, lambda: STORE)


@pytest.mark.parametrize("wanted", ["water", WATER.key, WATER.key[:8]])
def test_a_recalled_row_belongs_to_the_run_that_computed_it(wanted):
    found = find(wanted)
    assert found.origin.run_id == "b" * 32
    assert found.origin.versions == {"pyscf": "2"}
    (row,) = found.rows
    assert not row.reused


def test_a_run_is_all_of_its_rows_that_have_energies():
    found = find("nightly~1")
    assert [row.name for row in found.rows] == ["water"]
    assert found.left_out == (LOST.name,)


def test_a_file_needs_no_database(tmp_path):
    results_json.write(STORE.kept[2][1], tmp_path / "results.json")
    assert find_results(str(tmp_path / "results.json"), closed).origin.run_id == "a" * 32


def test_what_is_not_there_is_one_line():
    with pytest.raises(InputError, match="no result and no run") as caught:
        find("nothing")
    assert "cccccccc" in caught.value.line


def test_a_run_without_energies_cannot_be_reproduced():
    empty = FakeStore([("empty", run("e", LOST))])
    with pytest.raises(InputError, match="no row of 'empty' has energies"):
        find_results("empty", lambda: empty)

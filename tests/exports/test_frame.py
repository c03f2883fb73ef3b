"""The columns of a frame and their types are promises, whatever was found."""

import pandas as pd
import pytest

from molpipe.exports.frame import columns, energy_columns, frame
from molpipe.store import Question, RunStart, open_store
from tests.sample_results import sample_results
from tests.store.conftest import NOON

ROWS = sample_results().rows


@pytest.fixture(scope="module")
def lines(tmp_path_factory):
    with open_store(tmp_path_factory.mktemp("f") / "r.db", environment={}) as store:
        store.begin_run(
            RunStart(
                id="a", name="a", source="a", source_sha256="a", columns={}, n_rows=9,
                started=NOON, settings={}, versions={},
            )
        )  # fmt: skip
        for row in ROWS:
            store.keep_row("a", row)
        yield {
            "all": store.find_lines(Question()),
            "failed": store.find_lines(Question(status="failed")),
            "none": store.find_lines(Question(molecule="nobody")),
        }


def test_types_do_not_depend_on_what_was_found(lines):
    frames = [frame(*found) for found in lines.values()]
    assert [len(found) for found in frames] == [len(ROWS), 1, 0]
    for found in frames:
        fixed = [name for name in found.columns if not name.startswith("extra.")]
        assert tuple(fixed) == columns()
        pd.testing.assert_series_equal(found[fixed].dtypes, frames[0][fixed].dtypes)


def test_what_the_batch_brought_along_follows(lines):
    found = frame(*lines["all"])
    names = dict.fromkeys(name for row in ROWS for name in row.extra)
    assert list(found.columns[len(columns()) :]) == [f"extra.{name}" for name in names] != []
    for row, (_, line) in zip(ROWS, found.iterrows(), strict=True):
        for name in names:
            assert line[f"extra.{name}"] == row.extra.get(name) or name not in row.extra


def test_energies_are_those_of_the_rows(lines):
    found = frame(*lines["all"])
    for row, (_, line) in zip(ROWS, found.iterrows(), strict=True):
        for name in energy_columns():
            space, _, method = name.removesuffix(" [Ha]").partition("_")
            block = getattr(row.energies, space, None)
            value = getattr(block, method).good if block else None
            assert line[name] == value or (value is None and pd.isna(line[name]))


def test_what_did_not_converge_is_shown_on_request(lines):
    rows, energies = lines["all"]
    changed = [(*line[:4], "unconverged") for line in energies]
    assert frame(rows, changed)[list(energy_columns())].isna().all(axis=None)
    assert frame(rows, changed, unconverged=True)["active_vqe [Ha]"].notna().any()


def test_numbers_that_can_be_missing_keep_their_kind(lines):
    found = frame(*lines["all"])
    assert found.dtypes["n_qubits"] == "Int64"
    assert found.dtypes["active_vqe [Ha]"] == "float64"
    assert str(found.dtypes["started"]) == "datetime64[us, UTC]"
    assert found["n_qubits"].isna().sum() == sum(row.problem is None for row in ROWS)

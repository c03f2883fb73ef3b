"""results.csv holds what results.json holds, flat, and runs nothing in a spreadsheet."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from molpipe.exports import results_csv
from tests.sample_results import FORMULA, answered, failures_only, sample_results


def table(results):
    return list(csv.DictReader(io.StringIO(results_csv.to_csv(results), newline="")))


def test_one_line_a_row_in_order():
    results = sample_results()
    assert [line["row"] for line in table(results)] == [str(row.row) for row in results.rows]


def test_numbers_come_back_exactly():
    results = sample_results()
    for line, row in zip(table(results), results.rows, strict=True):
        cell = line["energies.active.vqe [Ha]"]
        value = row.energies.active.vqe.value if row.energies else None
        assert (float(cell) if cell else None) == value


def test_columns_do_not_depend_on_what_was_computed():
    header = results_csv.to_csv(sample_results()).splitlines()[0].split(",")
    without_extra = [name for name in header if not name.startswith("extra.")]
    assert results_csv.to_csv(failures_only()).splitlines()[0].split(",") == without_extra
    assert header[len(without_extra) :] == ["extra.supplier"]
    assert len(set(header)) == len(header)


def test_extra_columns_are_the_union_over_the_rows():
    rows = (replace(answered(), extra={"a": "1"}), replace(answered(), extra={"b": "2", "a": "3"}))
    lines = table(replace(sample_results(), rows=rows))
    assert [(line["extra.a"], line["extra.b"]) for line in lines] == [("1", ""), ("3", "2")]


@pytest.mark.parametrize(
    "name",
    [FORMULA, "+1+1", "-cmd|' /C calc'!A0", "@SUM(1)", "\t=1", "\r=1", " =1", "＝1", "-", "+inf"],
)
def test_what_a_spreadsheet_would_run_is_neutralised(name):
    row = replace(answered(name), extra={"note": name})
    (line,) = table(replace(sample_results(), rows=(row,)))
    assert line["name"] == f"'{name}"
    assert line["extra.note"] == f"'{name}"


@pytest.mark.parametrize("name", ["-1.5", "+3", "-2e-3", "C[N+]", "water", "1-butanol", "'quoted"])
def test_numbers_and_plain_text_stay_as_they_are(name):
    (line,) = table(replace(sample_results(), rows=(answered(name),)))
    assert line["name"] == name


def test_what_a_terminal_would_obey_is_replaced():
    row = replace(answered(), extra={"no\x1b[31mte": "red\x1b[31m\x9b2J"})
    text = results_csv.to_csv(replace(sample_results(), rows=(row,)))
    assert "red\ufffd[31m\ufffd2J" in text
    assert not {"\x1b", "\x9b"} & set(text)


def test_a_name_with_every_delimiter_comes_back():
    name = 'a,"b";\n c\tü'
    (line,) = table(replace(sample_results(), rows=(answered(name),)))
    assert line["name"] == name


def test_lists_and_truth_values_read_well():
    line = table(sample_results())[0]
    assert line["molecule.geometry [angstrom]"] == "H 0.0 0.0 0.0; H 0.0 0.0 0.74"
    assert line["diagnostics.may_ccsd_judge"] == "true"
    assert line["problem.active_electrons"] == "1; 1"
    assert line["settings.conformer.refine"] == "auto"


def test_the_file_is_utf8(tmp_path):
    results_csv.write(replace(sample_results(), rows=(answered("水"),)), tmp_path / "results.csv")
    assert "水" in (tmp_path / "results.csv").read_bytes().decode("utf-8")

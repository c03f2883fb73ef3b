"""The batch at a glance counts what is there, and begins with what needs attention."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from molpipe.report import overview
from tests.sample_results import answered, failures_only, related_results, sample_results

REPORT = "runs/reports/7/report.html"
CELL = 60
"""Characters of the longest cell; the UI cuts what is much wider."""


def summary(results, links=None):
    return overview.summary_page(results, report=REPORT, links=links or {})


def test_the_worst_come_first():
    good, bad = answered("good"), answered("bad", vqe_error=5e-3)
    worse = answered("worse", vqe_error=-9e-3)
    broken = {row.status: row for row in sample_results().rows if row.failure}
    mixed = [good, broken["cancelled"], bad, broken["refused"], worse, broken["failed"]]
    assert overview.worst_first(mixed) == [
        broken["failed"], broken["refused"], worse, bad, good, broken["cancelled"],
    ]  # fmt: skip


def test_a_table_has_a_line_a_row_in_short_cells():
    results = sample_results()
    table = overview.comparison_table(results.rows, {})
    assert [cells["row"] for cells in table] == [str(row.row) for row in results.rows]
    for cells, row in zip(table, results.rows, strict=True):
        assert cells["status"] == row.status
        assert max(map(len, cells.values())) <= CELL
        if row.failure:
            assert cells["solver, model or why not"].startswith(row.failure.code)


def test_row_numbers_lead_to_pages():
    first, second, *_ = overview.comparison_table(sample_results().rows, {1: "/artifacts/x"})
    assert first["row"] == "[1](/artifacts/x)"
    assert second["row"] == "2"


def test_a_table_too_long_keeps_the_worst_rows():
    rows = sample_results(times=50).rows
    table = overview.comparison_table(rows, {})
    assert len(table) == overview.TABLE_ROWS
    shown, there = Counter(cells["status"] for cells in table), Counter(row.status for row in rows)
    assert {word: shown[word] for word in ("failed", "partial", "refused")} == {
        word: there[word] for word in ("failed", "partial", "refused")
    }


def test_counts_are_those_of_the_rows():
    results = sample_results()
    rows, solver, model = overview.verdict_counts(results.rows)
    for line, words in (
        (rows, Counter(row.status for row in results.rows)),
        (solver, Counter(r.comparison.solver.verdict for r in results.rows if r.comparison)),
        (model, Counter(r.comparison.model.verdict for r in results.rows if r.comparison)),
    ):
        found = {word.strip(): int(n) for word, n in re.findall(r"([a-z -]+) \*\*(\d+)\*\*", line)}
        assert found == {word.replace("-", " "): number for word, number in words.items()}


def test_the_summary_says_what_to_do_about_each_row_that_is_not_ok():
    results = sample_results()
    text = summary(results, {12: "/page"})
    for row in results.rows:
        if row.failure and row.failure.hint:
            assert f"row {row.row}, " in text
            assert row.failure.hint in text
    assert "row 12, **ethylene**, partial ([page](/page)):" in text


def test_the_summary_says_where_the_report_lies_and_how_to_draw_it_again():
    results = sample_results()
    text = summary(results)
    assert REPORT in text
    assert f"`molpipe report {results.batch.id}`" in text
    for name, version in results.batch.versions.items():
        assert f"{name} {version}" in text


def test_it_says_that_not_every_row_has_a_page():
    rows = (answered("one"), replace(answered("two"), row=2))
    results = replace(sample_results(), rows=rows)
    assert "1 of 2 rows have a page" in summary(results, {1: "/x"})
    assert "have a page" not in summary(results, {1: "/x", 2: "/y"})


def test_a_batch_of_many_failures_stays_readable():
    text = summary(replace(sample_results(), rows=failures_only().rows * 50))
    assert text.count("\n- row ") == overview.LISTED
    assert "50 more are not written out" in text


def test_relative_energies_are_there_where_the_batch_has_them():
    results = related_results()
    text = summary(results)
    for reaction in results.reactions:
        if reaction.active["vqe"].kcal_mol is not None:
            assert f"{abs(reaction.active['vqe'].kcal_mol):.2f}" in text
    assert "Series stretch" in text
    assert "Relative energies" not in summary(sample_results())


def test_a_batch_without_a_single_result_has_a_summary():
    text = summary(failures_only())
    assert "no VQE energy to compare" in text
    assert len(overview.verdict_counts(failures_only().rows)) == 1

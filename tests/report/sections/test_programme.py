"""No row is lost between the classes, and every count is that of the rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from molpipe.report.sections.programme import CLASSES, SHORT_CLASSES, programme
from tests.sample_results import answered, failures_only, sample_results


def test_every_row_is_in_one_class_or_without_one():
    rows = sample_results().rows
    found = programme(rows)
    placed = [row.row for one in found.classes for row in one.rows]
    assert sorted(placed + [row.row for row in found.without]) == [row.row for row in rows]


def test_the_matrix_counts_every_comparison_once():
    rows = sample_results().rows
    found = programme(rows)
    expected = Counter(
        (r.comparison.solver.verdict, r.comparison.model.verdict) for r in rows if r.comparison
    )
    counted = {(s, m): n for s, line in found.believed.items() for m, n in line.items()}
    assert counted == dict(expected)
    assert found.compared == expected.total()
    assert set(found.models) == {model for _, model in expected}


def test_what_the_circuits_need_is_that_of_the_smallest_and_the_largest():
    rows = [answered(space=(4, 4), n_parameters=10), answered(space=(10, 7), n_parameters=26)]
    (one,) = (one for one in programme(rows).classes if one.rows)
    assert one.qubits == (8, 14)
    assert one.gates == tuple(row.vqe.two_qubit_gates for row in rows)
    assert one.seconds == rows[0].seconds.vqe


def test_a_class_without_molecules_stays_on_the_page():
    found = programme(failures_only().rows)
    assert [one.interest for one in found.classes] == list(CLASSES) == list(SHORT_CLASSES)
    assert all(one.qubits is one.gates is one.seconds is None for one in found.classes)
    assert len(found.without) == len(failures_only().rows)
    assert found.compared == 0


def test_a_row_beyond_classical_is_a_candidate():
    row = answered()
    row = replace(row, diagnostics=replace(row.diagnostics, interest="beyond-classical"))
    counted = {one.interest: len(one.rows) for one in programme([row]).classes}
    assert counted["beyond-classical"] == 1

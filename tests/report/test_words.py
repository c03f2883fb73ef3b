"""The summary counts what is there and says nothing that is not."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import get_args

from molpipe.model.comparison import ModelVerdict, SolverVerdict
from molpipe.model.document import ActiveEnergiesBlock, FullEnergiesBlock, RowStatus
from molpipe.report import words
from tests.sample_results import answered, failures_only, sample_results


def summary(*rows):
    return " ".join(words.summary(replace(sample_results(), rows=rows)))


def test_every_word_of_the_document_has_a_meaning():
    assert set(words.SOLVER_VERDICTS) == set(get_args(SolverVerdict))
    assert set(words.MODEL_VERDICTS) == set(get_args(ModelVerdict))
    energies = ActiveEnergiesBlock.__annotations__ | FullEnergiesBlock.__annotations__
    assert set(words.METHODS) == set(energies)


def test_counts_are_those_of_the_rows():
    results = sample_results()
    text = " ".join(words.summary(results))
    counts = Counter(row.comparison.solver.verdict for row in results.rows if row.comparison)
    assert f"Of {len(results.rows)} rows" in text
    assert f"Of {counts.total()} VQE energies, {counts['reproduces']} reproduce" in text
    assert f"{counts['misses']} miss it" in text
    assert "1 is trivial" in text


def test_every_status_is_counted():
    for status in get_args(RowStatus):
        row = replace(answered(), status=status)
        assert summary(row, answered()).startswith("Of 2 rows in pilot.csv, ")
        assert summary(row).startswith("Of 1 row in pilot.csv, 1 ")


def test_it_never_forgets_that_it_was_simulated():
    for results in (sample_results(), failures_only()):
        assert words.summary(results)[-1] == "All circuits were simulated classically."


def test_a_pilot_is_told_to_expect_nothing_beyond_classical_reach():
    assert "in a pilot, expect zero" in summary(answered())
    row = answered()
    beyond = replace(row, diagnostics=replace(row.diagnostics, interest="beyond-classical"))
    assert "1 molecule is beyond the reach of CASCI, selected CI and DMRG" in summary(beyond, row)


def test_no_success_is_said_to_be_none():
    assert "none reproduces" in summary(answered(vqe_error=0.1))
    assert "no VQE energy to compare" in " ".join(words.summary(failures_only()))


def test_the_worst_row_is_named():
    text = summary(answered("good"), answered("bad", vqe_error=-2e-3))
    assert "−2.000 mHa (bad)" in text


def test_ccsd_in_the_place_of_the_exact_energy_is_said():
    row = answered()
    solver = replace(row.comparison.solver, judge="ccsd")
    assert "CCSD stands in" in summary(
        replace(row, comparison=replace(row.comparison, solver=solver))
    )
    assert "CCSD stands in" not in summary(row)


def test_the_method_is_what_the_rows_ran_and_not_what_was_asked_for():
    assert words.method(failures_only()) == "no VQE"
    (row, *_) = (row for row in sample_results().rows if row.vqe)
    other = replace(row, vqe=replace(row.vqe, ansatz="adapt", backend="cirq"))
    one, two = (replace(sample_results(), rows=rows) for rows in ((row,), (row, other)))
    assert words.method(one) == f"{row.vqe.ansatz.upper()} in the {row.vqe.backend} simulator"
    assert words.method(two) == "2 ansaetze in 2 simulators"


def test_a_row_without_a_visible_name_has_its_number():
    row = answered("water")
    assert words.title(row) == "water"
    assert words.title(replace(row, name="x" * 100), 10) == "x" * 9 + "…"
    for name in ("", "  "):
        assert words.title(replace(row, name=name, row=7)) == "row 7"

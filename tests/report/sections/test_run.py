from dataclasses import replace

from molpipe.report.sections.run import CARDS, Run
from tests.sample_results import answered, related_results, sample_results


def test_a_long_run_shows_the_worst_molecules_and_keeps_the_others():
    rows = [answered(f"m{i}", vqe_error=1e-6 * i) for i in range(CARDS + 10)]
    rows = tuple(replace(row, row=k) for k, row in enumerate(rows, start=1))
    run = Run("run1", replace(sample_results(), rows=rows))
    assert len(run.first) == CARDS
    assert {row.row for row in run.first} | {row.row for row in run.others} == {
        row.row for row in rows
    }
    assert run.others == rows[:10]  # those with the smallest errors
    assert [row.row for row in run.first] == sorted(row.row for row in run.first)


def test_contents_name_only_what_is_there():
    empty = Run("run1", replace(sample_results(), rows=()))
    assert [title for _, title in empty.contents] == [
        "For the programme", "Comparison table", "Provenance",
    ]  # fmt: skip
    titles = [title for _, title in Run("run1", related_results()).contents]
    assert titles[:2] == ["Molecules", "Relative energies"]
    assert titles.index("Curves") < titles.index("For the programme")
    assert titles.index("For the programme") < titles.index("Comparison table")

from dataclasses import replace

from molpipe.report.plots import errors
from tests.report.plots.shapes import texts
from tests.sample_results import answered, sample_results


def test_the_plot_names_each_molecule_and_prints_its_error():
    shown = texts(errors.draw(sample_results().rows))
    assert "ammonia" in shown
    assert "+0.175" in shown  # the error that the sample row was built with
    assert any("1 kcal/mol" in text for text in shown)


def test_a_row_without_an_exact_judge_is_not_plotted():
    row = answered()
    other_spin = replace(row.comparison, solver=replace(row.comparison.solver, judge=None))
    assert errors.plotted([row, replace(row, comparison=other_spin)]) == [row]


def test_many_rows_show_the_largest_errors():
    rows = [answered(f"m{i}", vqe_error=1e-6 * i) for i in range(errors.SHOWN + 20)]
    shown = errors.plotted(rows)
    assert len(shown) == errors.SHOWN
    assert shown[0] is rows[-1]
    assert rows[0] not in shown

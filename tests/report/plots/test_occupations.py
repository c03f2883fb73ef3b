from dataclasses import replace

import pytest

from molpipe.report.plots import occupations
from tests.report.plots.shapes import texts
from tests.sample_results import answered


def occupied(name, natural, unrestricted=None):
    row = answered(name)
    found = replace(
        row.diagnostics,
        natural_occupations=natural,
        unrestricted_natural_occupations=unrestricted,
    )
    return replace(row, diagnostics=found)


@pytest.mark.parametrize(
    ("natural", "unrestricted", "expected"),
    [((2.0, 0.0), None, 0.0), ((1.9, 0.1), None, 0.1), ((2.0, 0.0), (1.2, 0.8), 0.8)],
)
def test_openness_is_the_distance_from_whole_pairs_by_any_method(natural, unrestricted, expected):
    assert occupations.openness(occupied("a", natural, unrestricted)) == pytest.approx(expected)


def test_the_most_open_come_first_and_the_plot_stays_short():
    closed = [occupied(f"m{i}", (2.0 - 1e-4 * i, 1e-4 * i)) for i in range(50)]
    radical = occupied("radical", (1.0,))
    shown = occupations.plotted([*closed, radical])
    assert shown[0] is radical
    assert len(shown) == occupations.SHOWN


def test_only_the_methods_that_were_run_are_in_the_legend():
    shown = texts(occupations.draw([occupied("a", (1.9, 0.1))]))
    assert "unrestricted Hartree-Fock" not in shown
    shown = texts(occupations.draw([occupied("a", (1.9, 0.1), (1.2, 0.8))]))
    assert "unrestricted Hartree-Fock" in shown

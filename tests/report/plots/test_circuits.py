from molpipe.report.plots import circuits
from tests.report.plots.shapes import texts
from tests.sample_results import answered


def test_the_largest_circuits_are_named_once():
    rows = [answered(f"m{i}", n_parameters=10 + i) for i in range(20)]
    named = [text for text in texts(circuits.draw([*rows, *rows])) if text.startswith("m")]
    assert sorted(named) == sorted(row.name for row in rows[-circuits.NAMED :])

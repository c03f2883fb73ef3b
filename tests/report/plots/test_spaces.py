from dataclasses import replace

from molpipe.report.plots import spaces
from tests.report.plots.shapes import texts
from tests.sample_results import answered


def test_every_method_has_its_line_and_every_size_its_tick():
    rows = [answered(space=(4, 4)), answered(space=(6, 6)), answered(space=(8, 7))]
    shown = texts(spaces.draw("6-31g*", rows, prefix="s"))
    assert {"CASCI", "VQE", "CCSD", "4", "6", "7", "6-31g*"} <= set(shown)


def test_one_size_is_no_plot():
    assert spaces.draw("sto-3g", [answered(), answered()], prefix="s") is None
    assert spaces.draw("sto-3g", [], prefix="s") is None


def test_a_method_without_energies_has_no_line():
    rows = [answered(space=(4, 4), judged=False), answered(space=(6, 6), judged=False)]
    shown = texts(
        spaces.draw("sto-3g", [replace(row, comparison=None) for row in rows], prefix="s")
    )
    assert "CASCI" not in shown
    assert "VQE" in shown

from molpipe.report.terminal import summary_table
from molpipe.report.terminal_relative import relative_energies
from tests.report.test_terminal import shown as printed
from tests.sample_results import related_results, sample_results


def test_each_reaction_is_a_line_and_no_number_is_cut():
    shown = printed(relative_energies(related_results()))
    assert shown.count("stretching ") == 2
    assert "lost" in shown
    assert "Series stretch, 2 points" in shown
    assert max(map(len, shown.splitlines())) <= 100
    value = related_results().reactions[0].active["vqe"].kcal_mol
    assert f"{value:+.2f}" in shown


def test_warnings_are_named_by_their_codes():
    assert "stretching: UNBALANCED_SPACE, SCF_UNSTABLE" in printed(
        relative_energies(related_results())
    )


def test_a_run_without_them_shows_nothing():
    assert printed(relative_energies(sample_results())) == ""
    assert "reaction" not in printed(summary_table(sample_results()))
    assert "reaction" in printed(summary_table(related_results()))

from molpipe.report.sections.plots import plots
from tests.sample_results import answered, failures_only, sample_results


def test_captions_say_what_is_left_out():
    rows = tuple(answered(f"m{i}", vqe_error=1e-6 * (i + 1)) for i in range(60))
    found = {plot.slug: plot.caption for plot in plots(rows, "run1")}
    assert "40 of 60 molecules are shown" in found["errors"]
    assert "The 6 that are dashed or end highest are named" in found["convergence"]
    assert "40 of 60 molecules" in found["occupations"]
    few = {plot.slug: plot.caption for plot in plots((answered(),), "run1")}
    assert "molecules are shown" not in few["errors"]


def test_every_plot_says_in_words_what_it_shows():
    for plot in plots(sample_results().rows, "run1"):
        assert plot.label.endswith(".")
        assert plot.caption.endswith(".")


def test_nothing_to_draw_is_no_plot():
    assert plots(failures_only().rows, "run1") == ()

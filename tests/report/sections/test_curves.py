from molpipe.report.sections.curves import curve_sections
from tests.sample_results import related_results, sample_results


def test_a_series_becomes_a_curve_with_its_errors():
    (one,) = curve_sections(related_results(), "run1")
    assert one.curve.name == "stretch"
    assert one.svg.startswith("<svg")
    assert "CASCI" in one.columns
    assert set(one.largest) >= set(one.curve.npe_mha)
    for method, largest in one.largest.items():
        errors = [error for error in one.curve.errors_mha[method] if error is not None]
        assert abs(largest) == max(map(abs, errors))
    assert [letter for letter, _ in one.lettered] == list("abcdefg"[: len(one.curve.events)])


def test_a_run_without_series_has_no_curve():
    assert curve_sections(sample_results(), "run1") == ()

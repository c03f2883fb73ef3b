from dataclasses import replace

from molpipe.validation import Outcome
from molpipe.validation.words import HEADERS, cells, reasons, sentence, tally
from tests.validation.studies import HF, study

CHECK = study().checks()[0]
GOOD = Outcome(check=CHECK, ours=HF)
MOVED = Outcome(check=CHECK, ours=HF - 2e-8)
MISSING = Outcome(check=CHECK, ours=None, missing="no SCF")


def test_every_outcome_fills_the_table():
    for outcome in (GOOD, MOVED, MISSING):
        assert len(cells(outcome)) == len(HEADERS)
    assert cells(GOOD)[:4] == ("pass", "H2: HF [Ha]", "-1.116759307", "-1.116759307")
    assert cells(MISSING)[3:5] == ("", "")


def test_a_value_has_one_digit_more_than_its_tolerance():
    coarse = Outcome(check=replace(CHECK, tolerance=0.02), ours=HF)
    assert cells(coarse)[3] == "-1.117"


def test_a_sentence_says_what_moved_or_why_it_is_missing():
    assert sentence(MOVED) == (
        "H2: HF [Ha]: published -1.116759307, ours -1.116759327, difference -2.0e-08, "
        "tolerance 1e-08"
    )
    assert sentence(MISSING) == "H2: HF could not be computed: no SCF"


def test_the_tally_counts_and_reasons_are_given_once():
    assert tally([GOOD, MOVED, MISSING]) == "1 of 3 values are within their tolerance"
    assert reasons([GOOD, MISSING, MISSING]) == ["H2: no SCF"]

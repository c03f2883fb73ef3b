"""docs/comparing.md and docs/tutorial.md: every block runs, every number comes out."""

import re

import pytest

from tests.documents import BLOCK, DOCS, check_printed, run_document, shown


@pytest.mark.slow
@pytest.mark.parametrize("name", ["comparing.md", "tutorial.md"])
def test_the_document_runs(name, tmp_path):
    run_document(DOCS / name, tmp_path)


def test_numbers_in_the_text_of_the_tutorial_stand_in_its_tables():
    text = (DOCS / "tutorial.md").read_text(encoding="utf-8")
    tables = {number.lstrip("+−") for number in re.findall(r"[+−]?\d+\.\d+", "".join(shown(text)))}
    claimed = re.findall(r"(\d+\.\d+) mHa", BLOCK.sub("", text))
    assert len(claimed) >= 5
    assert set(claimed) - tables == {"1.59"}  # 1 kcal/mol


@pytest.mark.parametrize("printed", ["a 1.27 b", "a 1.23 c", "a −1.23 b", "a 1.26 b"])
def test_another_number_or_word_is_found_out(printed):
    with pytest.raises(AssertionError, match="not printed"):
        check_printed("a 1.23 b", printed)


def test_lines_may_be_left_out_and_last_digits_may_differ():
    check_printed("a  −1.23\nb", "x\na −1.24\ny\nb")

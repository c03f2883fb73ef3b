"""The pages that explain the report know its words, and lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from molpipe.analysis.model import SUPPORTED_SHARE
from molpipe.analysis.solver import LEAST_CCSD_UNCERTAINTY, SAME_SPIN
from molpipe.model.comparison import ModelVerdict, SolverVerdict
from molpipe.report.sections.programme import CLASSES
from molpipe.report.sections.run import CARDS
from molpipe.units import CHEMICAL_ACCURACY, mha

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("report.md", "verdicts.md", "glossary.md")


def read(page):
    return (DOCS / page).read_text("utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_every_link_and_picture_is_there(page):
    links = re.findall(r"\]\(([^)#]+)", read(page))
    assert [link for link in links if not (DOCS / link).exists()] == []


def test_every_verdict_and_class_is_explained():
    text = read("verdicts.md")
    for verdict in (*get_args(SolverVerdict), *get_args(ModelVerdict)):
        assert f"| {verdict.replace('-', ' ')} |" in text
    for name, _ in CLASSES.values():
        assert name == "unknown" or f"*{name}*" in text


def test_bounds_are_those_of_the_code():
    text = read("verdicts.md")
    assert f"{SUPPORTED_SHARE:.0%}".replace("%", " %") in text
    assert f"{mha(LEAST_CCSD_UNCERTAINTY):g} mHa" in text
    assert f"more than {SAME_SPIN:g}" in text
    assert f"1 kcal/mol, {mha(CHEMICAL_ACCURACY):.3f} mHa" in text
    assert f"Beyond {CARDS} molecules" in read("report.md")

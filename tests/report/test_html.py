"""The report shows every row once, runs nothing, asks for nothing, and is reproducible."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from dataclasses import fields, replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from molpipe.report import html
from tests.sample_results import (
    HOSTILE,
    SCRIPT,
    answered,
    failures_only,
    related_results,
    sample_results,
)

VOID = {"meta", "br", "hr", "img", "link", "input", "col"}


class Page(HTMLParser):
    """Tags, text and attributes of a page; complains about a tag that is not closed."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.headings, self.open = Counter(), [], [], []
        self.text = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.handle_startendtag(tag, attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags[tag] += 1
        self.attributes += attrs
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)

    def values(self, name):
        return [value for key, value in self.attributes if key == name]


@pytest.fixture(scope="module")
def text():
    return html.render([sample_results()])


@pytest.fixture(scope="module")
def page(text):
    return Page(text)


def test_every_row_stands_once_in_the_table(page):
    expected = [str(row.row) for row in sample_results().rows]
    assert page.values("data-row") == expected


def test_every_link_has_its_target_and_every_id_is_unique(page):
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    links = [link.removeprefix("#") for link in page.values("href")]
    assert set(links) <= set(ids)
    assert len(links) > len(sample_results().rows)


def test_nothing_is_loaded_from_anywhere(page, text):
    assert page.values("src") == []
    assert all(link.startswith("#") for link in page.values("href"))
    assert not page.tags.keys() & {"link", "iframe", "object", "embed", "img", "form"}
    assert "@import" not in text
    assert set(re.findall(r"url\([^)]*", text)) <= set(re.findall(r"url\(#[^)]*", text))
    assert "default-src 'none'" in text


def test_the_policy_allows_one_script_by_its_hash(text):
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in text
    assert text.count("script-src") == 1
    for dangerous in ("innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "document.write"):
        assert dangerous not in script


def test_hostile_names_are_text(page, text):
    assert text.count("<script") == 1
    assert SCRIPT in "".join(page.text)
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" in HOSTILE
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in text


@pytest.mark.parametrize("place", ["name", "message", "headline", "extra", "input", "source"])
def test_no_field_can_bring_markup(place):
    bad = "\"'><svg onload=alert(1)><script>alert(1)</script>"
    results = sample_results()
    row = answered("good")
    batch = results.batch
    if place == "name":
        row = replace(row, name=bad)
    elif place == "message":
        failed = results.rows[-1]
        row = replace(failed, failure=replace(failed.failure, message=bad, hint=bad, stage=bad))
    elif place == "headline":
        row = replace(row, comparison=replace(row.comparison, headline=bad, explanation=bad))
    elif place == "extra":
        row = replace(row, extra={bad: bad}, settings={bad: bad})
    elif place == "input":
        row = replace(row, input=bad)
    else:
        batch = replace(batch, source=bad, id=bad, settings={bad: bad}, columns={bad: bad})
    page = Page(html.render([replace(results, rows=(row,), batch=batch)]))
    assert page.tags["script"] == 1
    assert not [name for name, _ in page.attributes if name.startswith("on")]


def test_headings_come_in_order(page):
    for runs in ([sample_results()], [sample_results(), failures_only()]):
        headings = Page(html.render(runs)).headings
        assert headings[0] == 1
        assert headings.count(1) == 1
        assert all(below <= above + 1 for above, below in pairwise(headings))


def test_equal_results_give_equal_bytes(tmp_path):
    for name in ("a.html", "b.html"):
        html.write([sample_results()], tmp_path / name)
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.html", "b.html"]


def test_a_run_without_any_result_still_says_why():
    page = Page(html.render([failures_only()]))
    shown = "".join(page.text)
    for row in failures_only().rows:
        assert row.failure.message in shown
        assert row.failure.code in shown
    assert page.tags["figure"] == 0


def test_an_empty_run_and_no_run_render():
    Page(html.render([replace(sample_results(), rows=())]))
    Page(html.render([]))


def test_several_runs_do_not_share_anchors():
    page = Page(html.render([sample_results(), sample_results()]))
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert len(page.values("data-row")) == 2 * len(sample_results().rows)


def test_an_energy_that_is_missing_says_why():
    row = next(row for row in sample_results().rows if row.name == "aspirin")
    shown = " ".join(
        "".join(Page(html.render([replace(sample_results(), rows=(row,))])).text).split()
    )
    for block in (row.energies.active, row.energies.full):
        for field in fields(block):
            energy = getattr(block, field.name)
            if energy.value is None:
                assert f"{energy.status.replace('-', ' ')}, {energy.reason}." in shown


@pytest.mark.slow
def test_five_hundred_rows_stay_small():
    size = len(html.render([sample_results(times=34)]).encode())
    assert size < 10e6  # bytes: the promise of the report


def test_relative_energies_stand_early_with_every_value_and_warning():
    results = related_results()
    text = html.render([results])
    page = Page(text)
    assert text.count("<script") == 1
    assert text.index("Relative energies</h2>") < text.index("Comparison table</h2>")
    shown = " ".join("".join(page.text).split())
    for reaction in results.reactions:
        assert reaction.name.replace("\N{RIGHT-TO-LEFT OVERRIDE}", "") in shown
        for warning in reaction.warnings:
            assert " ".join(warning.message.split()) in shown
    value = results.reactions[0].active["casci"].kcal_mol
    assert f"{value:+.2f}" in shown
    assert "Series stretch, 2 points" in shown
    assert "'reactants'" not in shown
    assert "Relative energies" not in html.render([sample_results()])


def test_the_share_of_the_correlation_is_printed_or_said_to_be_unknown():
    for full, said in (((-75.5, -75.6), "7.8 %"), (None, "an unknown share")):
        row = answered("water", full=full)
        page = Page(html.render([replace(sample_results(), rows=(row,))]))
        assert f"It holds {said} of all correlation" in " ".join("".join(page.text).split())


def test_sections_come_in_the_order_in_which_people_ask():
    text = html.render([related_results()])
    titles = (
        "Molecules", "Relative energies", "Curves", "For the programme", "Comparison table",
        "Rows without a complete result", "Errors of VQE and CCSD", "Convergence of the VQE",
        "Orbital occupations", "Size of the circuits", "Seconds per stage", "Provenance",
    )  # fmt: skip
    places = [text.index(f">{title}</h2>") for title in titles]
    assert places == sorted(places)


def test_every_molecule_has_its_ladder():
    page = html.render([sample_results()])
    answered_rows = [row for row in sample_results().rows if row.energies]
    assert page.count('<table class="ladder">') == len(answered_rows)

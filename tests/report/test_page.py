"""A page says what became of the row first, and shows the numbers of the row."""

from __future__ import annotations

from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from molpipe.model.results import EnergyValue
from molpipe.model.settings import Settings
from molpipe.report import numbers, page
from molpipe.units import mha
from tests.sample_results import HOSTILE, SCRIPT, answered, sample_results

READER = MarkdownIt("commonmark").enable("table")


def texts(source):
    """What a reader sees, block by block."""
    return [
        "".join(child.content for child in token.children)
        for token in READER.parse(source)
        if token.type == "inline"
    ]


def failed():
    return [row for row in sample_results().rows if row.failure]


def test_the_headline_comes_right_after_the_name():
    row = answered()
    name, headline, *_ = texts(page.molecule_page(row))
    assert (name, headline) == (row.name, row.comparison.headline)


@pytest.mark.parametrize("row", failed(), ids=lambda row: row.status)
def test_a_failure_is_the_first_thing_on_its_page(row):
    name, what, *rest = texts(page.molecule_page(row))
    assert row.name.startswith(name[:20])
    assert what.startswith(row.status.capitalize())
    assert row.failure.message in what
    if row.failure.hint:
        assert rest[0] == f"What to do: {row.failure.hint}"
    assert any(row.failure.code in text for text in rest[:2])
    assert any(row.input in text for text in rest)


def test_what_a_partial_row_finished_stands_on_its_page():
    (row,) = (row for row in failed() if row.status == "partial")
    shown = texts(page.molecule_page(row))
    assert numbers.energy(row.energies.active.casci.value) in shown
    assert any("What was finished" in text for text in shown)


def test_energies_and_differences_are_those_of_the_row():
    row = answered()
    active, shown = row.energies.active, texts(page.molecule_page(row))
    for name, energy in (("MP2", active.mp2), ("CCSD", active.ccsd), ("VQE", active.vqe)):
        place = shown.index(name)
        above = numbers.signed(mha(energy.value - active.casci.value))
        assert shown[place + 1 : place + 3] == [numbers.energy(energy.value), above]
    for step in row.comparison.ladder:
        place = shown.index(step.step)
        assert shown[place + 1 : place + 3] == [numbers.signed(step.mha), step.bound]


def test_an_energy_that_did_not_converge_is_marked_with_its_reason():
    row = answered()
    loose = EnergyValue(value=-75.0, status="unconverged", reason="50 cycles")
    active = replace(row.energies.active, ccsd=loose)
    shown = texts(page.molecule_page(replace(row, energies=replace(row.energies, active=active))))
    assert "CCSD†" in shown
    assert any("unconverged, 50 cycles" in text for text in shown)


def test_only_settings_that_were_changed_are_named():
    changed = Settings().with_overrides({"basis": "cc-pvdz", "conformer.refine": "none"})
    row = replace(answered(), settings=changed.model_dump())
    assert "differ from the defaults: basis = cc-pvdz, conformer.refine = none" in " ".join(
        texts(page.molecule_page(row))
    )
    row = replace(answered(), settings=Settings().model_dump())
    assert "differ from the defaults: none" in " ".join(texts(page.molecule_page(row)))


@pytest.mark.parametrize(
    "name", [SCRIPT, HOSTILE, "| a |", "# x", "`", "![x](http://y)", "a\n\n# b", "", "a" * 5000]
)
def test_a_page_has_the_same_blocks_whatever_the_name(name):
    def blocks(row):
        return [token.type for token in READER.parse(page.molecule_page(row))]

    assert blocks(answered(name)) == blocks(answered("water"))


def test_every_row_of_a_batch_has_a_page_and_a_line():
    for row in sample_results().rows:
        source = page.molecule_page(row)
        assert "None" not in source
        assert len(source) < 40_000
        line = page.one_line(row)
        assert "\n" not in line
        assert row.status in line or row.comparison.model.verdict in line


def test_notes_are_shown():
    (row,) = (row for row in sample_results().rows if row.warnings)
    shown = texts(page.molecule_page(row))
    assert f"Note. {row.warnings[0].message} ({row.warnings[0].code})" in shown

"""The custom-run form: what it takes, and how it says no."""

from __future__ import annotations

import re
from http import HTTPStatus

import pytest

from tests.browser.pages import Heard, Site

pytestmark = pytest.mark.slow

SECONDS = 60.0
SMALL = {"Basis": "sto-3g", "Active Space": "2,2"}


def test_a_bad_line_costs_a_row_and_not_the_batch(site: Site):
    site.submit({"Molecules": "O water\nC(C)(C)(C)(C)C five bonds", **SMALL})
    assert site.wait_for_end(seconds=SECONDS) == "Completed"
    assert site.page.locator(".page-heading-flow-run").get_by_text("pasted molecules").count()
    message = site.state_message()
    assert "1 ok, 1 refused" in message
    assert "row 2, five bonds: atom 1" in message
    site.open_artifact("comparison")
    water, bad = site.table()
    assert water[:3] == ["1", "water", "ok"]
    assert bad[:3] == ["2", "five bonds", "refused"]
    page = site.follow_row("five bonds").page
    assert page.get_by_text("What to do: remove a bond", exact=False).count()


def test_an_empty_form_fails_at_once_and_says_why(site: Site):
    site.submit({})
    assert site.wait_for_end(seconds=SECONDS) == "Failed"
    message = site.state_message()
    assert message.startswith("the request has no molecules (paste SMILES, one a line")
    assert run_seconds(site) < 5


def test_a_batch_that_was_never_stored_is_named(site: Site):
    site.submit({"Or a stored batch": "no-such-batch"})
    assert site.wait_for_end(seconds=SECONDS) == "Failed"
    assert "no stored batch is called 'no-such-batch'" in site.state_message()


def test_a_setting_that_cannot_be_read_is_named_with_what_may_stand_there(site: Site):
    site.submit({"Molecules": "O", "Active Space": "banana"})
    assert site.wait_for_end(seconds=SECONDS) == "Failed"
    message = site.state_message()
    assert "active_space" in message
    assert re.search(r'"electrons,orbitals".*got \'banana\'', message, re.DOTALL)


def test_a_basis_that_nobody_knows_refuses_the_row(site: Site):
    site.submit({"Molecules": "O water", "Basis": "no-such"})
    assert site.wait_for_end(seconds=SECONDS) == "Completed"
    assert "row 1, water: basis 'no-such' is not known to PySCF" in site.state_message()


def test_a_number_out_of_range_is_refused_in_the_form(site: Site, heard: Heard):
    site.open_form()
    site.fill({"Molecules": "O", "Max Qubits": "99"})
    assert site.press_submit().status == HTTPStatus.CONFLICT
    site.page.get_by_text("99 is greater than the maximum of 32").last.wait_for()
    assert "/run?" in site.page.url
    heard.errors.clear()  # the browser logs an answer that is a refusal


def test_choices_are_menus(site: Site):
    site.open_form()
    assert {"uccsd", "adapt"} <= set(site.choices("Ansatz"))
    assert site.page.locator(".p-code-input").count() == 0  # the editor of raw JSON


def run_seconds(site: Site) -> float:
    """How long the run on this page took, as the page says [s]."""
    shown = site.page.locator(".duration-icon-text__label").first.inner_text()
    return float(re.fullmatch(r"(\d+)s", shown.strip())[1])

"""Scheduled runs that fire: the first takes what was dropped, the next has nothing to do."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DROPPED
from tests.browser.pages import Site
from tests.browser.up import Up

pytestmark = pytest.mark.slow

SECONDS = 240.0


def test_the_deployments_show_their_schedules(site: Site):
    site.open_deployment("nightly-pilot")
    site.page.get_by_text("Every minute").wait_for()
    site.open_deployment("reference-watch")
    site.page.get_by_text("At 04:00 AM, only on Sunday").wait_for()


def test_what_was_dropped_is_run_once(site: Site, service: Up):
    site.open_deployment("nightly-pilot")
    completed = site.page.locator(".state-list-item__meta .state--completed")
    expect(completed.nth(1)).to_be_visible(timeout=1000 * SECONDS)
    nights = site.page.locator("a.flow-run-bread-crumbs__flow-run-link", has_text="inbox on")
    messages = []
    for address in [night.get_attribute("href") for night in nights.all()]:
        site.page.goto(site.url + address)
        site.wait_for_end(seconds=SECONDS)
        messages.append(site.state_message())
    assert sorted(set(messages)) == ["1 batch: 1 run", "nothing new"]
    assert messages.count("1 batch: 1 run") == 1

    inbox = service.home / "inbox"
    assert (inbox / "done" / DROPPED).exists()
    assert "1 ok" in (inbox / "done" / f"{DROPPED}.result.txt").read_text("utf-8")
    assert len(list((service.home / "reports").glob("dropped-*"))) == 1

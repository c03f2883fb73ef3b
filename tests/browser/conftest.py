"""One service and one browser for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from tests.browser.pages import CHROMIUM, Heard, Site, chromium
from tests.browser.up import Up, molpipe_up

DROPPED = "dropped.smi"


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium; its tests are skipped where there is none."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="package")
def service(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """A fresh service; its night comes every minute, and a file waits for the first one.

    Its end is a test as well: it must be clean, and leave no process.
    """
    home = tmp_path_factory.mktemp("service")
    (home / "inbox").mkdir()
    (home / "inbox" / DROPPED).write_text("[H][H] hydrogen\n", "utf-8")
    with molpipe_up(home, "--nightly", "* * * * *", "--runs", "2") as running:
        yield running


@pytest.fixture
def heard() -> Heard:
    """What the pages of a test ask for and complain about."""
    return Heard()


@pytest.fixture
def site(browser: Browser, service: Up, heard: Heard) -> Iterator[Site]:
    """A tab; no page may ask anybody but the service for anything, or complain."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    heard.listen(context)
    yield Site(context.new_page(), service.url)
    context.close()
    hosts = {urlsplit(address).hostname for address in heard.addresses}
    assert hosts <= {"127.0.0.1", None}, sorted(heard.addresses)
    assert heard.errors == []

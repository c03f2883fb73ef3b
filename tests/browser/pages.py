"""The pages of the service in Chromium, and what a chemist does on them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Response,
    expect,
    sync_playwright,
)

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)
PATIENCE = 60_000
"""Milliseconds for a page to show something, on a machine that computes molecules meanwhile."""

ICON = re.compile(r"/favicon\.ico$|/ico/undefined\.svg$")
"""What Prefect's pages ask for and its server does not have."""

LEFT = re.compile(r"Cannot read properties of null \(reading 'getBoundingClientRect'\)")
"""What Prefect 3.8's pages throw when they are left while a menu still measures itself."""

ENDED = re.compile("Completed|Failed|Cancelled|Crashed")
SHOWN = """
img => {
  img.scrollIntoView({block: "center"});
  const box = img.getBoundingClientRect();
  const inside = box.top >= 0 && box.bottom <= window.innerHeight
    && box.left >= 0 && box.right <= window.innerWidth;
  const middle = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return {loaded: img.complete && img.naturalWidth > 0, inside, uncovered: middle === img,
          width: box.width, height: box.height};
}
"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@dataclass
class Heard:
    """What the pages asked for and complained about.

    Args:
        addresses: of every request.
        errors: on the console, but for icons of the tab; and thrown, but for Prefect's own.
    """

    addresses: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def listen(self, context: BrowserContext) -> None:
        """Hear every page of this context."""
        context.on("request", lambda request: self.addresses.append(request.url))
        context.on("console", self._console)
        context.on("weberror", lambda error: self._thrown(str(error.error)))
        context.on("page", lambda page: page.on("websocket", self._websocket))

    def _console(self, message: ConsoleMessage) -> None:
        source = message.location["url"]
        if message.type == "error" and not ICON.search(source):
            self.errors.append(f"{message.text} {source}")

    def _thrown(self, message: str) -> None:
        if not LEFT.search(message):
            self.errors.append(message)

    def _websocket(self, socket: object) -> None:
        self.addresses.append(getattr(socket, "url", ""))


class Site:
    """One tab with the service in it."""

    def __init__(self, page: Page, url: str) -> None:
        page.set_default_timeout(PATIENCE)
        self.page = page
        self.url = url

    def open_deployment(self, name: str) -> None:
        """Deployments in the menu, then the one called ``name``."""
        self.page.goto(f"{self.url}/deployments")
        self.page.get_by_role("link", name=name, exact=True).first.click()
        self.page.wait_for_url("**/deployments/deployment/*")

    def open_form(self) -> None:
        """The form in which a batch is sent."""
        self.open_deployment("molecule-batch")
        self.page.get_by_role("button", name="Run", exact=True).click()
        self.page.get_by_text("Custom run").click()
        self.field("Molecules").wait_for()
        self.field("Threads").wait_for()  # the last one: the form is drawn from the top

    def field(self, title: str) -> Locator:
        """The input below ``title`` in the form."""
        label = f".schema-form-property__label:text-is('{title} (Optional)')"
        own = self.page.locator(f".schema-form-property:has(> .p-label__header {label})")
        return own.locator("textarea, input, .p-select-button").first

    def fill(self, values: dict[str, str]) -> None:
        """Fill in fields by their titles."""
        for title, value in values.items():
            self.field(title).fill(value)

    def choices(self, title: str) -> list[str]:
        """What the menu below ``title`` offers; only its arrow opens it in Prefect 3.8."""
        self.field(title).locator(".p-select-button__icon").click()
        options = self.page.locator(".p-select-option")
        options.first.wait_for()
        return [option.strip() for option in options.all_inner_texts()]

    def press_submit(self) -> Response:
        """Send the form off; the answer of the server.

        By key, because the form grows for a while after its first fields are there, and a click
        is lost whose button moves away under the pointer.
        """
        button = self.page.get_by_role("button", name="Submit", exact=True)
        button.click(trial=True)  # it can be seen, and nothing covers it
        with self.page.expect_response("**/create_flow_run") as answer:
            button.press("Enter")
        return answer.value

    def follow(self, submitted: Response) -> None:
        """From the deployment, where a sent form leads, to the page of the run."""
        assert submitted.status == HTTPStatus.CREATED, submitted.text()
        address = f"/runs/flow-run/{submitted.json()['id']}"
        self.page.locator(f"a[href='{address}']").last.click()
        self.page.wait_for_url(f"**{address}*")

    def submit(self, values: dict[str, str]) -> None:
        """Fill in the form, send it off, and go to the page of its run."""
        self.open_form()
        self.fill(values)
        self.follow(self.press_submit())

    def wait_for_end(self, *, seconds: float) -> str:
        """The state in which the run on this page ends, as the page says."""
        badge = self.page.locator(".page-heading-flow-run__meta .state-badge")
        expect(badge).to_have_text(ENDED, timeout=1000 * seconds)
        return badge.inner_text().strip()

    def wait_in_list(self, *, seconds: float) -> None:
        """Wait for the end of the run on this page, but in the list of its deployment.

        The page of a run draws all the time, which takes a core from the run where there is no
        graphics card.
        """
        address = self.page.url
        self.open_deployment("molecule-batch")
        link = self.page.locator(f"a[href='{urlsplit(address).path}']")
        shown = self.page.locator(".state-list-item", has=link).last  # a waiting one is there twice
        expect(shown.locator(".state-badge")).to_have_text(ENDED, timeout=1000 * seconds)
        self.page.goto(address)

    def open_tab(self, name: Literal["Logs", "Task Runs", "Artifacts", "Details"]) -> None:
        """A tab of the page of a run."""
        self.page.get_by_role("tablist").get_by_text(name, exact=True).click()

    def state_message(self) -> str:
        """What the page of a run says about its end."""
        self.open_tab("Details")
        label = ".p-key-value__label:text-is('State Message')"
        message = self.page.locator(f".p-key-value:has({label}) .p-key-value__value")
        message.wait_for()
        more = message.get_by_text("See More")
        if more.count():
            more.click()
        return message.inner_text().removesuffix("See Less").strip()

    def open_artifact(self, key: str) -> None:
        """An artifact of the run on this page, from its tab."""
        self.open_tab("Artifacts")
        self.page.locator("a[href*='/artifacts/artifact/']", has_text=key).click()
        self.page.wait_for_url("**/artifacts/artifact/*")
        self.page.locator(".artifact-data-view").wait_for()

    def table(self) -> list[list[str]]:
        """The cells of the first table on this page."""
        rows = self.page.locator("table").first.locator("tbody tr")
        rows.first.wait_for()
        return [row.locator("td").all_inner_texts() for row in rows.all()]

    def follow_row(self, name: str) -> Site:
        """The page of the molecule in that line of a table, in a tab of its own."""
        line = self.page.locator("tr", has=self.page.get_by_text(name, exact=True))
        with self.page.expect_popup() as opened:
            line.get_by_role("link").click()
        there = Site(opened.value, self.url)
        there.page.locator("h1").wait_for()
        return there

    def plot(self) -> Locator:
        """The picture of a molecule's page."""
        return self.page.locator("img.markdown-renderer__image")

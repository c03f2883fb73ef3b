"""Make the pictures of the service again, from a pilot run of its own: ``make pictures``.

It needs Chromium and takes some minutes.
"""

from __future__ import annotations

import io
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser.pages import Site, chromium
from tests.browser.up import Up, molpipe_up

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "docs" / "pictures"
PILOT = ROOT / "molecules" / "pilot.csv"
WIDTH = 1440
WINDOW: ViewportSize = {"width": WIDTH, "height": 1000}
LIGHT = """localStorage.setItem("color-scheme", '"light"')"""
RUN_SECONDS = 900.0
DRAW_SECONDS = 3.0
COLORS = 256


@dataclass(frozen=True)
class Camera:
    """Takes pictures of one tab."""

    page: Page

    def take(self, name: str, *, height: int) -> None:
        """The top of the page, once it has been drawn and no toast covers it."""
        self.page.set_viewport_size({"width": WIDTH, "height": height})
        self.page.mouse.move(WIDTH - 1, 1)
        self.page.locator(".p-toast__card").first.wait_for(state="detached")
        self.page.wait_for_timeout(1000 * DRAW_SECONDS)
        picture = Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")
        few = picture.quantize(COLORS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        few.save(PICTURES / f"{name}.png", optimize=True)
        self.page.set_viewport_size(WINDOW)


def main() -> None:
    """Run the pilot batch through the form and photograph the way."""
    PICTURES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        chromium() as browser,
        molpipe_up(Path(folder) / "runs") as service,
    ):
        walk(browser, service)


def walk(browser: Browser, service: Up) -> None:
    """From the form to the page of a molecule, then the schedules."""
    context = browser.new_context(viewport=WINDOW)
    context.add_init_script(LIGHT)
    site = Site(context.new_page(), service.url)
    camera = Camera(site.page)
    service.molpipe("submit", PILOT, "--no-run")

    site.open_form()
    site.fill({"Or a stored batch": "pilot"})
    camera.take("form", height=820)
    site.follow(site.press_submit())
    address = site.page.url
    site.wait_in_list(seconds=RUN_SECONDS)
    camera.take("run", height=580)

    site.open_artifact("pilot-summary")
    camera.take("summary", height=720)
    site.page.goto(address)
    site.open_artifact("pilot-comparison")
    camera.take("comparison", height=1080)
    Camera(site.follow_row("caffeine").page).take("molecule", height=1080)

    site.page.goto(f"{service.url}/deployments")
    camera.take("deployments", height=480)
    site.open_deployment("nightly-pilot")
    camera.take("schedule", height=480)


if __name__ == "__main__":
    main()

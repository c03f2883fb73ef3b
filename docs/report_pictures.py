"""Make the pictures of the report again, from the last pilot run: ``make report-pictures``.

Three widths, light and dark, an opened molecule and paper. It needs Chromium.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser

from tests.browser.pages import chromium

ROOT = Path(__file__).parent.parent
RUN = ROOT / "runs" / "pilot"
PICTURES = ROOT / "docs" / "pictures"
HEIGHTS = {360: 1500, 768: 1500, 1280: 1500}
PAPER = (1031, 703)
"""A4 across at 96 dpi, less its margins [px]."""

COLORS = 128


def main(run: Path) -> None:
    """Photograph the report of ``run``."""
    address = (run / "report.html").resolve().as_uri()
    with chromium() as browser:
        for width, height in HEIGHTS.items():
            for scheme in ("light", "dark"):
                take(browser, address, f"report-{width}-{scheme}", (width, height), scheme)
        opened = f"{address}#run1-row13"
        take(browser, opened, "report-molecule", (1280, 1400), "light")
        table = f"{address}#run1-comparison"
        take(browser, table, "report-table", (1280, 1000), "dark")
        take(browser, address, "report-paper", PAPER, "light", media="print")


def take(
    browser: Browser,
    address: str,
    name: str,
    size: tuple[int, int],
    scheme: Literal["light", "dark"],
    *,
    media: Literal["screen", "print"] = "screen",
) -> None:
    """What a window of this size [px] shows first."""
    window = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = window.new_page()
    page.emulate_media(media=media)
    page.goto(address)
    page.wait_for_timeout(500)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    few = picture.quantize(COLORS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(PICTURES / f"{name}.png", optimize=True)
    window.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else RUN)

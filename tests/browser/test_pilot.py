"""The pilot batch through the browser, from the form to the last digit."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator

from molpipe.exports import results_json
from molpipe.model.document import Results
from tests.browser.pages import SHOWN, Site
from tests.browser.up import Up
from tests.tolerances import SHOWN_DIGITS

pytestmark = pytest.mark.slow

PILOT = Path(__file__).parents[2] / "molecules" / "pilot.csv"
SECONDS = 1200.0
METHODS = {
    "Hartree-Fock": "hf",
    "MP2": "mp2",
    "CCSD": "ccsd",
    "CCSD(T)": "ccsd_t",
    "CASCI (exact)": "casci",
    "VQE": "vqe",
}


def test_the_pilot_batch(site: Site, service: Up):
    stored = service.molpipe("submit", PILOT, "--no-run")
    assert stored.returncode == 0, stored.stderr
    site.submit({"Or a stored batch": "pilot"})
    run_page = site.page.url
    site.wait_in_list(seconds=SECONDS)
    assert site.wait_for_end(seconds=10) == "Completed"
    assert "17 ok, 1 refused" in site.state_message()

    site.open_artifact("pilot-summary")
    results = report(site)
    assert site.page.get_by_text("wrong on purpose: carbon with five bonds").count()

    site.page.goto(run_page)
    site.open_artifact("pilot-comparison")
    lines = site.table()
    for line, row in zip(lines, results.rows, strict=True):
        assert row.name.startswith(line[1].removesuffix("…"))
        assert line[2] == row.status
        if row.energies:
            assert number(line[6]) == pytest.approx(row.energies.active.vqe.value, abs=SHOWN_DIGITS)

    caffeine = site.follow_row("caffeine")
    assert_displayed(caffeine.plot())
    (row,) = (row for row in results.rows if row.name == "caffeine")
    shown = {line[0]: number(line[1]) for line in caffeine.table() if line[0] in METHODS}
    stored = {name: getattr(row.energies.active, field) for name, field in METHODS.items()}
    assert shown == pytest.approx(
        {name: energy.value for name, energy in stored.items()}, abs=SHOWN_DIGITS
    )


def report(site: Site) -> Results:
    """The results beside the report that the summary names."""
    text = site.page.locator(".artifact-data-view").inner_text()
    return results_json.read(Path(re.search(r"lies in (\S+)\.", text)[1]).with_name("results.json"))


def number(text: str) -> float:
    """A number as pages write it, with a true minus sign."""
    return float(text.replace("−", "-"))


def assert_displayed(plot: Locator) -> None:
    """Whoever opens the page sees the picture, and something on it."""
    plot.wait_for()
    seen = plot.evaluate(SHOWN)
    assert seen["loaded"]
    assert seen["inside"]
    assert seen["uncovered"]
    assert seen["width"] > 400
    assert seen["height"] > 100
    picture = Image.open(io.BytesIO(plot.screenshot())).convert("RGB")
    assert len(picture.getcolors(picture.width * picture.height)) > 20

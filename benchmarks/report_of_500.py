"""``python -m benchmarks.report_of_500``: writing and opening the report of a long batch."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser

from benchmarks.markdown import digits, table
from benchmarks.options import options
from benchmarks.processes import DriverFailed, ask
from benchmarks.results import finish
from tests.browser.pages import CHROMIUM, chromium

ROWS, REPEAT = 500, 5
LIMITS = {
    "written [s]": 5.0,
    "size [MB]": 10.0,
    "first seen [s]": 1.0,
    "drawn whole [s]": 1.0,
    "sorted [s]": None,
}
FIRST = "() => performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000"

SORT = """
() => new Promise(done => {
  const button = [...document.querySelectorAll(".sortable thead button")].at(9);
  const start = performance.now();
  button.click();
  requestAnimationFrame(() => setTimeout(() => done((performance.now() - start) / 1000)));
})
"""


def run(*, quick: bool, write: bool) -> None:
    """Measure, print, and keep where asked.

    Raises:
        DriverFailed: there is no Chromium here.
    """
    if CHROMIUM is None:
        raise DriverFailed("no Chromium here: apt-get install chromium")
    rows = 50 if quick else ROWS
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        path = Path(folder) / "report.html"
        turns = [_turn(browser, rows, path) for _ in range(1 if quick else REPEAT)]
    finish("report", _section(turns, rows), write=write)


def _turn(browser: Browser, rows: int, path: Path) -> dict[str, float]:
    written = ask("benchmarks.drivers.report", [str(rows), str(path)])
    return {
        "written [s]": written["seconds"],
        "size [MB]": written["megabytes"],
        **_open(browser, path),
    }


def _open(browser: Browser, path: Path) -> dict[str, float]:
    """Until something is seen, the whole page is drawn, and a column is sorted [s]."""
    page = browser.new_page()
    start = time.perf_counter()
    page.goto(path.as_uri())
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    opened = time.perf_counter() - start
    first, seconds = page.evaluate(FIRST), page.evaluate(SORT)
    page.close()
    return {"first seen [s]": first, "drawn whole [s]": opened, "sorted [s]": seconds}


def _section(turns: Sequence[dict[str, float]], rows: int) -> str:
    lines = []
    for name, limit in LIMITS.items():
        value = median(turn[name] for turn in turns)
        if limit is None:
            lines.append([name, digits(value), "", "", ""])
            continue
        held = "yes" if value <= limit else "no"
        lines.append([name, digits(value), digits(limit), digits(value / limit), held])
    return (
        f"## The report of {rows} rows\n\nSynthetic rows, each with another molecule: written in "
        "a process that drew a report before, opened from the disk in Chromium without a graphics "
        "card until it is drawn, one column of the table sorted and drawn again. Medians of "
        f"{len(turns)} turns.\n\n{table(['', 'measured', 'limit', 'of the limit', 'held'], lines)}"
    )


if __name__ == "__main__":
    run(**options(__doc__))

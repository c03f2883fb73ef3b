"""``python -m benchmarks.service_start``: from ``molpipe up`` to pages that a chemist can use."""

from __future__ import annotations

import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser

from benchmarks.markdown import digits, table
from benchmarks.options import options
from benchmarks.processes import DriverFailed
from benchmarks.results import finish
from benchmarks.service import SECONDS, free_port, molpipe
from tests.browser.pages import CHROMIUM, Site, chromium

FRESH, AGAIN = 90.0, 30.0
"""What the first and every later start of a home may take [s]."""

REPEAT = 3


def run(*, quick: bool, write: bool) -> None:
    """Measure, print, and keep where asked.

    Raises:
        DriverFailed: there is no Chromium here, or the service does not start.
    """
    if CHROMIUM is None:
        raise DriverFailed("no Chromium here: apt-get install chromium")
    fresh, again = [], []
    with chromium() as browser:
        for _ in range(1 if quick else REPEAT):
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
                fresh.append(_start(browser, Path(name)))
                again.append(_start(browser, Path(name)))
    finish("service", _section(fresh, again), write=write)


def _start(browser: Browser, home: Path) -> float:
    """Seconds until the form of molecule-batch can be filled in."""
    port = free_port()
    log = home / f"up-{port}.log"
    began = time.monotonic()
    with molpipe(log, "up", "--home", home, "--port", port) as service:
        _wait_until_up(service, log)
        page = browser.new_page()
        Site(page, f"http://127.0.0.1:{port}").open_form()
        seconds = time.monotonic() - began
        page.close()
    return seconds


def _wait_until_up(service: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + SECONDS
    while "molpipe is up" not in log.read_text("utf-8"):
        if service.poll() is not None or time.monotonic() > end:
            raise DriverFailed(f"the service did not start: {log.read_text('utf-8')}")
        time.sleep(0.1)


def _section(fresh: list[float], again: list[float]) -> str:
    lines = []
    for title, measured, limit in (("the first", fresh, FRESH), ("every later", again, AGAIN)):
        seconds = median(measured)
        held = "yes" if seconds <= limit else "no"
        lines.append([title, digits(seconds), digits(limit), digits(seconds / limit), held])
    head = ["start of a home", "wall [s]", "limit [s]", "of the limit", "held"]
    return (
        "## From `molpipe up` to a usable UI\n\nUntil the form of *molecule-batch* stands filled "
        "with its defaults in Chromium; the first start migrates both databases. Medians of "
        f"{len(fresh)} homes.\n\n{table(head, lines)}"
    )


if __name__ == "__main__":
    run(**options(__doc__))

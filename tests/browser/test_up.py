"""One service in one home, and its end."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from tests.browser.up import Up, free_port

pytestmark = pytest.mark.slow

PILOT = Path(__file__).parents[2] / "molecules" / "pilot.csv"
SECONDS = 60.0


def test_a_second_one_says_where_the_first_runs(service: Up):
    second = service.molpipe("up", "--port", str(free_port()))
    assert second.returncode == 2
    assert f"molpipe up runs already at {service.url}" in " ".join(second.stderr.split())
    assert service.process.poll() is None


def test_a_run_is_under_way_when_the_service_is_stopped(service: Up):
    """The last test: the fixture presses Ctrl-C and looks for what is left."""
    sent = service.molpipe("submit", PILOT, "--force", "--name", "left over")
    assert sent.returncode == 0, sent.stderr
    end = time.monotonic() + SECONDS
    while not re.search(r"left over +running", status := service.molpipe("status").stdout):
        assert time.monotonic() < end, status
    time.sleep(10)  # its child processes compute by then
    assert len(service.family()) > 4  # server, two workers and the run, and these

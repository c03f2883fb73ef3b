"""One service in one home."""

from __future__ import annotations

import pytest

from tests.browser.up import Up, free_port

pytestmark = pytest.mark.slow


def test_a_second_one_says_where_the_first_runs(service: Up):
    second = service.molpipe("up", "--port", str(free_port()))
    assert second.returncode == 2
    assert f"molpipe up runs already at {service.url}" in " ".join(second.stderr.split())
    assert service.process.poll() is None


def test_its_processes_are_known(service: Up):
    """What the end of the service is held against: the server and two workers at least."""
    assert len(service.family()) >= 3

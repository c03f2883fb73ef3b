"""One set of workers for all tests of the package."""

from __future__ import annotations

import os

import pytest

from molpipe.limits import Workers, forking
from tests.limits.work import AMPLE


@pytest.fixture(autouse=True, scope="package")
def _fresh_fork_server():
    """One that holds nothing of what other tests have let it load."""
    forking.give_up(1)
    yield
    forking.give_up(1)


@pytest.fixture(scope="package")
def workers(_fresh_fork_server):
    """Whatever a test does to its child, the next test finds a good one."""
    with Workers(processes=1, threads=1) as one:
        one.run(os.getpid, **AMPLE)
        yield one

"""One set of workers for all tests of the package."""

from __future__ import annotations

import os

import pytest

from molpipe.limits import Workers
from tests.limits.work import AMPLE


@pytest.fixture(scope="package")
def workers():
    """Whatever a test does to its child, the next test finds a good one."""
    with Workers(processes=1, threads=1) as one:
        one.run(os.getpid, **AMPLE)
        yield one

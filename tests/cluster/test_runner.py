"""How a runner is named, and one line where a name names nothing."""

from __future__ import annotations

import os

import pytest

from molpipe.cluster import check_runner, dask_address, default_workers
from molpipe.errors import InvalidSettings


@pytest.mark.parametrize(
    ("runner", "address"),
    [
        ("local", None),
        ("dask:tcp://host:8786", "tcp://host:8786"),
        ("dask:tls://10.0.0.1:8786", "tls://10.0.0.1:8786"),
        ("dask:host:8786", "tcp://host:8786"),
        ("dask:tcp://[::1]:8786", "tcp://[::1]:8786"),
    ],
)
def test_a_runner_names_this_machine_or_a_scheduler(runner, address):
    assert dask_address(runner) == address


@pytest.mark.parametrize(
    "runner",
    [
        "",
        "dask",
        "dask:",
        "dask:host",
        "dask:tcp://:8786",
        "dask:tcp://host:port",
        "dask:tcp://host:0",
        "dask:tcp://host:99999",
        "dask:http://host:8787",
        "tcp://host:8786",
        "ray:host:8786",
        "Local",
    ],
)
def test_what_names_nothing_is_refused_and_says_what_would(runner):
    with pytest.raises(InvalidSettings) as caught:
        check_runner(runner)
    assert caught.value.code == "BAD_RUNNER"
    assert repr(runner) in caught.value.message
    assert "dask:tcp://host:8786" in caught.value.hint


def test_how_many_calculations_run_at_once():
    assert default_workers("local") == os.cpu_count()
    assert default_workers("dask:host:8786") > 8

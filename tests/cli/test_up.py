"""molpipe up, as far as it comes without a server; the rest is tried end to end."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

import pytest
from rich.console import Console

from flows.service.config import ServiceConfig
from molpipe.cli.up import _cron, _say_ready, _say_schedules, adopt


def test_an_open_host_is_refused_in_one_line_and_nothing_is_made(tmp_path):
    command = [sys.executable, "-m", "molpipe", "up", "--host", "0.0.0.0"]
    clean = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT_")}
    said = subprocess.run(
        command, cwd=tmp_path, env=clean, capture_output=True, text=True, check=False
    )
    assert said.returncode == 2
    assert said.stderr.startswith("molpipe: the server would answer anybody who reaches 0.0.0.0")
    assert len(said.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["never", " Never "])
def test_never_is_no_schedule(text):
    assert _cron(text) is None
    assert _cron("0 2 * * *") == "0 2 * * *"


def test_an_environment_is_adopted_whole():
    with patch.dict(os.environ, {"PREFECT_PROFILE": "cloud", "KEPT": "1"}):
        adopt({"KEPT": "2", "NEW": "3"})
        assert dict(os.environ) == {"KEPT": "2", "NEW": "3"}


@pytest.fixture
def console():
    return Console(file=io.StringIO(), width=200, highlight=False)


def said(console):
    return console.file.getvalue()


def test_it_says_where_everything_is(console):
    _say_ready(console, ServiceConfig(home=Path("lab"), port=4321))
    for word in (
        "http://127.0.0.1:4321",
        "molpipe submit BATCH --watch --home lab",
        "lab/inbox",
        "lab/reports",
        "lab/service/logs",
        "Ctrl-C",
    ):
        assert word in said(console)


def test_a_schedule_that_makes_no_run_is_told_from_one_that_does(console):
    moment = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
    _say_schedules(console, lambda: iter([("nightly-pilot", moment), ("reference-watch", None)]))
    assert "nightly-pilot next runs: 2026-03-02 02:00 UTC" in said(console)
    assert "reference-watch: its schedule made no run" in said(console)

"""molpipe cancel: what has stopped, and what has not yet."""

from __future__ import annotations

from typer.testing import CliRunner

from molpipe.cli import app
from molpipe.errors import InputError
from tests.cli.conftest import FakeRun


def cancel(*names):
    return CliRunner().invoke(app, ["cancel", *names, "--home", "home"])


def test_what_has_stopped_is_named(service):
    service.stopped = [FakeRun(state="cancelled")]
    said = cancel("batch")
    assert said.exit_code == 0
    assert "batch (01234567): cancelled" in said.stdout


def test_what_has_not_stopped_is_an_exit_code(service):
    service.stopped = [FakeRun(state="cancelled")]
    service.left = [FakeRun(name="stubborn", state="cancelling")]
    said = cancel("batch", "stubborn")
    assert said.exit_code == 1
    assert "stubborn (01234567) has not stopped yet: cancelling" in said.stderr


def test_ids_that_begin_alike_are_told_apart(service):
    service.stopped = [FakeRun(id="01234567a" + "0" * 23, state="cancelled")]
    service.left = [FakeRun(id="01234567b" + "0" * 23, state="cancelling")]
    said = cancel("batch", "other")
    assert "batch (01234567a): cancelled" in said.stdout
    assert "batch (01234567b) has not stopped yet" in said.stderr


def test_a_run_that_is_not_there_is_an_input_error(service):
    assert isinstance(cancel("nobody").exception, InputError)


def test_it_needs_a_name():
    assert cancel().exit_code == 2

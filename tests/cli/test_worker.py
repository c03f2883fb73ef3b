"""molpipe worker without a server; tests/reliability/test_workers.py runs one with it."""

from __future__ import annotations

from typer.testing import CliRunner

from molpipe.cli import app
from molpipe.errors import BackendUnavailable, InputError, InvalidSettings
from tests.browser.up import free_port


def run(*arguments):
    return CliRunner().invoke(app, ["worker", *arguments])


def test_a_server_that_does_not_answer_is_named_and_nothing_is_made(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    address = f"http://127.0.0.1:{free_port()}"
    ended = run("--server", address)
    assert isinstance(ended.exception, BackendUnavailable)
    assert f"no Prefect server answers at {address}/api" in ended.exception.line
    assert "check --server" in ended.exception.hint
    assert list(tmp_path.iterdir()) == []


def test_a_server_without_http_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ended = run("--server", "nonsense")
    assert isinstance(ended.exception, InputError)
    assert "http://" in ended.exception.message
    assert list(tmp_path.iterdir()) == []


def test_a_pool_that_is_none_of_ours_is_refused():
    ended = run("--server", "http://127.0.0.1:1", "--pool", "gpu")
    assert isinstance(ended.exception, InvalidSettings)


def test_the_server_has_to_be_named(monkeypatch):
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    ended = run()
    assert ended.exit_code == 2
    assert "--server" in ended.output

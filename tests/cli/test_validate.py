"""molpipe validate as its user meets it: the table, the exit code, one line for what is wrong."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from molpipe import limits
from molpipe.cli import app
from molpipe.errors import InputError, InvariantError
from tests.validation.studies import H2, HF, table

OFF = 1e-5
"""By how much a published value is changed [Ha]: far above its tolerance."""


class Here:
    """Stands in for the child process; what ``behave`` holds replaces the next calculations."""

    behave: list = []  # noqa: RUF012  (one list for the class, emptied by the fixture)

    def __init__(self, *, processes, threads):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def run(self, function, *args, seconds, memory_gb, ready):
        behavior = self.behave.pop(0) if self.behave else None
        if behavior is not None:
            raise behavior
        return function(*args)


@pytest.fixture
def here(monkeypatch):
    monkeypatch.setattr(limits, "Workers", Here)
    monkeypatch.setattr(Here, "behave", [])
    return Here.behave


@pytest.fixture
def references(tmp_path):
    """Write the study of H2, with some of it changed, and give its folder."""

    def write(**changes):
        (tmp_path / "h2.json").write_text(json.dumps(H2 | changes))
        return tmp_path

    return write


def run(folder, *arguments):
    return CliRunner().invoke(app, ["validate", "--references", str(folder), *arguments])


@pytest.mark.slow
def test_values_that_agree_pass_in_a_child_process(references):
    said = run(references())
    assert said.exit_code == 0, said.output
    assert "2 of 2 values are within their tolerance" in said.output


def test_the_table_says_what_was_compared_with_whom(references, here):
    output = run(references()).output
    words = ("what", "published", "ours", "difference", "tolerance", "source")
    assert all(word in output for word in words)
    assert all(word in output for word in ("H2: CASCI [Ha]", "-1.137283834", "1e-08", "pass"))


def test_a_published_value_that_is_changed_fails(references, here, tmp_path):
    folder = references(tables=[table(values={"H2": HF + OFF}), *H2["tables"][1:]])
    said = run(folder, "--json", str(tmp_path / "found.txt"))
    assert said.exit_code == 1
    assert "FAIL" in said.output
    assert "1 of 2 values" in said.output
    off, good = json.loads((tmp_path / "found.txt").read_text())["outcomes"]
    assert (off["passed"], good["passed"]) == (False, True)
    assert off["difference"] == pytest.approx(-OFF, rel=1e-3)
    assert off["source"] == H2["sources"]["us"]


def test_a_crash_is_a_line_of_the_table(references, here):
    here.append(InvariantError("KeyError: 'x' (in measure)", code="UNEXPECTED"))
    tables = [*H2["tables"], table(values={"far": 0.0})]
    said = run(references(tables=tables))
    assert said.exit_code == 1
    assert "KeyError: 'x'" in said.output
    assert said.output.count("FAIL") == 3
    assert "Traceback" not in said.output


def test_an_interrupt_keeps_what_was_done(references, here, tmp_path):
    here.extend([None, KeyboardInterrupt()])
    tables = [*H2["tables"], table(values={"far": 0.0})]
    said = run(references(tables=tables), "--json", str(tmp_path / "found.txt"))
    assert said.exit_code == 130
    assert "2 of 2 values are within their tolerance; interrupted" in said.output
    assert len(json.loads((tmp_path / "found.txt").read_text())["outcomes"]) == 2


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["--references", "nowhere"], "no reference file"),
        (["--references", "."], "wrong.json"),
        (["--json", "nowhere/found.json"], "cannot be written"),
    ],
)
def test_what_cannot_be_run_is_an_input_error(arguments, wanted, tmp_path, monkeypatch):
    """Which the command line answers with one line and exit code 2."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wrong.json").write_text("{")
    said = CliRunner().invoke(app, ["validate", *arguments])
    assert isinstance(said.exception, InputError)
    assert wanted in said.exception.message


@pytest.mark.slow
def test_everything_that_is_quick_agrees(tmp_path):
    command = [sys.executable, "-m", "molpipe", "validate"]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout + said.stderr
    assert list(tmp_path.iterdir()) == []  # no result database

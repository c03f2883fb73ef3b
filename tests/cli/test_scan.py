"""molpipe scan as its user meets it, and the whole way from there to curves and back."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from molpipe.cli import app
from molpipe.errors import InputError

UNREFINED = ("--set", "conformer.refine=none")


def run(*arguments):
    return CliRunner().invoke(app, list(arguments))


def test_it_prints_the_command_that_runs_the_batch(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = run(
        "scan", "[H][H]", "--bond", "1-2", "--values", "0.6:1.0:3", "--name", "a b", *UNREFINED
    )
    assert said.exit_code == 0, said.output
    batch, command = said.output.splitlines()
    assert batch == "batch: scans/a-b/a-b.csv"
    assert command == "molpipe run scans/a-b/a-b.csv --set conformer.refine=none"
    assert len((tmp_path / "scans" / "a-b" / "a-b.csv").read_text().splitlines()) == 1 + 3


def test_bases_and_ansaetze_may_be_repeated(tmp_path):
    said = run("scan", "[H][H]", "--basis", "sto-3g", "--basis", "6-31g(d,p)", "--ansatz", "uccsd",
               "--ansatz", "adapt", "--out", str(tmp_path), *UNREFINED)  # fmt: skip
    assert said.exit_code == 0, said.output
    lines = (tmp_path / "h2.csv").read_text().splitlines()
    assert lines[0] == "name,file,basis,ansatz"
    assert len(lines) == 1 + 4


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["C1CC1", "--bond", "1-2", "--values", "1.5,1.6"], "in a ring"),
        (["CC", "--torsion", "3-1-2-9", "--values", "0:180:4"], "no atom 9"),
        (["CC", "--bond", "1-6", "--values", "1.5,1.6"], "not bonded"),
        (["CC", "--bond", "1-2", "--values", "0.1,1.6"], "C1-C2"),
        (["CC", "--bond", "1-2"], "no values"),
        (["CC", "--basis", "no-such"], "no-such"),
        (["gone.xyz"], "gone.xyz"),
    ],
)
def test_what_cannot_be_scanned_is_an_input_error(arguments, wanted, tmp_path, monkeypatch):
    """Which the command line answers with one line and exit code 2."""
    monkeypatch.chdir(tmp_path)
    said = run("scan", *arguments, *UNREFINED)
    assert isinstance(said.exception, InputError), said.output
    assert wanted in said.exception.line
    assert "\n" not in said.exception.line

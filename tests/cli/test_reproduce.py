"""molpipe reproduce as its user meets it; the numbers are in tests/desk."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from molpipe.chem.intake import read_smiles
from molpipe.cli import app
from molpipe.desk import reproducing
from molpipe.errors import InputError
from molpipe.exports import results_json
from molpipe.model.results import EnergyValue
from molpipe.model.settings import Settings
from molpipe.pipeline import run_row
from tests.analysis.cases import with_energies
from tests.desk.test_reproducing import Here
from tests.sample_results import sample_results

QUICK = Settings().with_overrides({"basis": "sto-3g", "nevpt2": "none", "conformer.refine": "none"})


class Workers(Here):
    def __init__(self, *, processes, threads):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass


@pytest.fixture(scope="module")
def hydrogen():
    return run_row(read_smiles("[H][H]", "hydrogen", QUICK), QUICK)


@pytest.fixture
def file(tmp_path, monkeypatch):
    """Write a results.json with these rows; its stages are computed in this process."""
    monkeypatch.setattr(reproducing, "Workers", Workers)

    def write(*rows):
        results_json.write(replace(sample_results(), rows=rows), tmp_path / "results.json")
        return str(tmp_path / "results.json")

    return write


def run(*arguments):
    return CliRunner().invoke(app, ["reproduce", *arguments])


def test_numbers_that_came_back_are_exit_code_0(file, hydrogen):
    lost = next(row for row in sample_results().rows if row.energies is None)
    said = run(file(hydrogen, replace(lost, row=2)))
    assert said.exit_code == 0, said.output
    assert "1 of 1 came back within the tolerance" in said.output
    assert f"no energies to reproduce: {lost.name[:10]}" in said.output


def test_a_number_that_did_not_is_exit_code_1_and_stands_in_the_json(file, hydrogen, tmp_path):
    vqe = hydrogen.energies.active.vqe
    wrong = with_energies(hydrogen, "active", vqe=EnergyValue.ok(vqe.value - 1e-4, s2=vqe.s2))
    said = run(file(wrong), "--json", str(tmp_path / "found.json"))
    assert said.exit_code == 1
    assert "NO" in said.output
    (found,) = json.loads((tmp_path / "found.json").read_text())
    assert (found["came_back"], found["bit_equal"]) == (False, False)
    assert run(file(wrong), "--tolerance", "0.2").exit_code == 0


def test_what_is_not_there_is_an_input_error(tmp_path):
    """Which the command line answers with one line and exit code 2."""
    said = run(str(tmp_path / "gone.json"))
    assert isinstance(said.exception, InputError)
    assert "cannot be read" in said.exception.line

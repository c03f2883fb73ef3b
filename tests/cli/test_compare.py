"""molpipe compare and molpipe curves, on results.json files: no database, nothing computed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from molpipe.cli import app
from molpipe.errors import InputError
from molpipe.exports import results_json
from molpipe.model.results import EnergyValue
from tests.analysis.cases import row, with_energies
from tests.analysis.curve_points import point
from tests.sample_results import HOSTILE, SCRIPT, related_results, sample_results


@pytest.fixture
def files(tmp_path):
    """Two runs of one molecule whose VQE energy changed by 2 mHa."""
    before = row(1, "water")
    energy = before.energies.active.vqe.value + 0.002
    after = with_energies(before, "active", vqe=EnergyValue.ok(energy))
    for name, found in (("a", before), ("b", after)):
        (tmp_path / name).mkdir()
        document = replace(sample_results(), rows=(found,))
        results_json.write(document, tmp_path / name / "results.json")
    return [str(tmp_path / "a"), str(tmp_path / "b" / "results.json")]


def run(*arguments):
    return CliRunner().invoke(app, list(arguments))


def test_what_changed_is_printed_and_is_exit_code_1(files):
    said = run("compare", *files)
    assert said.exit_code == 1
    assert "VQE, active space" in said.output
    assert "+2.000" in said.output
    assert "why water:" in said.output
    assert "1 changed by more than the tolerance" in said.output


def test_nothing_beyond_its_tolerance_is_exit_code_0(files):
    assert run("compare", files[0], files[0]).exit_code == 0
    assert run("compare", *files, "--tolerance", "5").exit_code == 0


def test_json_and_csv_go_into_files_or_to_the_terminal(files, tmp_path):
    said = run("compare", *files, "--json", "-")
    assert json.loads(said.stdout)["changed"] is True
    run("compare", *files, "--csv", str(tmp_path / "changes.csv"))
    assert (tmp_path / "changes.csv").read_text().startswith("before,after,molecule")


def test_methods_of_two_runs_have_a_line_for_each_row(files):
    before, after = (results_json.read(path).rows[0] for path in paths(files))
    for path, found, key in zip(paths(files), (before, after), "ab", strict=True):
        document = replace(sample_results(), rows=(replace(found, key=64 * key),))
        results_json.write(document, path)
    said = run("compare", *files, "--by", "method")
    lines = [line for line in said.output.splitlines() if line.startswith("water ")]
    assert [line.split()[1] for line in lines] == ["aaaaaaaa", "bbbbbbbb"]
    errors = [float(line.split()[-1]) for line in lines]
    assert errors[1] - errors[0] == pytest.approx(2.0, abs=2e-3)
    assert "\nenergy [Ha], then minus that of" in said.output


def paths(files):
    return [tmp if tmp.suffix else tmp / "results.json" for tmp in map(Path, files)]


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["{a}"], "nothing to compare"),
        (["{a}", "--by", "basis"], "every row has the same basis"),
        (["{a}", "--by", "nothing"], "no row has a setting"),
        (["{a}", "gone.json"], "cannot be read"),
        (["{a}", "{b}", "--tolerance", "-1"], "tolerance"),
        (["{a}", "{b}", "--json", "no/where.json"], "cannot be written"),
    ],
)
def test_what_cannot_be_compared_is_an_input_error(arguments, wanted, files):
    """Which the command line answers with one line and exit code 2."""
    filled = [word.format(a=files[0], b=files[1]) for word in arguments]
    said = run("compare", *filled)
    assert isinstance(said.exception, InputError)
    assert wanted in said.exception.line
    assert "\n" not in said.exception.line


def test_names_are_text_on_the_terminal(tmp_path):
    rows = [replace(row(n, name)) for n, name in enumerate((SCRIPT, HOSTILE, "x" * 10_000), 1)]
    changed = [with_energies(r, "active", vqe=EnergyValue.ok(-70.0)) for r in rows]
    for name, found in (("a", rows), ("b", changed)):
        results_json.write(replace(sample_results(), rows=tuple(found)), tmp_path / f"{name}.json")
    said = run("compare", str(tmp_path / "a.json"), str(tmp_path / "b.json"))
    assert said.exit_code == 1
    assert "<script>" in said.output
    assert "[bold]" in said.output
    assert max(len(line) for line in said.output.splitlines()) <= 100


def test_curves_are_printed_with_what_happens_along_them(tmp_path):
    rows = [point(n, 1.0 + 0.2 * n, casci=-109 + 0.1 * (n - 2) ** 2, ccsd_error=-0.01 * n)
            for n in (1, 2, 3, 4)]  # fmt: skip
    results_json.write(replace(sample_results(), rows=tuple(rows)), tmp_path / "results.json")
    said = run("curves", str(tmp_path))
    assert said.exit_code == 0
    assert "N2: bond N1-N2 [angstrom]" in said.output
    assert "CCSD lies below the exact energy, by up to 40.00 mHa." in said.output
    assert "minimum: CASCI 1.400" in said.output


def test_a_run_without_curves_is_an_input_error(tmp_path):
    results_json.write(sample_results(), tmp_path / "results.json")
    said = run("curves", str(tmp_path))
    assert isinstance(said.exception, InputError)
    assert "molpipe scan" in said.exception.line
    results_json.write(related_results(), tmp_path / "results.json")
    assert run("curves", str(tmp_path)).exit_code == 0

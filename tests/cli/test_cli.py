"""The command line as its user meets it: exit codes, one clear line, and what --help imports."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from molpipe.cli import app, main

HEAVY = {"cirq", "pydantic", "openfermion", "pyscf", "prefect", "rdkit", "numpy", "sqlalchemy"}


def test_help_imports_nothing_heavy():
    code = f"import sys, molpipe.cli; print(sorted({HEAVY} & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_help_names_every_command():
    said = CliRunner().invoke(app, ["--help"])
    assert said.exit_code == 0
    names = "run report show up submit status cancel validate doctor schema"
    assert all(name in said.stdout for name in names.split())


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["run", "nowhere.csv"], "nowhere.csv"),
        (["run", "empty.csv"], "empty.csv"),
        (["run", "batch.csv", "--set", "basis"], "not key=value"),
        (["run", "batch.csv", "--set", "ansatz=lucid"], "lucid"),
        (["run", "batch.csv", "--set", "shots=100"], "not built yet"),
        (["run", "batch.csv", "--set", "colour=red"], "unknown setting 'colour'"),
        (["run", "batch.csv", "--settings", "list.yaml"], "holds a list, not settings"),
        (["run", "batch.csv", "--settings", "broken.yaml"], "cannot be read"),
        (["run", "batch.csv", "--settings", "quantum.yaml"], "needs the service"),
        (["run", "batch.csv", "--database", "batch.csv"], "batch.csv"),
        (["run", "batch.csv", "--out", "batch.csv"], "the results cannot go into batch.csv"),
        (["run", "batch.csv", "--out", "/proc/nowhere"], "the results cannot go into /proc"),
        (["run", "batch.csv", "--set", "ansatz=hardware-efficient"], "use backend cirq or qsim"),
        (["show", "nobody"], "there is no result database"),
        (["report"], "there is no result database"),
    ],
)
def test_what_cannot_be_run_ends_with_one_line_and_exit_code_2(
    arguments, wanted, tmp_path, monkeypatch, capfd
):
    (tmp_path / "batch.csv").write_text("name,smiles\nwater,O\n")
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "list.yaml").write_text("- basis\n")
    (tmp_path / "broken.yaml").write_text("basis: [\n")
    (tmp_path / "quantum.yaml").write_text("pool: quantum\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["molpipe", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    (line,) = capfd.readouterr().err.strip().splitlines()
    assert wanted in line


def test_a_process_of_its_own_says_no_more(tmp_path):
    (tmp_path / "batch.csv").write_text("name,smiles\nwater,O\n")
    command = [sys.executable, "-m", "molpipe", "run", "batch.csv", "--database", "batch.csv"]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert said.returncode == 2
    (line,) = said.stderr.strip().splitlines()
    assert line.startswith("molpipe: the result database batch.csv failed: ")


@pytest.mark.parametrize("document", ["settings", "results"])
def test_schema_is_a_json_schema(document):
    said = CliRunner().invoke(app, ["schema", document])
    assert json.loads(said.stdout)["type"] == "object"


def test_the_doctor_makes_no_database_and_misses_none(tmp_path, monkeypatch):
    module = sys.modules["molpipe.cli.doctor"]  # its function has its name in the package
    monkeypatch.setattr(module, "_prefect", lambda: "left out")
    said = CliRunner().invoke(app, ["doctor", "--database", str(tmp_path / "none.db")])
    assert said.exit_code == 0, said.output
    assert "none yet" in said.output
    assert not (tmp_path / "none.db").exists()


def test_the_schema_of_settings_knows_all_that_a_settings_file_may_hold():
    known = json.loads(CliRunner().invoke(app, ["schema", "settings"]).stdout)["properties"]
    assert known["pool"]["enum"] == ["cpu", "quantum"]
    assert {"reactions", "basis"} <= known.keys()

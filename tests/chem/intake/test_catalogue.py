"""Every row that a real batch was seen to hold, read alone and computed in one batch."""

import csv
import json
import subprocess
import sys

import pytest

from molpipe.chem.intake import read_batch
from molpipe.model.settings import Settings
from tests.chem.intake.catalogue import CASES
from tests.chem.intake.read import codes

SETTINGS = {
    "basis": "sto-3g",
    "active_space": "2,2",
    "full_space": "none",
    "conformer.refine": "none",
}
COLUMNS = ["name", "smiles", "file", *sorted({key for case in CASES for key in case.cells})]


def write_batch(folder):
    """All cases as one CSV, their geometry files beside it."""
    for case in CASES:
        if case.content is not None:
            (folder / case.file).write_text(case.content, encoding="utf-8")
    path = folder / "batch.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        for case in CASES:
            structure = {"smiles": case.smiles, "file": case.file}
            table.writerow({"name": case.name, **structure, **case.cells})
    return path


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    path = write_batch(tmp_path_factory.mktemp("catalogue"))
    return {row.name: row for row in read_batch(path, Settings().with_overrides(SETTINGS)).rows}


def test_no_case_is_lost(rows):
    assert list(rows) == [case.name for case in CASES]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_row_is_read_or_refused_with_its_code(rows, case):
    row = rows[case.name]
    refused = case.code is not None and not case.late
    assert codes(row) == ([case.code] if refused else list(case.warnings))
    if refused:
        assert row.failure.stage == "intake"
        assert row.failure.message
        assert row.failure.hint


@pytest.mark.slow
def test_the_whole_catalogue_runs_as_one_batch(tmp_path, monkeypatch):
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "prefect"))
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    write_batch(tmp_path)
    settings = [word for key, value in SETTINGS.items() for word in ("--set", f"{key}={value}")]
    options = ["--database", "results.db", "--workers", "2", "--out", "out"]
    done = subprocess.run(
        [sys.executable, "-m", "molpipe", "run", "batch.csv", *settings, *options],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert "Traceback" not in done.stdout
    rows = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))["rows"]
    assert [row["row"] for row in rows] == list(range(1, len(CASES) + 1))
    answers = [
        (row["name"], row["status"], row["failure"] and row["failure"]["code"]) for row in rows
    ]
    assert answers == [(case.name, case.status, case.code) for case in CASES]
    report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert report.count("<script") == 1  # its own
    for row, case in zip(rows, CASES, strict=True):
        said = [warning["code"] for warning in row["warnings"]]
        assert said == [*case.warnings, *case.found], case.name

"""The reference files: complete, consistent, documented, and there for whoever installs molpipe."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from molpipe.errors import InputError
from molpipe.validation import load_studies
from molpipe.validation.studies import reference_folder
from tests.validation.studies import H2, study, table

ROOT = Path(__file__).parents[2]
FILES = sorted(reference_folder().glob("*.json"))
CLOSEST = 0.5
"""No two atoms of a molecule are closer [angstrom]."""

each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


def load(file):
    (loaded,) = (s for s, f in zip(load_studies(), FILES, strict=True) if f == file)
    return loaded


@each_file
def test_every_value_has_source_unit_tolerance_and_reason(file):
    for check in load(file).checks():
        assert check.source.citation
        assert check.source.link.startswith("https://")
        assert check.unit in ("Ha", "mHa", "kcal/mol")
        assert check.tolerance > 0
        assert check.reason


@each_file
def test_every_source_and_calculation_is_used_and_every_setting_exists(file):
    loaded = load(file)
    assert {t.source for t in loaded.tables} == loaded.sources.keys()
    used = {name for check in loaded.checks() for name in check.calculations}
    assert used == loaded.calculations.keys()
    for name in used:
        loaded.settings_of(name)


@each_file
def test_no_value_is_given_twice(file):
    keys = [(c.quantities, c.calculation, c.minus, c.index) for c in load(file).checks()]
    assert len(keys) == len(set(keys))


@each_file
def test_atoms_keep_their_distance(file):
    for calculation in load(file).calculations.values():
        places = calculation.read_geometry().coordinates
        distances = np.linalg.norm(places[:, None] - places[None], axis=-1)
        assert distances[~np.eye(len(places), dtype=bool)].min() > CLOSEST


@each_file
def test_the_documentation_explains_it(file):
    assert f"`{file.name}`" in (ROOT / "docs" / "validation.md").read_text(encoding="utf-8")


def test_the_wheel_brings_the_files(tmp_path):
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if name.endswith(".json")}
    assert inside == {f"molpipe/validation/references/{file.name}" for file in FILES}


def test_differences_wait_for_all_their_calculations():
    """Checks come in the order in which a run down the calculations can answer them."""
    checks = study(tables=[table(minus=["far"]), table(), table(values={"far": 0.0})]).checks()
    assert [check.calculations for check in checks] == [("H2",), ("H2", "far"), ("far",)]


def test_a_difference_is_slow_where_one_of_its_calculations_is():
    slow = {"far": H2["calculations"]["far"] | {"slow": True}}
    (check,) = study(calculations=H2["calculations"] | slow, tables=[table(minus=["far"])]).checks()
    assert check.slow


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({"tables": [table(unit="eV")]}, "unit"),
        ({"tables": [table(tolerance=0)]}, "tolerance"),
        ({"tables": [table(reason="")]}, "reason"),
        ({"tables": [table(source="nobody")]}, "unknown source 'nobody'"),
        ({"tables": [table(values={"H3": 1.0})]}, "unknown calculation 'H3'"),
        ({"tables": [table(quantity="FCI")]}, "unknown quantity 'FCI'"),
        ({"sources": {"us": {"label": "test", "citation": "x", "link": "here"}}}, "link"),
        ({"calculations": {"H2": {"geometry": "H 0 0; H 0 0 1"}}}, "three coordinates"),
        ({"calculations": {"H2": {"geometry": "H 0 0 zero"}}}, "zero"),
        ({"calculations": {"H2": {"geometry": "H 0 0 nan"}}}, "finite"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_file_is_refused_with_the_place(change, wanted, tmp_path):
    (tmp_path / "wrong.json").write_text(json.dumps(H2 | change))
    with pytest.raises(InputError, match=r"wrong\.json: .*" + re.escape(wanted)):
        load_studies(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]"])
def test_a_file_that_is_no_study_is_refused(text, tmp_path):
    (tmp_path / "wrong.json").write_text(text)
    with pytest.raises(InputError, match=r"wrong\.json"):
        load_studies(tmp_path)


def test_a_folder_without_files_is_refused(tmp_path):
    with pytest.raises(InputError, match="no reference file"):
        load_studies(tmp_path)

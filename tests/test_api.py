import csv
import subprocess
import sys

import numpy as np
import pytest

import molpipe as mp
from molpipe.errors import InvalidSettings


def test_every_public_name_resolves():
    assert all(getattr(mp, name) is not None for name in mp.__all__)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'vqe_everything'"):
        _ = mp.vqe_everything


def test_importing_molpipe_imports_no_engine():
    heavy = {"cirq", "openfermion", "pyscf", "prefect", "rdkit", "numpy"}
    code = f"import sys, molpipe; print(sorted({heavy} & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_one_molecule_in_one_line():
    row = mp.run_molecule("[HH]", basis="sto-3g")
    assert (row.status, row.name) == ("ok", "[HH]")
    assert row.comparison.vqe_minus_casci_mha == pytest.approx(0.0, abs=1e-5)


def test_a_wrong_setting_is_refused_before_work_starts():
    with pytest.raises(InvalidSettings, match="unknown setting 'colour'"):
        mp.run_molecule("O", colour="red")


def test_a_scan_takes_an_array_of_values_and_a_single_setting(tmp_path):
    path = mp.scan(
        "[H][H]",
        out=tmp_path,
        bond="1-2",
        values=np.linspace(0.7, 0.9, 3),
        basis="sto-3g",
        ansatz=["uccsd", "adapt"],
    )
    lines = list(csv.DictReader(path.read_text("utf-8").splitlines()))
    found = [(line["basis"], line["ansatz"], float(line["coordinate"])) for line in lines]
    wanted = [("sto-3g", ansatz, at) for ansatz in ("uccsd", "adapt") for at in (0.7, 0.8, 0.9)]
    assert found == wanted

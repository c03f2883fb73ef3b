import subprocess
import sys

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

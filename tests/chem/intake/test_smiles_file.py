"""SMILES in, molecule or a stable code out."""

import time

import pytest
from rdkit import Chem

from molpipe.chem.intake.smiles_file import split_smiles
from tests.chem.intake.read import codes, read_smiles, read_text


def test_the_largest_molecule_has_100_atoms(tmp_path):
    assert read_smiles(tmp_path, "C" * 32).molecule.formula == "C32H66"


def test_non_ascii_is_named_by_code_point_and_column(tmp_path):
    failure = read_smiles(tmp_path, "CC\u2212").failure
    assert "U+2212" in failure.message
    assert "column 3" in failure.message


@pytest.mark.parametrize(
    ("smiles", "place"),
    [("C1CC", 2), ("C(CC", 2), ("CC)", 3), ("CC1CC%11C1", 6), ("[13CH3]C2", 9), ("hello", 1)],
)
def test_a_syntax_error_names_the_place(tmp_path, smiles, place):
    assert read_smiles(tmp_path, smiles).failure.message.endswith(f"near character {place}")


@pytest.mark.parametrize(
    ("smiles", "hint"),
    [
        ("InChI=1S/CH4/h1H4", "InChI:"),
        ("LFQSCWFLJHTTHZ-UHFFFAOYSA-N", "InChIKey"),
        ("CCO>>CC=O", "reaction"),
        ("[C;R]", "SMARTS"),
        ("[#6]", "SMARTS"),
        ("Fe2O3", "formula"),
        ("ethanol", "name"),
        ("water.xyz", "file"),
    ],
)
def test_a_text_that_is_something_else_is_called_that(tmp_path, smiles, hint):
    failure = read_smiles(tmp_path, smiles).failure
    assert failure.code == "SMILES_SYNTAX"
    assert hint in failure.hint


def test_a_salt_names_its_main_part_and_the_total_charge(tmp_path):
    failure = read_smiles(tmp_path, "CC(=O)O.[Na+]").failure
    assert "total charge +1" in failure.message
    assert "CC(=O)O" in failure.hint


def test_the_parent_keeps_its_protonation_and_what_is_left_out_is_named(tmp_path):
    row = read_smiles(tmp_path, "O=C([O-])C.[Na+].O.O", fragments="parent")
    assert (row.molecule.smiles, row.molecule.charge) == ("CC(=O)[O-]", -1)
    (message,) = [w.message for w in row.warnings if w.code == "MULTI_FRAGMENT"]
    assert message.endswith("left out: [Na+], 2 O")


def test_open_stereo_is_counted_and_named(tmp_path):
    (warning,) = read_smiles(tmp_path, "CC(O)C=CC").warnings
    assert "1 centre (C2) and 1 double bond (C4=C5)" in warning.message


DODECAHEDRANE = "C12C3C4C5C1C6C7C2C8C3C9C4C1C5C6C2C7C8C9C12"


def test_a_cage_of_twenty_false_centres_is_read_at_once(tmp_path):
    """RDKit's search for different stereoisomers went through 2^20 of them, five minutes."""
    start = time.process_time()
    assert codes(read_smiles(tmp_path, DODECAHEDRANE)) == []
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    ("smiles", "multiplicity"),
    [("O", 1), ("[CH3]", 2), ("[N]=O", 2), ("[CH2]", 3), ("[O][O]", 3), ("[H]", 2), ("[He]", 1)],
)
def test_multiplicity_follows_from_the_radical_electrons_drawn(tmp_path, smiles, multiplicity):
    assert read_smiles(tmp_path, smiles).molecule.multiplicity == multiplicity


def test_text_behind_a_smiles_is_a_name_in_smi_and_a_warning_in_csv(tmp_path):
    (row,) = read_text(tmp_path, "batch.smi", "CCO drinking alcohol\n")
    assert (row.name, codes(row)) == ("drinking alcohol", [])
    assert codes(read_smiles(tmp_path, "CCO ethanol")) == ["TRAILING_TEXT"]


def test_smi_header_comments_and_blank_lines_are_no_rows(tmp_path):
    rows = read_text(tmp_path, "batch.smi", "smiles\tname\n# methane\nC\tmethane\r\n\r\nO\n")
    assert [(row.input, row.name) for row in rows] == [("C", "methane"), ("O", "row-2")]


def test_the_extension_of_a_smiles_belongs_to_it():
    assert split_smiles("[CH2]C |^1:0| ethyl") == ("[CH2]C |^1:0|", "ethyl")


def test_the_canonical_smiles_is_the_same_molecule(tmp_path):
    record = read_smiles(tmp_path, "C1=CC=CC=C1O").molecule
    assert record.smiles == Chem.CanonSmiles("Oc1ccccc1")
    assert record.n_electrons == 6 * 6 + 6 + 8
    assert record.inchikey == "ISWSIDIOOBJBQZ-UHFFFAOYSA-N"  # phenol, PubChem CID 996

"""SMILES in, molecule or a stable code out."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdkit import Chem

from molpipe.chem.intake import read_smiles as read_smiles_row
from molpipe.chem.intake.smiles_file import split_smiles
from tests.chem.intake.read import codes, read_smiles, read_text

REFUSED = [
    ("", "EMPTY"),
    ("hello", "SMILES_SYNTAX"),
    ("C1CC", "SMILES_SYNTAX"),
    ("CC(", "SMILES_SYNTAX"),
    ("InChI=1S/CH4/h1H4", "SMILES_SYNTAX"),
    ("CCO>>CC=O", "SMILES_SYNTAX"),
    ("[C,N]", "SMILES_SYNTAX"),
    ("C~C", "SMILES_SYNTAX"),
    ("[Xx]", "SMILES_SYNTAX"),
    ("CC(C)(C)(C)C", "VALENCE"),
    ("[CH5]", "VALENCE"),
    ("FF(F)F", "VALENCE"),
    ("c1cncn1", "KEKULIZE"),
    ("c1cccc1", "KEKULIZE"),
    ("Co", "KEKULIZE"),  # cobalt without its brackets
    ("\u0421CO", "NON_ASCII"),  # Cyrillic Es, which RDKit reads as methanol
    ("CC\u2212", "NON_ASCII"),  # a minus sign, which RDKit reads as ethane
    ("C\u0441", "NON_ASCII"),
    ("CCO\u00a0", "NON_ASCII"),
    ("*CC", "DUMMY_ATOM"),
    ("[*:1]CC", "DUMMY_ATOM"),
    ("[1*]c1ccccc1", "DUMMY_ATOM"),
    ("[H+]", "NO_ELECTRONS"),
    ("[Li+].[H-]", "MULTI_FRAGMENT"),
    ("CC(=O)[O-].[Na+]", "MULTI_FRAGMENT"),
    ("CC(=O)O.O.O", "MULTI_FRAGMENT"),
    ("[CH-]1C=CC=C1.[CH-]1C=CC=C1.[Fe+2]", "NEEDS_3D"),
    ("N[Pt](N)(Cl)Cl", "NEEDS_3D"),
    ("[NH3]->[Pt](Cl)(Cl)<-[NH3]", "NEEDS_3D"),
    ("[PtH2]", "NEEDS_3D"),
    ("CCCCCCCC[Li]", "NEEDS_3D"),
    ("C" * 33, "TOO_LARGE"),  # 101 atoms with hydrogens
    ("C" * 101, "TOO_LARGE"),
    ("C" * 5000, "TOO_LARGE"),
]

WARNED = [
    ("O=O", ["SPIN_AMBIGUOUS"]),
    ("S=S", ["SPIN_AMBIGUOUS"]),
    ("[C]", ["SPIN_AMBIGUOUS"]),
    ("[CH2]", ["SPIN_AMBIGUOUS"]),
    ("[Fe+3]", ["SPIN_AMBIGUOUS"]),
    ("[NH3+]CC(=O)[O-]", ["ZWITTERION"]),
    ("C[N+](=O)[O-]", []),
    ("[C-]#[O+]", []),
    ("CN=[N+]=[N-]", []),
    ("CC(O)F", ["STEREO_UNDEFINED"]),
    ("C[C@H](O)F", []),
    ("CC=CC", ["STEREO_UNDEFINED"]),
    ("C/C=C/C", []),
    ("C12C3C4C1C5C2C3C45", []),  # cubane: eight flags in RDKit, one isomer
    ("[2H]C([2H])([2H])O", ["ISOTOPE"]),
    ("[LiH]", []),
    ("[BeH2]", []),
    ("[Na+]", []),
]


@pytest.mark.parametrize(("smiles", "code"), REFUSED)
def test_a_bad_smiles_is_refused_with_its_code(tmp_path, capfd, smiles, code):
    row = read_smiles(tmp_path, smiles)
    assert codes(row) == [code]
    assert row.failure.stage == "intake"
    assert row.failure.message
    assert row.failure.hint
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(("smiles", "expected"), WARNED)
def test_an_ambiguous_smiles_is_computed_with_a_warning(tmp_path, capfd, smiles, expected):
    row = read_smiles(tmp_path, smiles)
    assert row.molecule is not None
    assert codes(row) == expected
    assert capfd.readouterr() == ("", "")


def test_the_largest_molecule_has_100_atoms(tmp_path):
    assert read_smiles(tmp_path, "C" * 32).molecule.formula == "C32H66"


def test_non_ascii_is_named_by_code_point_and_column(tmp_path):
    failure = read_smiles(tmp_path, "CC\u2212").failure
    assert "U+2212" in failure.message
    assert "column 3" in failure.message


def test_a_salt_names_its_main_part_and_the_total_charge(tmp_path):
    failure = read_smiles(tmp_path, "CC(=O)O.[Na+]").failure
    assert "total charge +1" in failure.message
    assert "CC(=O)O" in failure.hint


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


EXAMPLES = int(os.environ.get("MOLPIPE_FUZZ", "150"))
SMILES_LIKE = st.text(st.sampled_from("CNOFHSPBIclno[]()=#+-@/\\%.1234569*>|$~:"), max_size=40)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.one_of(st.text(max_size=40), SMILES_LIKE))
def test_any_text_is_a_molecule_or_an_input_error(text):
    row = read_smiles_row(text)
    if row.failure is not None:
        assert row.failure.code
        assert row.failure.hint
    else:
        assert row.molecule.n_electrons > 0
        assert (row.molecule.n_electrons - row.molecule.multiplicity) % 2 == 1
        assert Chem.MolFromSmiles(row.molecule.smiles) is not None

"""SDF records: drawings and geometries told apart, each record on its own."""

import numpy as np
import pytest
from rdkit import Chem

from tests.chem.intake.blocks import block, placed
from tests.chem.intake.read import codes, read_text


def test_a_3d_record_keeps_its_coordinates(tmp_path):
    text = block("CO", three=True, name="methanol")
    (row,) = read_text(tmp_path, "one.sdf", text)
    expected = Chem.MolFromMolBlock(text, removeHs=False).GetConformer().GetPositions()
    np.testing.assert_array_equal(row.molecule.geometry.coordinates, expected)
    assert (row.name, row.molecule.smiles, codes(row)) == ("methanol", "CO", [])


def test_a_drawing_has_no_geometry_but_its_bonds(tmp_path):
    (row,) = read_text(tmp_path, "one.sdf", block("C[C@H](O)F"))
    assert row.molecule.geometry is None
    assert row.molecule.smiles == Chem.CanonSmiles("C[C@H](O)F")
    assert codes(row) == []


def test_missing_hydrogens_are_added_with_coordinates_and_said(tmp_path):
    (row,) = read_text(tmp_path, "one.sdf", block("CCO", three=True, hydrogens=False))
    assert codes(row) == ["HYDROGENS_ADDED"]
    geometry = row.molecule.geometry
    assert len(geometry.symbols) == 9
    heavy = geometry.coordinates[:3]
    for position in geometry.coordinates[3:]:
        nearest = np.linalg.norm(heavy - position, axis=1).min()
        assert 0.9 < nearest < 1.2  # an O-H or C-H bond [angstrom]


def test_atoms_without_bonds_get_no_hydrogens(tmp_path):
    text = placed(("N", 0, 0, 0), ("N", 0, 0, 1.1))
    (row,) = read_text(tmp_path, "one.sdf", text)
    assert (row.molecule.formula, row.molecule.multiplicity, codes(row)) == ("N2", 1, [])


def test_a_planar_molecule_marked_3d_is_a_geometry(tmp_path):
    atoms = (("O", 0, 0, 0), ("O", 1.2, 0, 0))
    (row,) = read_text(tmp_path, "one.sdf", placed(*atoms))
    assert row.molecule.geometry is not None


def test_a_metal_complex_keeps_coordinates_and_skips_valence(tmp_path):
    text = placed(("Pt", 0, 0, 0), ("Cl", 2.3, 0, 0), ("Cl", -2.3, 0, 0.1))
    (row,) = read_text(tmp_path, "one.sdf", text)
    assert codes(row) == ["METAL"]
    assert row.molecule.geometry.symbols == ("Pt", "Cl", "Cl")


def test_property_fields_work_as_columns(tmp_path):
    text = block("[CH3]", Multiplicity=2, BASIS="sto-3g", Vendor="ACME", Active_Space="3,3")
    (row,) = read_text(tmp_path, "one.sdf", text)
    assert row.overrides == {"basis": "sto-3g", "active_space": "3,3"}
    assert row.extra == {"Vendor": "ACME"}
    assert row.molecule.multiplicity == 2


def test_a_charge_field_wins_over_the_drawing(tmp_path):
    (row,) = read_text(tmp_path, "one.sdf", block("[NH4+]", CHARGE=0, MULTIPLICITY=2))
    assert codes(row) == ["CHARGE_MISMATCH"]
    assert row.molecule.charge == 0


def test_a_truncated_record_does_not_swallow_the_next_one(tmp_path):
    good = [block("C", name="a"), block("N", name="b"), block("O", name="c")]
    cut = "\n".join(good[1].split("\n")[:5]) + "\n$$$$\n"
    rows = read_text(tmp_path, "many.sdf", good[0] + cut + good[2])
    assert [row.name for row in rows] == ["a", "b", "c"]
    assert [codes(row) for row in rows] == [[], ["BAD_FILE"], []]


def test_an_empty_record_is_a_row(tmp_path):
    rows = read_text(tmp_path, "many.sdf", block("C", name="a") + "$$$$\n\n$$$$\n" + block("N"))
    assert [codes(row) for row in rows] == [[], ["EMPTY"], ["EMPTY"], []]


def test_a_last_record_without_separator_counts(tmp_path):
    text = (block("C", name="a") + block("O", name="b")).removesuffix("$$$$\n")
    assert [row.name for row in read_text(tmp_path, "many.sdf", text)] == ["a", "b"]


def test_a_latin_1_name_is_read(tmp_path):
    (row,) = read_text(tmp_path, "one.sdf", block("CCO", name="Äthanol").encode("latin-1"))
    assert (row.name, codes(row)) == ("Äthanol", [])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (block("CC").replace(" C  ", " R# ", 1), "DUMMY_ATOM"),
        (block("CC").replace(" C  ", " A  ", 1), "DUMMY_ATOM"),
        (block("CC").replace(" C  ", " \u0421  ", 1), "NON_ASCII"),
        (block("CC").replace(" C  ", " Zz ", 1), "BAD_FILE"),
        (block("CC").replace("  1  2  1  0", "  1  9  1  0"), "BAD_FILE"),
        (block("CC").replace("  1  2  1  0", "  1  2  8  0"), "BAD_FILE"),
        (block("CC").replace("M  END", "M  FIN"), "BAD_FILE"),
        (placed(), "EMPTY"),
        (placed(("C", 0, 0, 0), ("C", 0, 0, 0.1)), "CLASH"),
        (block("CC(=O)[O-].[Na+]"), "MULTI_FRAGMENT"),
        (block("Cl[Pt]Cl"), "NEEDS_3D"),
        (block("C" * 40), "TOO_LARGE"),
        ("garbage\n$$$$\n", "BAD_FILE"),
    ],
)
def test_a_bad_record_is_refused_with_its_code(tmp_path, capfd, text, code):
    (row,) = read_text(tmp_path, "one.sdf", text)
    assert codes(row) == [code]
    assert capfd.readouterr() == ("", "")


def test_valence_and_kekulisation_are_checked(tmp_path):
    five = Chem.MolFromSmiles("CC(C)(C)(C)C", sanitize=False)
    ring = Chem.MolFromSmiles("c1cncn1", sanitize=False)
    text = "".join(Chem.MolToMolBlock(m, kekulize=False) + "$$$$\n" for m in (five, ring))
    assert [codes(row) for row in read_text(tmp_path, "two.sdf", text)] == [
        ["VALENCE"],
        ["KEKULIZE"],
    ]

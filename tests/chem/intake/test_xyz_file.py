"""XYZ frames: coordinates untouched, charge and spin from the comment line."""

import numpy as np
import pytest

from tests.chem.intake.read import codes, read_text, read_xyz

WATER = "O 0 0 0; H 0 0 0.9572; H 0.9266 0 -0.2400"


def test_coordinates_are_kept_and_rounded_once(tmp_path):
    row = read_xyz(tmp_path, "H 0.12345678 0 0; H 0.12345678 0 0.7414", "name=hydrogen")
    geometry = row.molecule.geometry
    np.testing.assert_array_equal(geometry.coordinates, [[0.123457, 0, 0], [0.123457, 0, 0.7414]])
    assert (row.name, row.molecule.smiles, row.molecule.formula) == ("hydrogen", None, "H2")
    assert codes(row) == []


@pytest.mark.parametrize(
    ("comment", "name", "charge", "multiplicity"),
    [
        ("", "frame", 0, 1),
        ("water at equilibrium", "water at equilibrium", 0, 1),
        ("charge=1 multiplicity=2 cation", "cation", 1, 2),
        ('Charge=-2 name="two words"', "two words", -2, 1),
    ],
)
def test_the_comment_line_states_name_charge_and_multiplicity(
    tmp_path, comment, name, charge, multiplicity
):
    row = read_xyz(tmp_path, WATER, comment)
    assert row.name == name
    assert (row.molecule.charge, row.molecule.multiplicity) == (charge, multiplicity)
    assert row.molecule.n_electrons == 10 - charge


@pytest.mark.parametrize(
    ("atoms", "comment", "expected"),
    [
        ("O 0 0 0; H 0 0 0.97", "", ["MULTIPLICITY_ASSUMED"]),
        ("O 0 0 0; H 0 0 0.97", "multiplicity=2", []),
        ("O 0 0 0; O 0 0 1.21", "", ["SPIN_AMBIGUOUS"]),
        ("O 0 0 0; O 0 0 1.21", "multiplicity=3", []),
        ("O 0 0 0", "", ["SPIN_AMBIGUOUS"]),
        ("Ne 0 0 0", "", []),
        ("D 0 0 0; H 0 0 0.74", "", ["ISOTOPE"]),
        ("Fe 0 0 0; O 0 0 1.62", "", ["METAL"]),
        ("LI 0 0 0; h 0 0 1.6", "", []),
        ("6 0 0 0; 8 0 0 1.13", "", []),
        ("H 0 0 0; H 0 0 0.7", "", []),
    ],
)
def test_what_is_guessed_is_said(tmp_path, atoms, comment, expected):
    row = read_xyz(tmp_path, atoms, comment)
    assert row.molecule is not None
    assert codes(row) == expected


@pytest.mark.parametrize(
    ("atoms", "comment", "code"),
    [
        ("H 0 0 0; H 0 0 0.49", "", "CLASH"),
        ("C 0 0 0; C 0 0 0", "", "CLASH"),
        ("\u0421 0 0 0; O 0 0 1.1", "", "NON_ASCII"),
        ("X 0 0 0; O 0 0 1.1", "", "DUMMY_ATOM"),
        ("Zz 0 0 0; O 0 0 1.1", "", "BAD_FILE"),
        ("119 0 0 0; O 0 0 1.1", "", "BAD_FILE"),
        ("H 0 0; H 0 0 0.74", "", "BAD_FILE"),
        ("H 0 0 zero; H 0 0 0.74", "", "BAD_NUMBER"),
        ("H 0 0 nan; H 0 0 0.74", "", "BAD_NUMBER"),
        ("H 0 0 1e300; H 0 0 0.74", "", "BAD_NUMBER"),
        ("H 0 0 0; H 0 0 0.74", "charge=plus", "BAD_NUMBER"),
        ("H 0 0 0; H 0 0 0.74", "multiplicity=2", "CHARGE_SPIN_PARITY"),
        ("H 0 0 0; H 0 0 0.74", "charge=2", "NO_ELECTRONS"),
        (";".join(f"He {3 * i} 0 0" for i in range(101)), "", "TOO_LARGE"),
    ],
)
def test_a_bad_frame_is_refused_with_its_code(tmp_path, atoms, comment, code):
    assert codes(read_xyz(tmp_path, atoms, comment)) == [code]


def frame(n, atoms, comment=""):
    return f"{n}\n{comment}\n" + "".join(f"He {3 * i} 0 0\n" for i in range(atoms))


@pytest.mark.parametrize("broken", [frame(3, 2), frame(2, 3), frame(0, 0), frame(2, 0)])
def test_a_broken_frame_does_not_swallow_its_neighbours(tmp_path, broken):
    rows = read_text(tmp_path, "many.xyz", frame(2, 2, "a") + broken + frame(4, 4, "c"))
    assert len(rows) == 3
    assert [codes(row) for row in (rows[0], rows[2])] == [[], []]
    assert rows[1].failure is not None
    assert rows[2].molecule.formula == "He4"
    assert [row.source.frame for row in rows] == [1, 2, 3]


def test_fortran_exponents_extra_columns_and_blank_lines_are_read(tmp_path):
    text = "\n2\n\nHe 0.0 0.0 0.0 1.5\nHe 0.0 0.0 0.3D+01 2.5\n\n\n"
    (row,) = read_text(tmp_path, "pair.xyz", text)
    assert row.molecule.geometry.coordinates[1, 2] == 3.0


def test_a_file_without_a_count_is_one_refused_row(tmp_path):
    (row,) = read_text(tmp_path, "raw.xyz", "O 0 0 0\nH 0 0 1\n")
    assert codes(row) == ["BAD_FILE"]

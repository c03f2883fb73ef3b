from dataclasses import replace

import numpy as np
import pytest

from molpipe.chem.conformer import embed
from molpipe.chem.intake import read_smiles
from molpipe.chem.scan import Coordinate, moved
from molpipe.chem.scan.move import measure
from molpipe.errors import InputError
from molpipe.model.molecule import Geometry
from molpipe.model.settings import Settings

ROUNDED = 1e-4
"""Angstrom or degree: coordinates are rounded to six decimals."""

UNREFINED = Settings().with_overrides({"conformer.refine": "none", "conformer.candidates": 1})


@pytest.fixture(scope="module")
def propanol():
    """A chain C1-C2-C3-O4 with its hydrogens."""
    return embed(read_smiles("CCCO").molecule, UNREFINED)


def coordinate(kind, text, geometry):
    return Coordinate.parse(kind, text, geometry)


def internal(geometry, part):
    places = geometry.coordinates[sorted(part)]
    return np.linalg.norm(places[:, None] - places[None], axis=2)


@pytest.mark.parametrize(
    ("kind", "atoms", "values"),
    [
        ("bond", "2-3", (1.2, 1.9, 3.0)),
        ("bond", "3-2", (1.2, 1.9, 3.0)),
        ("angle", "2-3-4", (90.0, 120.0, 179.0)),
        ("torsion", "1-2-3-4", (-170.0, -60.0, 35.0, 180.0)),
    ],
)
def test_the_coordinate_has_its_value_and_both_parts_stay_as_they_are(
    kind, atoms, values, propanol
):
    wanted = coordinate(kind, atoms, propanol)
    for value in values:
        there = moved(propanol, wanted, value)
        found = measure(there.coordinates, wanted.atoms)
        assert (found - value + 180) % 360 - 180 == pytest.approx(0.0, abs=ROUNDED)
        still = [i for i in range(12) if np.allclose(there.coordinates[i], propanol.coordinates[i])]
        others = [i for i in range(12) if i not in still]
        assert still
        assert others
        for part in (still, others):
            assert internal(there, part) == pytest.approx(internal(propanol, part), abs=ROUNDED)


def test_what_hangs_on_the_last_atom_moves_and_nothing_else(propanol):
    there = moved(propanol, coordinate("bond", "3-4", propanol), 2.0)
    shift = np.linalg.norm(there.coordinates - propanol.coordinates, axis=1)
    hydroxyl = [i for i in range(12) if shift[i] > ROUNDED]
    assert [propanol.symbols[i] for i in hydroxyl] == ["O", "H"]


def test_a_straight_angle_bends():
    line = Geometry(
        symbols=("O", "C", "O"),
        coordinates=np.array([[0, 0, -1.16], [0, 0, 0], [0, 0, 1.16]]),
        charge=0,
        multiplicity=1,
        origin="test",
    )
    bent = moved(line, coordinate("angle", "1-2-3", line), 120.0)
    assert measure(bent.coordinates, (0, 1, 2)) == pytest.approx(120.0, abs=ROUNDED)


def test_a_stretch_keeps_the_shape():
    chain = Geometry(
        symbols=("H",) * 4,
        coordinates=np.array([[0, 0, 0.9 * i] for i in range(4)]),
        charge=0,
        multiplicity=1,
        origin="test",
    )
    there = moved(chain, Coordinate(kind="stretch"), 1.8)
    assert internal(there, range(4)) == pytest.approx(2 * internal(chain, range(4)), abs=ROUNDED)


def test_atoms_that_fell_apart_already_can_be_moved_on():
    far = Geometry(
        symbols=("N", "N"),
        coordinates=np.array([[0, 0, 0], [0, 0, 3.0]]),
        charge=0,
        multiplicity=1,
        origin="test",
    )
    back = moved(far, coordinate("bond", "1-2", far), 1.1)
    assert measure(back.coordinates, (0, 1)) == pytest.approx(1.1)


@pytest.mark.parametrize(
    ("smiles", "kind", "atoms", "value", "code"),
    [
        ("CCCO", "bond", "1-3", 2.0, "NOT_BONDED"),
        ("CCCO", "angle", "1-3-4", 100.0, "NOT_BONDED"),
        ("C1CC1", "bond", "1-2", 2.0, "IN_A_RING"),
        ("C1CCC1", "torsion", "1-2-3-4", 20.0, "IN_A_RING"),
        ("C#CC", "torsion", "4-1-2-3", 20.0, "LINEAR"),
        ("CCCO", "bond", "1-2", 0.3, "CLASH"),
        ("CCCO", "bond", "1-2", -1.0, "VALUES"),
    ],
)
def test_what_cannot_be_moved_is_one_line(smiles, kind, atoms, value, code):
    geometry = embed(read_smiles(smiles).molecule, UNREFINED)
    with pytest.raises(InputError) as caught:
        moved(geometry, coordinate(kind, atoms, geometry), value)
    assert caught.value.code == code
    assert "\n" not in caught.value.line


def test_measures_do_not_depend_on_where_the_molecule_is(propanol):
    mirrored = replace(propanol, coordinates=-np.array(propanol.coordinates) + 5.0)
    for atoms, sign in (((0, 1), 1), ((0, 1, 2), 1), ((0, 1, 2, 3), -1)):
        there, here = (measure(g.coordinates, atoms) for g in (mirrored, propanol))
        assert there == pytest.approx(sign * here)

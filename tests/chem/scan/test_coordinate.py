import numpy as np
import pytest

from molpipe.chem.scan import Coordinate, parse_values
from molpipe.errors import InputError
from molpipe.model.molecule import Geometry

WATER = Geometry(
    symbols=("O", "H", "H"),
    coordinates=np.array([[0.0, 0.0, 0.117], [0.0, 0.757, -0.469], [0.0, -0.757, -0.469]]),
    charge=0,
    multiplicity=1,
    origin="test",
)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("0.9:1.5:4", (0.9, 1.1, 1.3, 1.5)),
        ("1.5:0.9:4", (0.9, 1.1, 1.3, 1.5)),
        (" 1.2, 0.9,1.2", (0.9, 1.2)),
        ("1", (1.0,)),
    ],
)
def test_values_are_read_as_a_range_or_a_list(text, values):
    assert parse_values(text) == pytest.approx(values)


@pytest.mark.parametrize(
    "text", ["", ",", "a", "1:2", "1:2:1", "1:2:9999", "1:nan:3", "inf", "1;2"]
)
def test_what_is_no_list_of_values_is_one_line(text):
    with pytest.raises(InputError, match=r"no number|a range has|a scan has") as caught:
        parse_values(text)
    assert "start:stop:number" in caught.value.line


@pytest.mark.parametrize("text", ["2-1-3", "2,1,3", " 2 1 3 "])
def test_atoms_are_counted_from_one(text):
    assert Coordinate.parse("angle", text, WATER).atoms == (1, 0, 2)


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("bond", "1", "a bond has 2 atoms"),
        ("bond", "1-x", "a bond has 2 atoms"),
        ("bond", "0-1", "there is no atom 0"),
        ("bond", "1-4", "there is no atom 4 among 3"),
        ("angle", "1-2-1", "stands twice"),
        ("torsion", "1-2-3", "a torsion has 4 atoms"),
    ],
)
def test_atoms_that_are_not_there_are_one_line(kind, text, said):
    with pytest.raises(InputError, match=said):
        Coordinate.parse(kind, text, WATER)


def test_labels_name_atoms_and_unit():
    assert Coordinate.parse("bond", "1-2", WATER).label(WATER.symbols) == "bond O1-H2 [angstrom]"
    assert Coordinate.parse("angle", "2-1-3", WATER).label(WATER.symbols).endswith("[degree]")


@pytest.mark.parametrize(("kind", "value"), [("bond", 0.0), ("bond", -1.0), ("angle", 181.0),
                                              ("angle", 0.0), ("torsion", 400.0)])  # fmt: skip
def test_a_value_that_a_coordinate_cannot_have_is_refused(kind, value):
    with pytest.raises(InputError, match=f"got {value:g}"):
        Coordinate(kind=kind, atoms=(0, 1)).check(value)

"""The key of a stored batch: it follows what the files say, and nothing else."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from molpipe.model.packed import PackedBatch
from molpipe.model.reactions import Reaction

CSV = b"name,file\nwater,geo/water.xyz\n"
XYZ = b"3\n\nO 0 0 0\nH 0 0 0.9572\nH 0.9266 0 -0.24\n"
SPIN_GAP = Reaction(name="gap", reactants={"singlet": 1.0}, products={"triplet": 1.0})
PACKED = PackedBatch(
    name="waters",
    source="lab/waters.csv",
    main="waters.csv",
    files={"waters.csv": CSV, "geo/water.xyz": XYZ},
    reactions=(SPIN_GAP,),
)


def with_files(**changes):
    names = {"main": "waters.csv", "geometry": "geo/water.xyz"}
    return replace(PACKED, files=PACKED.files | {names[k]: v for k, v in changes.items()})


@pytest.mark.parametrize(
    "same",
    [
        replace(PACKED, name="another name"),
        replace(PACKED, source="/home/else/w.csv"),
        replace(PACKED, main="w.CSV", files={"w.CSV": CSV, "geo/water.xyz": XYZ}),
        replace(PACKED, files=dict(reversed(PACKED.files.items()))),
    ],
    ids=["name", "source", "file name", "order"],
)
def test_what_it_is_called_makes_no_difference(same):
    assert same.key == PACKED.key


@pytest.mark.parametrize(
    "other",
    [
        replace(PACKED, main="waters.smi", files={"waters.smi": CSV, "geo/water.xyz": XYZ}),
        replace(PACKED, main=""),
        replace(PACKED, files=PACKED.files | {"geo/more.xyz": XYZ}),
        replace(PACKED, files={"waters.csv": CSV, "geo/Water.xyz": XYZ}),
        replace(PACKED, files={"waters.csv": XYZ, "geo/water.xyz": CSV}),
        replace(PACKED, reactions=()),
        replace(PACKED, reactions=(SPIN_GAP.model_copy(update={"products": {"triplet": 2.0}}),)),
    ],
    ids=["format", "folder", "more", "named", "swapped", "no reactions", "reaction"],
)
def test_what_it_says_makes_one(other):
    assert other.key != PACKED.key


@given(st.sampled_from(["main", "geometry"]), st.data())
def test_every_byte_counts(file, data):
    content = bytearray({"main": CSV, "geometry": XYZ}[file])
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    assert with_files(**{file: bytes(content)}).key != PACKED.key


def test_a_key_is_64_hexadecimal_digits():
    assert len(PACKED.key) == 64
    assert set(PACKED.key) <= set("0123456789abcdef")

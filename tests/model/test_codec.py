"""Stored values come back bit for bit, for ever, or not at all."""

import dataclasses
import json
import pkgutil
import struct
from importlib import import_module

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import molpipe.model
from molpipe.errors import CorruptRecord, SchemaTooNew
from molpipe.model.codec import decode, encode
from molpipe.model.molecule import Geometry
from molpipe.model.results import VQEResult
from tests.golden.write import path_of
from tests.model.samples import GEOMETRY, MEAN_FIELD, STORED, VQE

FINITE = st.floats(allow_nan=False, allow_infinity=False)
each_stored = pytest.mark.parametrize("value", STORED, ids=lambda value: type(value).__name__)


def stored_types():
    """Every class of the model that declares a schema version."""
    modules = [
        import_module(f"molpipe.model.{module.name}")
        for module in pkgutil.iter_modules(molpipe.model.__path__)
    ]
    found = (item for module in modules for item in vars(module).values())
    return {item for item in found if isinstance(item, type) and "SCHEMA_VERSION" in vars(item)}


def assert_same_bits(ours, theirs):
    assert type(ours) is type(theirs)
    if dataclasses.is_dataclass(ours):
        for field in dataclasses.fields(ours):
            assert_same_bits(getattr(ours, field.name), getattr(theirs, field.name))
    elif isinstance(ours, np.ndarray):
        assert (ours.shape, ours.dtype) == (theirs.shape, theirs.dtype)
        assert ours.tobytes() == theirs.tobytes()
    elif isinstance(ours, tuple):
        for our, their in zip(ours, theirs, strict=True):
            assert_same_bits(our, their)
    elif isinstance(ours, float):
        assert struct.pack("d", ours) == struct.pack("d", theirs)
    else:
        assert ours == theirs


def test_every_stored_type_has_a_sample():
    assert stored_types() == {type(value) for value in STORED}


@each_stored
def test_round_trip(value):
    assert_same_bits(decode(encode(value), type(value)), value)


@given(hnp.arrays(np.float64, st.tuples(st.integers(0, 5), st.just(3)), elements=FINITE))
def test_arrays_come_back_bit_for_bit_and_read_only(coordinates):
    symbols = ("H",) * len(coordinates)
    value = dataclasses.replace(GEOMETRY, symbols=symbols, coordinates=coordinates)
    back = decode(encode(value), Geometry)
    assert back.coordinates.tobytes() == coordinates.tobytes()
    assert not back.coordinates.flags.writeable


@given(FINITE)
def test_floats_come_back_bit_for_bit(energy):
    back = decode(encode(dataclasses.replace(VQE, energy=energy)), VQEResult)
    assert struct.pack("d", back.energy) == struct.pack("d", energy)


def test_arrays_in_fortran_order_keep_their_indices():
    value = dataclasses.replace(GEOMETRY, coordinates=np.asfortranarray(GEOMETRY.coordinates + 1))
    assert np.array_equal(decode(encode(value), Geometry).coordinates, GEOMETRY.coordinates + 1)


@pytest.mark.parametrize("kind", sorted(stored_types(), key=lambda kind: kind.__name__))
def test_golden_files_of_every_version_still_load(kind):
    for version in range(1, kind.SCHEMA_VERSION + 1):
        assert isinstance(decode(path_of(kind, version).read_bytes(), kind), kind)


@each_stored
def test_golden_file_of_the_newest_version_is_what_we_write(value):
    kind = type(value)
    golden = path_of(kind, kind.SCHEMA_VERSION).read_bytes()
    assert json.loads(golden) == json.loads(encode(value)), "raise the schema version"


@each_stored
def test_newer_version_is_refused(value):
    document = json.loads(encode(value))
    document["version"] += 1
    with pytest.raises(SchemaTooNew, match=type(value).__name__):
        decode(json.dumps(document).encode(), type(value))


@given(st.integers(min_value=0, max_value=len(encode(VQE)) - 1))
def test_half_written_record_is_corrupt(length):
    with pytest.raises(CorruptRecord):
        decode(encode(VQE)[:length], VQEResult)


@given(st.binary(max_size=50))
def test_bytes_that_were_never_encoded_are_corrupt(stored):
    with pytest.raises(CorruptRecord):
        decode(stored, Geometry)


@pytest.mark.parametrize(
    "change",
    [
        {"charge": "nothing here", "colour": "blue"},
        {"$type": "Polymer"},
        {"$type": "MeanField"},
        {"coordinates": {"$array": "AAAA", "shape": [2, 3]}},
        {"coordinates": {"$array": "not base64!", "shape": [2, 3]}},
        {"multiplicity": 0},
    ],
)
def test_record_that_breaks_its_type_is_corrupt(change):
    document = json.loads(encode(GEOMETRY))
    document["value"] |= change
    with pytest.raises(CorruptRecord):
        decode(json.dumps(document).encode(), Geometry)


def test_record_of_another_type_is_corrupt():
    with pytest.raises(CorruptRecord, match="Geometry turned out to be a VQEResult"):
        decode(encode(VQE), Geometry)


@pytest.mark.parametrize("value", [MEAN_FIELD, 7, {"energy": -1.0}])
def test_only_types_with_a_schema_version_can_be_stored(value):
    with pytest.raises(TypeError, match="schema version"):
        encode(value)

"""Packed batches in the database: they come back whole, or not at all."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from molpipe.errors import CorruptRecord
from molpipe.model.packed import PackedBatch
from molpipe.store.batches import batch_record, packed_batch
from tests.model.test_packed import PACKED
from tests.store.conftest import NOON, execute

RECORD = batch_record(PACKED, NOON)
NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0\\"), min_size=1, max_size=20)


def line(**changes):
    """A line of the table, as SQLAlchemy gives it."""
    return SimpleNamespace(**RECORD | changes)


def zipped(**files):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return written.getvalue()


@given(st.dictionaries(NAMES, st.binary(max_size=200), min_size=1, max_size=4))
def test_any_files_come_back(files):
    packed = PackedBatch(name="b", source="s", main=next(iter(files)), files=files)
    assert packed_batch(SimpleNamespace(**batch_record(packed, NOON))) == packed


def test_the_same_content_is_the_same_archive():
    again = replace(PACKED, files=dict(reversed(PACKED.files.items())))
    assert batch_record(again, NOON) == RECORD


@given(st.data())
def test_an_archive_with_a_wrong_byte_is_never_taken_for_the_batch(data):
    archive = bytearray(RECORD["archive"])
    place = data.draw(st.integers(0, len(archive) - 1))
    archive[place] ^= data.draw(st.integers(1, 255))
    try:
        found = packed_batch(line(archive=bytes(archive)))
    except CorruptRecord:
        return
    assert found == PACKED, "a byte that says nothing, such as a date"


@pytest.mark.parametrize(
    "wrong",
    [
        {"archive": b""},
        {"archive": RECORD["archive"][:-30]},
        {"archive": b"PK" + bytes(200)},
        {"archive": zipped(**{"waters.csv": b"another batch"})},
        {"main": "nobody.csv"},
        {"main": "../../etc/passwd"},
        {"reactions": [{"name": "r"}]},
        {"reactions": "text"},
        {"reactions": []},
        {"key": "0" * 64},
    ],
)
def test_a_line_that_is_damaged_is_named(wrong):
    with pytest.raises(CorruptRecord) as caught:
        packed_batch(line(**wrong))
    assert caught.value.hint == "submit it again"
    assert wrong.get("key", PACKED.key)[:12] in caught.value.message


def test_it_is_found_by_name_and_by_key(store):
    store.keep_batch(PACKED)
    assert store.find_batch("waters") == PACKED
    assert store.find_batch(PACKED.key) == store.find_batch(PACKED.key[:8].upper()) == PACKED
    for other in ("Waters", "water", PACKED.key[:7], "", "%", "0" * 64):
        assert store.find_batch(other) is None


@pytest.mark.parametrize(
    "path",
    ["../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "waters.csv", "runs/../waters"],
)
def test_a_path_finds_nothing(store, path):
    store.keep_batch(PACKED)
    assert store.find_batch(path) is None


def test_the_newest_of_a_name_is_found(store):
    newer = replace(PACKED, files=PACKED.files | {"geo/water.xyz": b"1\n\nHe 0 0 0\n"})
    store.keep_batch(PACKED)
    store.keep_batch(newer)
    assert store.find_batch("waters") == newer
    store.keep_batch(PACKED)
    assert store.find_batch("waters") == PACKED, "sent once more"


def test_sent_again_it_takes_the_name_that_it_has_now(store):
    store.keep_batch(PACKED)
    store.keep_batch(replace(PACKED, name="renamed", source="elsewhere"))
    assert store.find_batch("waters") is None
    assert store.find_batch(PACKED.key).source == "elsewhere"


def test_a_damaged_one_is_not_given_out(store, database):
    store.keep_batch(PACKED)
    execute(database, "UPDATE batches SET archive = substr(archive, 1, 40)")
    with pytest.raises(CorruptRecord):
        store.find_batch("waters")

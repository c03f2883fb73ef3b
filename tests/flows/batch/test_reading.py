"""From a request to rows: pasted, stored, given in place, and what is none of these."""

from __future__ import annotations

import pytest

from flows.batch.reading import read_request
from flows.place import Place
from flows.request import BatchRequest
from molpipe.chem.intake import read_batch
from molpipe.chem.intake.packing import pack_batch
from molpipe.errors import CorruptRecord, InputError, InvalidSettings
from molpipe.model.packed import PackedBatch
from molpipe.model.reactions import parse_reactions
from molpipe.store import open_store

CSV = "name,smiles,file\nethanol,CCO,\nwater,,geo/water.xyz\nout,,../../etc/passwd\n"
WATER = "3\n\nO 0 0 0\nH 0 0 0.9572\nH 0.9266 0 -0.24\n"


class Here:
    """Workers that call in this process."""

    def run(self, function, *arguments, seconds, memory_gb):
        return function(*arguments)


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "results.db", environment={}) as store:
        yield store


@pytest.fixture
def batch(tmp_path):
    (tmp_path / "lab" / "geo").mkdir(parents=True)
    (tmp_path / "lab" / "geo" / "water.xyz").write_text(WATER)
    path = tmp_path / "lab" / "batch.csv"
    path.write_text(CSV)
    return path


def read(store, place=None, **request):
    return read_request(BatchRequest(**request), place or Place(out=store), store, Here())


def answers(batch):
    return [
        (row.name, row.input, row.failure, row.molecule and row.molecule.formula)
        for row in batch.rows
    ]


def test_pasted_lines_are_a_batch():
    asked = read(None, smiles="CCO ethanol\n\nO water\nnot-a-smiles wrong\n", name="mine")
    assert [row.name for row in asked.batch.rows] == ["ethanol", "water", "wrong"]
    assert asked.batch.rows[2].failure.code
    assert (asked.batch.name, asked.batch.source) == ("mine", "pasted")
    assert asked.reactions == ()


def test_a_stored_batch_reads_as_it_did_where_it_came_from(store, batch):
    packed = pack_batch(batch)
    store.keep_batch(packed)
    here = read_batch(batch)
    for wanted in (packed.key, packed.key[:12], "batch", f" {packed.key} "):
        there = read(store, stored_batch=wanted).batch
        assert answers(there) == answers(here)
        assert (there.name, there.source) == ("batch", str(batch))
        assert there.source_sha256 == here.source_sha256
    assert read(store, stored_batch="batch", name="again").batch.name == "again"


def test_its_reactions_are_those_it_was_stored_with(store, batch):
    reactions = parse_reactions(
        [{"name": "r", "reactants": {"ethanol": 1}, "products": {"water": 1}}]
    )
    store.keep_batch(pack_batch(batch, reactions))
    with pytest.raises(InvalidSettings, match="'r' is not balanced"):
        read(store, stored_batch="batch")


def test_a_file_in_place_wins_over_the_request(store, batch, tmp_path):
    place = Place(out=tmp_path, batch=batch)
    asked = read(store, place, name="a title")
    assert answers(asked.batch) == answers(read_batch(batch))
    assert (asked.batch.name, asked.batch.source) == ("batch", str(batch))


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ({}, "no molecules"),
        ({"smiles": " \n\t", "stored_batch": "  "}, "no molecules"),
        ({"smiles": "C", "stored_batch": "batch"}, "pasted molecules and a stored batch"),
        ({"smiles": "\n# nothing\n"}, "holds no rows"),
    ],
)
def test_an_empty_form_is_refused(store, request_, said):
    with pytest.raises(InputError, match=said) as caught:
        read(store, **request_)
    assert caught.value.hint
    assert caught.value.code == "EMPTY"


@pytest.mark.parametrize(
    "wanted", ["gone", "a" * 64, "../../etc/passwd", "/etc/passwd", "~/batch.csv", "%", "*"]
)
def test_a_batch_that_is_not_stored_is_named(store, batch, wanted):
    store.keep_batch(pack_batch(batch))
    with pytest.raises(InputError, match="no stored batch is called") as caught:
        read(store, stored_batch=wanted)
    assert repr(wanted) in caught.value.message
    assert "into the result database of the workers" in caught.value.hint
    assert caught.value.code == "NO_BATCH"


def test_a_stored_name_cannot_lead_out_of_its_folder(store):
    files = {"b.csv": b"smiles\nC\n", "../evil.xyz": WATER.encode()}
    store.keep_batch(PackedBatch(name="evil", source="evil", main="b.csv", files=files))
    with pytest.raises((InputError, CorruptRecord)):
        read(store, stored_batch="evil")


def test_a_file_that_is_missing_is_named_as_in_the_batch(store, batch):
    (batch.parent / "geo" / "water.xyz").unlink()
    store.keep_batch(pack_batch(batch))
    failure = read(store, stored_batch="batch").batch.rows[1].failure
    assert failure.message == "file 'geo/water.xyz' does not exist"


def test_nothing_is_left_of_an_unpacked_batch(store, batch, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    store.keep_batch(pack_batch(batch))
    read(store, stored_batch="batch")
    assert list((tmp_path / "temporary").iterdir()) == []

"""A batch that was packed and unpacked reads as it did before, whatever kind it is."""

from __future__ import annotations

import dataclasses
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from molpipe.chem.intake import read_batch
from molpipe.chem.intake.packing import pack_batch, unpack_batch
from molpipe.errors import InputError
from molpipe.model.packed import PackedBatch
from molpipe.model.reactions import parse_reactions

MOLECULES = Path(__file__).parents[3] / "molecules"
WATER = "3\n\nO 0 0 0\nH 0 0 0.9572\nH 0.9266 0 -0.24\n"


def csv(folder):
    """Geometries in subfolders, one of them not there, one a path that leads out."""
    (folder / "geo" / "deep").mkdir(parents=True)
    (folder / "geo" / "deep" / "water.xyz").write_text(WATER)
    (folder / "geo" / "fragments.sdf").write_bytes((MOLECULES / "fragments.sdf").read_bytes())
    batch = folder / "batch.csv"
    batch.write_text(
        "name,smiles,file,note\nwater,,geo/deep/water.xyz,\nagain,,geo/deep/water.xyz,second\n"
        "fragment,,geo/fragments.sdf,\nlost,,geo/lost.xyz,\nout,,../../etc/passwd,\nethanol,CCO,,\n"
    )
    return batch


def smiles(folder):
    (folder / "batch.smi").write_text("CCO ethanol\nno-smiles wrong\n[He]\n")
    return folder / "batch.smi"


def windows_text(folder):
    (folder / "batch.csv").write_bytes("name,smiles\r\nÄthanol,CCO\r\n".encode("cp1252"))
    return folder / "batch.csv"


def sdf(folder):
    return Path(shutil.copy(MOLECULES / "fragments.sdf", folder / "Fragments.SDF"))


def xyz(folder):
    return Path(shutil.copy(MOLECULES / "geometries" / "textbook.xyz", folder / "frames.xyz"))


def whole_folder(folder):
    """Every kind of file, one that cannot be read, and what is no batch."""
    for make in (csv, smiles, sdf, xyz):
        make(folder)
    (folder / "binary.smi").write_bytes(bytes(range(256)))
    (folder / "notes.txt").write_text("not a batch")
    return folder


KINDS = (csv, smiles, windows_text, sdf, xyz, whole_folder)


def plain(value):
    """A value with arrays and dataclasses laid open, so that ``==`` compares it whole."""
    if dataclasses.is_dataclass(value):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, np.ndarray):
        return (value.dtype.str, value.tolist())
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    return value


def made(tmp_path, kind):
    folder = tmp_path / "original"
    folder.mkdir()
    return kind(folder)


@pytest.mark.parametrize("kind", KINDS)
def test_unpacked_it_reads_as_the_original(tmp_path, kind):
    path = made(tmp_path, kind)
    packed = pack_batch(path)
    there = read_batch(unpack_batch(packed, tmp_path / "elsewhere"))
    here = read_batch(path)
    assert plain(there.rows) == plain(here.rows)
    assert there.source_sha256 == here.source_sha256
    assert (packed.name, packed.source) == (here.name, here.source)
    assert said(there) == said(here)


def said(batch):
    """How the columns were read; what is no batch is not packed."""
    return {name: how for name, how in batch.columns.items() if name != "not read"}


@pytest.mark.parametrize("kind", KINDS)
def test_the_key_is_that_of_the_content(tmp_path, kind):
    path = made(tmp_path, kind)
    first = pack_batch(path)
    again = path.rename(tmp_path / "original" / f"renamed{path.suffix}" if path.is_file() else path)
    for file in (tmp_path / "original").rglob("*"):
        os.utime(file, (1, 1))
    assert pack_batch(again).key == first.key
    unpacked = unpack_batch(first, tmp_path / "elsewhere")
    assert pack_batch(unpacked).key == first.key


def test_only_what_belongs_to_the_batch_is_packed(tmp_path):
    path = made(tmp_path, csv)
    (path.parent / "secret.txt").write_text("mine")
    (path.parent / "other.csv").write_text("smiles\nC\n")
    packed = pack_batch(path)
    assert set(packed.files) == {"batch.csv", "geo/deep/water.xyz", "geo/fragments.sdf"}


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    path = made(tmp_path, csv)
    (tmp_path / "secret.xyz").write_text(WATER)
    (path.parent / "geo" / "lost.xyz").symlink_to(tmp_path / "secret.xyz")
    assert "geo/lost.xyz" not in pack_batch(path).files
    folder = path.parent
    (folder / "linked.xyz").symlink_to(tmp_path / "secret.xyz")
    with pytest.raises(InputError, match=r"'linked\.xyz' cannot be stored") as caught:
        pack_batch(folder)
    assert caught.value.code == "BAD_FILE"


def test_what_cannot_be_read_as_a_whole_is_not_packed(tmp_path):
    (tmp_path / "empty.csv").write_text("")
    for wrong in ("empty.csv", "nowhere.csv"):
        with pytest.raises(InputError):
            pack_batch(tmp_path / wrong)


def test_reactions_are_packed_with_it(tmp_path):
    (reaction,) = parse_reactions(
        [{"name": "r", "reactants": {"ethanol": 1}, "products": {"water": 1}}]
    )
    path = made(tmp_path, smiles)
    assert pack_batch(path, (reaction,)).reactions == (reaction,)
    assert pack_batch(path, (reaction,)).key != pack_batch(path).key


@pytest.mark.parametrize(
    "name", ["../evil.csv", "a/../../evil.csv", "/tmp/evil.csv", "..", "", ".", "a/.."]
)
def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path, name):
    """Nobody can submit one; this is a database that somebody has written into."""
    packed = PackedBatch(name="b", source="b", main=name, files={name: b"smiles\nC\n"})
    folder = tmp_path / "deep" / "folder"
    folder.mkdir(parents=True)
    with pytest.raises(InputError) as caught:
        unpack_batch(packed, folder)
    assert caught.value.code == "BAD_FILE"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []

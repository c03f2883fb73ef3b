"""A batch as a whole: every row answered once, or one clear error."""

import hashlib
import os
import pickle
import socket
from pathlib import Path

import pytest
from pyscf import scf

from molpipe.chem.basis import build_molecule
from molpipe.chem.intake import list_batch, read_batch, read_smiles
from molpipe.chem.intake.files import MAX_RECORDS
from molpipe.chem.intake.listing import READERS
from molpipe.errors import CalculationError, InputError, InvariantError, ResourceError
from molpipe.model.identity import geometry_key
from molpipe.model.settings import Settings
from tests.chem.intake.read import codes, read_text
from tests.tolerances import FCI

MOLECULES = Path(__file__).parents[3] / "molecules"
WATER = "3\n\nO 0 0 0\nH 0 0 0.9572\nH 0.9266 0 -0.24\n"


@pytest.mark.parametrize("name", ["missing.csv", "batch.txt", "batch", "folder.csv", "pipe.csv"])
def test_what_is_no_batch_file_is_one_input_error(tmp_path, name):
    (tmp_path / "batch.txt").write_text("smiles\nC\n")
    if name == "folder.csv":
        (tmp_path / name).mkdir()
    if name == "pipe.csv":
        os.mkfifo(tmp_path / name)  # reading it would wait for ever
    with pytest.raises(InputError) as caught:
        read_batch(tmp_path / name)
    assert caught.value.code == ("EMPTY" if name == "folder.csv" else "BAD_FILE")
    assert caught.value.hint


@pytest.mark.parametrize("suffix", READERS)
def test_an_empty_file_is_an_empty_batch(tmp_path, suffix):
    with pytest.raises(InputError) as caught:
        read_text(tmp_path, f"batch{suffix}", "")
    assert caught.value.code == "EMPTY"


def test_a_header_alone_is_an_empty_batch(tmp_path):
    with pytest.raises(InputError) as caught:
        read_text(tmp_path, "batch.csv", "name,smiles\n")
    assert caught.value.code == "EMPTY"


def test_a_file_beyond_the_size_limit_is_not_read(tmp_path):
    with (tmp_path / "huge.smi").open("wb") as file:
        file.truncate(10**10)  # sparse: takes no disk
    with pytest.raises(InputError, match="limit"):
        read_batch(tmp_path / "huge.smi")


def test_more_records_than_the_limit_are_counted_and_not_read(tmp_path):
    for name, record in (("a.smi", "C\n"), ("a.sdf", "\n$$$$\n"), ("a.xyz", "1\n\n")):
        with pytest.raises(InputError, match="limit") as caught:
            read_text(tmp_path, name, record * (MAX_RECORDS + 1))
        assert caught.value.code == "BAD_FILE"
    with pytest.raises(InputError, match="columns"):
        read_text(tmp_path, "a.csv", "smiles" + "," * 10**6 + "\nC\n")


def test_a_folder_is_read_by_name_and_a_bad_file_is_one_refused_row(tmp_path):
    (tmp_path / "c.smi").write_text("C methane\nN ammonia\n")
    (tmp_path / "a.xyz").write_text(WATER)
    (tmp_path / "b.csv").write_bytes(b"\0\1\2")
    (tmp_path / "notes.md").write_text("not a batch")
    (tmp_path / "older").mkdir()
    batch = read_batch(tmp_path)
    rows = batch.rows
    assert batch.columns["not read"] == "notes.md, older/"
    assert batch.columns["c.smi"] == "utf-8"
    assert [row.name for row in rows] == ["a", "b", "methane", "ammonia"]
    assert [codes(row) for row in rows] == [[], ["BAD_FILE"], [], []]
    assert [row.row for row in rows] == [1, 2, 3, 4]


def test_names_are_unique_and_missing_ones_are_numbered(tmp_path):
    text = "C same\nN same\nO\nF same-2\nCC same\nCO a\tb\x07c\n"
    rows = read_text(tmp_path, "batch.smi", text)
    assert [row.name for row in rows] == ["same", "same-2", "row-3", "same-2-2", "same-3", "a b c"]
    assert [codes(row) for row in rows] == [
        [],
        ["NAME_REPEATED"],
        [],
        ["NAME_REPEATED"],
        ["NAME_REPEATED"],
        ["NAME_CHANGED"],
    ]


@pytest.mark.parametrize("error", [ResourceError, CalculationError, InvariantError])
def test_a_row_whose_process_is_killed_is_one_refused_row(tmp_path, error):
    def killed(function, number, entry, settings):
        if number == 2:
            raise error("stopped at 20 s", code="TIME_LIMIT")
        return function(number, *pickle.loads(pickle.dumps((entry, settings))))

    (tmp_path / "batch.csv").write_text("smiles,charge\nC,\nO,\nN,x\n")
    rows = read_batch(tmp_path / "batch.csv", perform=killed).rows
    assert [codes(row) for row in rows] == [[], ["TIME_LIMIT"], ["BAD_NUMBER"]]
    assert "stopped at 20 s" in rows[1].failure.message


def test_listing_a_batch_names_its_rows_and_reads_no_molecule(tmp_path):
    (tmp_path / "batch.smi").write_text("nonsense first\nC\n")
    assert [e.fields.name for e in list_batch(tmp_path / "batch.smi").entries] == ["first", "row-2"]


def test_the_parent_of_a_salt_is_the_same_molecule_as_alone():
    settings = Settings(fragments="parent")
    salt = read_smiles("C[NH3+].[Cl-]", settings=settings).molecule
    alone = read_smiles("C[NH3+]").molecule
    assert geometry_key(salt, settings) == geometry_key(alone, Settings())


def test_a_column_that_only_looks_like_the_spin_is_named(tmp_path):
    path = tmp_path / "batch.csv"
    path.write_text("smiles,2S,Spin Multiplicity\nO=O,2,3\nN#N,,\n")
    batch = read_batch(path)
    assert "multiplicity (2S+1)" in batch.columns["2S"]
    assert batch.columns["Spin Multiplicity"].endswith("called multiplicity")
    assert [codes(row) for row in batch.rows] == [["NOT_READ", "NOT_READ", "SPIN_AMBIGUOUS"], []]


def test_the_hash_covers_the_batch_and_the_geometries_it_names(tmp_path):
    table = b"file\nwater.xyz\nwater.xyz\n"
    (tmp_path / "water.xyz").write_text(WATER)
    (tmp_path / "batch.csv").write_bytes(table)
    batch = read_batch(tmp_path / "batch.csv")
    assert batch.source_sha256 == hashlib.sha256(table + WATER.encode()).hexdigest()


def test_settings_of_a_row_are_checked_against_those_of_the_run(tmp_path):
    path = tmp_path / "batch.csv"
    path.write_text("smiles,orbitals\nO,canonical\nO,nonsense\n")
    assert [codes(row) for row in read_batch(path, Settings(basis="sto-3g")).rows] == [
        [],
        ["BAD_SETTINGS"],
    ]


def test_the_pilot_is_read_and_one_row_of_it_is_wrong():
    rows = read_batch(MOLECULES / "pilot.csv").rows
    refused = [row for row in rows if row.failure]
    assert [codes(row) for row in refused] == [["VALENCE"]]
    assert "wrong on purpose" in refused[0].name


TEXTBOOK = {  # RHF/STO-3G [Ha], PySCF 2.14.0, from the table in molecules/README.md
    "H2": -1.11675931,
    "H4": -2.09854594,
    "LiH": -7.86202696,
    "H2O": -74.96292825,
}


def test_the_textbook_geometries_are_those_of_the_energies_in_the_readme():
    for row in read_batch(MOLECULES / "geometries" / "textbook.xyz").rows:
        molecule = build_molecule(row.molecule.geometry, "sto-3g")
        energy = scf.RHF(molecule).set(conv_tol=1e-10).kernel()
        assert energy == pytest.approx(TEXTBOOK[row.name], abs=FCI), row.name


def test_the_fragments_are_two_drawings_and_two_geometries():
    rows = read_batch(MOLECULES / "fragments.sdf").rows
    assert [row.molecule.geometry is not None for row in rows] == [False, False, True, True]


def test_reading_opens_no_connection(monkeypatch, tmp_path):
    def refuse(*_):
        raise AssertionError("intake went to the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert read_text(tmp_path, "batch.smi", "http://example.org/x.smi\n")[0].failure

"""CSV as spreadsheets write it: no row lost, no cell misread."""

import codecs

import pytest

from molpipe.chem.intake import read_batch
from molpipe.errors import InputError
from tests.chem.intake.read import codes, read_text

ROWS = "name,smiles,charge,note\nwater,O,,néat\nhydroxide,[OH-],-1,\n"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
def test_every_encoding_separator_and_line_end_is_the_same_batch(
    tmp_path, encoding, separator, ends
):
    text = ROWS.replace(",", separator).replace("\n", ends)
    rows = read_text(tmp_path, "batch.csv", text.encode(encoding))
    assert [(row.name, row.input) for row in rows] == [("water", "O"), ("hydroxide", "[OH-]")]
    assert rows[0].extra == {"note": "néat"}
    assert rows[1].molecule.charge == -1


def test_utf16_big_endian_with_its_mark(tmp_path):
    content = codecs.BOM_UTF16_BE + ROWS.encode("utf-16-be")
    assert len(read_text(tmp_path, "batch.csv", content)) == 2


def test_headers_match_without_regard_to_case_and_settings_override(tmp_path):
    text = "Name,SMILES,Multiplicity,BASIS,Conformer.Refine,Vendor\nO2,O=O,3,sto-3g,none,ACME\n"
    (row,) = read_text(tmp_path, "batch.csv", text)
    assert row.molecule.multiplicity == 3
    assert row.overrides == {"basis": "sto-3g", "conformer.refine": "none"}
    assert row.extra == {"Vendor": "ACME"}


def test_how_columns_were_read_is_said(tmp_path):
    path = tmp_path / "batch.csv"
    path.write_text("smiles;basis;vendor\nO;sto-3g;ACME\n")
    columns = read_batch(path).columns
    assert columns["batch.csv"] == "utf-8, cells separated by semicolons"
    assert columns["basis"] == "setting basis of the row"
    assert columns["vendor"] == "carried through as extra"


def test_a_row_with_too_many_cells_is_refused_and_the_others_stay(tmp_path):
    rows = read_text(tmp_path, "batch.csv", "name,smiles\na,C\nb,O,6,6\nc,N\n")
    assert [codes(row) for row in rows] == [[], ["BAD_FILE"], []]
    assert [row.name for row in rows] == ["a", "b", "c"]


def test_a_short_row_has_empty_cells_and_trailing_separators_do_no_harm(tmp_path):
    rows = read_text(tmp_path, "batch.csv", "name,smiles,charge\na,C\nb,O,,,\n")
    assert [codes(row) for row in rows] == [[], []]


def test_empty_cells_are_an_empty_row_and_blank_lines_none(tmp_path):
    rows = read_text(tmp_path, "batch.csv", "name,smiles\na,\n\n,\n   \nb,O\n")
    assert [codes(row) for row in rows] == [["EMPTY"], ["EMPTY"], []]


def test_names_stay_text(tmp_path):
    rows = read_text(tmp_path, "batch.csv", "name,smiles\nNA,C\nNone,C\n007,C\n=1+1,C\n")
    assert [row.name for row in rows] == ["NA", "None", "007", "=1+1"]


def test_an_unclosed_quote_costs_its_own_line_only(tmp_path):
    rows = read_text(tmp_path, "batch.csv", 'name,smiles\na,C\n"b,O\nc,N\n')
    assert [codes(row) for row in rows] == [[], ["BAD_FILE"], []]


def test_two_stray_quotes_do_not_join_rows_in_silence(tmp_path):
    rows = read_text(tmp_path, "batch.csv", 'name,smiles\n"a,C\nb",O\nc,N\n')
    assert codes(rows[0]) == ["BAD_FILE"]
    assert codes(rows[-1]) == []


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("charge", "one", "BAD_NUMBER"),
        ("charge", "0.5", "BAD_NUMBER"),
        ("charge", "nan", "BAD_NUMBER"),
        ("charge", "\u22121", "BAD_NUMBER"),
        ("charge", "999", "BAD_NUMBER"),
        ("charge", "20", "NO_ELECTRONS"),
        ("multiplicity", "0", "BAD_NUMBER"),
        ("multiplicity", "2", "CHARGE_SPIN_PARITY"),
        ("multiplicity", "13", "CHARGE_SPIN_PARITY"),
        ("coordinate", "far", "BAD_NUMBER"),
        ("coordinate", "inf", "BAD_NUMBER"),
        ("active_space", "lots", "BAD_SETTINGS"),
        ("max_qubits", "1000", "BAD_SETTINGS"),
        ("orbitals", "nonsense", "BAD_SETTINGS"),
        ("limits.seconds", "-1", "BAD_SETTINGS"),
    ],
)
def test_a_bad_cell_refuses_its_row_only(tmp_path, column, cell, code):
    text = f'smiles,{column}\nO,"{cell}"\nN,\n'
    bad, good = read_text(tmp_path, "batch.csv", text)
    assert codes(bad) == [code]
    assert codes(good) == []


def test_a_decimal_comma_is_a_coordinate_and_1_0_a_charge(tmp_path):
    text = 'smiles,series,coordinate,charge\n[OH-],scan,"1,25",-1.0\n'
    (row,) = read_text(tmp_path, "batch.csv", text)
    assert (row.series, row.coordinate, row.molecule.charge) == ("scan", 1.25, -1)


@pytest.mark.parametrize(
    "text",
    ["C\nCC\n", "name,structure\na,C\n", "smiles,SMILES\nC,C\n", "smiles,basis,Basis\nC,,\n"],
)
def test_without_one_clear_header_nothing_is_read(tmp_path, text):
    with pytest.raises(InputError) as caught:
        read_text(tmp_path, "batch.csv", text)
    assert caught.value.code == "BAD_FILE"


WATER = "3\ncharge=0 name=inner\nO 0 0 0\nH 0 0 0.96\nH 0.93 0 -0.24\n"


@pytest.fixture
def geometries(tmp_path):
    outside = tmp_path / "outside.xyz"
    outside.write_text(WATER)
    folder = tmp_path / "batch"
    (folder / "sub").mkdir(parents=True)
    for name in ("water.xyz", "sub/water.xyz", "water.txt"):
        (folder / name).write_text(WATER)
    (folder / "two.xyz").write_text(WATER * 2)
    (folder / "link.xyz").symlink_to(outside)
    (folder / "loop.xyz").symlink_to(folder / "loop.xyz")
    return folder


def test_a_file_cell_gives_the_geometry_and_the_row_its_name(geometries):
    rows = read_text(geometries, "batch.csv", "name,file\n,water.xyz\nwet,sub/water.xyz\n")
    assert [row.name for row in rows] == ["row-1", "wet"]
    assert [row.input for row in rows] == ["water.xyz", "sub/water.xyz"]
    assert all(row.molecule.geometry.symbols == ("O", "H", "H") for row in rows)
    assert rows[1].molecule.geometry.origin == "given in sub/water.xyz"


@pytest.mark.parametrize(
    "cell",
    [
        "../outside.xyz",
        "sub/../../outside.xyz",
        "..\\outside.xyz",
        "/etc/passwd",
        "C:\\water.xyz",
        "link.xyz",
        "loop.xyz",
        "missing.xyz",
        "sub",
        "water.txt",
        "two.xyz",
        "x" * 5000 + ".xyz",
        "water.xyz\0",
    ],
)
def test_a_file_cell_never_leads_out_of_the_folder(geometries, cell):
    path = geometries / "batch.csv"
    path.write_text(f"file\n{cell}\n")
    if "\0" in cell:
        with pytest.raises(InputError, match="no text file"):
            read_batch(path)
        return
    (row,) = read_batch(path).rows
    assert codes(row) == ["BAD_FILE"]


def test_a_row_has_a_smiles_or_a_file(geometries):
    (row,) = read_text(geometries, "batch.csv", "smiles,file\nO,water.xyz\n")
    assert codes(row) == ["BAD_FILE"]


def test_columns_win_over_the_geometry_file(geometries):
    text = "file,charge,multiplicity\nwater.xyz,1,2\n"
    (row,) = read_text(geometries, "batch.csv", text)
    assert codes(row) == ["CHARGE_MISMATCH"]
    geometry = row.molecule.geometry
    assert (geometry.charge, geometry.multiplicity, row.molecule.n_electrons) == (1, 2, 9)

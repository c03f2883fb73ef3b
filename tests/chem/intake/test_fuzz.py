"""Any text and any bytes are rows or one input error; MOLPIPE_FUZZ sets how many are tried."""

import csv
import os
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdkit import Chem

from molpipe.chem.intake import read_batch, read_smiles
from molpipe.chem.intake.files import BatchFiles
from molpipe.chem.intake.listing import READERS
from molpipe.errors import InputError
from molpipe.model.settings import Settings
from tests.chem.intake.blocks import block, placed
from tests.chem.intake.catalogue import CASES

fuzz = settings(
    max_examples=int(os.environ.get("MOLPIPE_FUZZ", "50")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

SMILES_LIKE = st.text(st.sampled_from("CNOFHSPBIclno[]()=#+-@/\\%.1234569*>|$~:^,"), max_size=40)
FRAGMENTS = st.sampled_from(["refuse", "parent", "keep"])

V3000 = Chem.MolToV3KMolBlock(Chem.MolFromMolBlock(block("C[C@H](O)F"))) + "$$$$\n"
SEEDS = [
    b"name,smiles,file,charge\na,CCO,,\nb,,x.xyz,1\n",
    b"CCO ethanol\n[O][O]\n",
    b"3\ncharge=0 name=w\nO 0 0 0\nH 0 0 0.9572\nH 0.9266 0 -0.24\n" * 2,
    block("CC(=O)[O-].[Na+]", CHARGE=0).encode(),
    block("CO", three=True, hydrogens=False).encode(),
    placed(("O", 0, 0, 0), ("C", 1, 1, 3), ("C", 2, 2, 3), bonds=[(2, 3, 1)]).encode(),
    V3000.encode(),
]


@st.composite
def damaged(draw, seeds):
    """A good text with some of it cut out, put in or changed."""
    content = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.integers(0, 12)))
        piece = draw(st.binary(max_size=8) if isinstance(content, bytes) else SMILES_LIKE)
        content = content[:start] + piece + content[end:]
    return content


def check(row):
    """A row is a molecule that can exist, or a refusal that says what to do."""
    if row.failure is not None:
        assert row.failure.stage == "intake"
        assert row.failure.code
        assert row.failure.hint
        return
    molecule = row.molecule
    assert molecule.n_electrons > 0
    assert (molecule.n_electrons - molecule.multiplicity) % 2 == 1
    assert molecule.geometry is not None or Chem.MolFromSmiles(molecule.smiles) is not None


def read_bytes(name, content):
    """The rows of a batch file, or the error that refuses the whole of it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        try:
            return read_batch(path).rows, None
        except InputError as error:
            return (), error


@fuzz
@given(
    content=st.one_of(st.binary(max_size=200), damaged(SEEDS)), suffix=st.sampled_from([*READERS])
)
def test_any_bytes_are_rows_or_an_input_error(content, suffix):
    rows, error = read_bytes(f"batch{suffix}", content)
    if error is not None:
        assert error.code in ("BAD_FILE", "EMPTY")
        assert error.hint
        return
    assert [row.row for row in rows] == list(range(1, len(rows) + 1))
    assert len({row.name for row in rows}) == len(rows)
    assert all(row.name.isprintable() for row in rows)
    for row in rows:
        check(row)


@fuzz
@given(
    text=st.one_of(st.text(max_size=40), SMILES_LIKE, damaged([c.smiles for c in CASES])),
    fragments=FRAGMENTS,
)
def test_any_text_is_a_molecule_or_an_input_error(text, fragments):
    check(read_smiles(text, settings=Settings(fragments=fragments)))


@fuzz
@given(
    cells=st.dictionaries(
        st.sampled_from(["name", "charge", "multiplicity", "coordinate", "fragments", "spin", "x"]),
        st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=20),
    )
)
def test_any_cells_stay_in_their_own_row(cells):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "batch.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, ["smiles", *cells])
            table.writeheader()
            table.writerow({"smiles": "O", **cells})
            table.writerow({"smiles": "N"})
        first, second = read_batch(path).rows
    check(first)
    assert second.molecule.smiles == "N"


@fuzz
@given(
    parts=st.lists(
        st.one_of(
            st.sampled_from(["..", ".", "/", "\\", "C:", "sub", "a.xyz", "~"]), st.text(max_size=5)
        )
    )
)
def test_a_file_cell_never_names_what_is_outside(parts):
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder, "batch")
        (home / "sub").mkdir(parents=True)
        (home / "sub" / "up").symlink_to(folder)
        try:
            path = BatchFiles(home).geometry("/".join(parts))
        except InputError:
            return
        assert path.resolve().is_relative_to(home.resolve())

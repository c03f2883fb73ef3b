"""Every export is read back by the reader of its own field, with the same energy."""

import json
import sqlite3

import cirq
import numpy as np
import pandas as pd
import pytest
from pyscf import fci
from pyscf.tools import fcidump
from typer.testing import CliRunner

import molpipe as mp
from molpipe.cli import app
from molpipe.desk.exporting import FORMATS, format_of
from molpipe.errors import InputError, SchemaTooNew, StoreError
from molpipe.quantum.gates import register
from molpipe.quantum.mapping import qubit_hamiltonian
from molpipe.store.migrate import VERSION_TABLE
from tests.desk.kept import keep_run
from tests.exports.qasm_reader import state_of
from tests.store.conftest import execute
from tests.tolerances import EXPORT, SCHEMA_GEOMETRY

HOSTILE = '=1+1 <script>alert("x")</script> \N{RIGHT-TO-LEFT OVERRIDE}50% & $x_1^2$ \\input{a} #~'
ROWS = [
    ("hydrogen", "[H][H]", {}),
    ("radical", "[CH3]", {"active_space": "3,3", "ansatz": "uccsd"}),
    (HOSTILE, "[H][H]", {"mapping": "parity"}),
    ("x" * 10_000, "[H][H]", {"mapping": "bravyi-kitaev"}),
    ("no molecule", "C1CC(=O", {}),
]


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    path = tmp_path_factory.mktemp("kept") / "molpipe.db"
    keep_run(path, ROWS)
    return str(path)


def exported(name, file, database, **options):
    return mp.export(name, file, database=database, **options)


@pytest.mark.parametrize("name", ["hydrogen", "radical"])
def test_fcidump_has_our_casci_energy_in_pyscf(name, database, tmp_path):
    found = fcidump.read(str(exported(name, tmp_path / "FCIDUMP", database)), verbose=False)
    alpha = (found["NELEC"] + found["MS2"]) // 2
    energy, _ = fci.direct_spin1.kernel(
        found["H1"],
        found["H2"],
        found["NORB"],
        (alpha, found["NELEC"] - alpha),
        ecore=found["ECORE"],
    )
    wanted = mp.reopen(name, database=database)
    assert energy == pytest.approx(wanted.references.active.casci.value, abs=EXPORT)
    assert found["MS2"] == wanted.row.molecule.multiplicity - 1
    assert set(found["ORBSYM"]) == {1}


@pytest.mark.parametrize("name", ["hydrogen", "radical"])
def test_qcelemental_validates_the_schema(name, database, tmp_path):
    models = pytest.importorskip("qcelemental.models", reason="qcelemental is not installed")
    path = exported(name, tmp_path / "result.qcschema.json", database)
    found = models.AtomicResult(**json.loads(path.read_text()))
    row = mp.reopen(name, database=database).row
    assert found.return_result == row.energies.active.vqe.value
    assert found.properties.scf_total_energy == pytest.approx(row.energies.full.hf.value)
    bohr = 0.529177210903  # CODATA 2018
    ours = np.array([position for _, *position in row.molecule.geometry])
    assert found.molecule.geometry * bohr == pytest.approx(ours, abs=SCHEMA_GEOMETRY)
    assert found.molecule.molecular_multiplicity == row.molecule.multiplicity


def energy_of(state, name, database):
    result = mp.reopen(name, database=database)
    places = {qubit: k for k, qubit in enumerate(register(result.problem.n_orbitals))}
    observable = qubit_hamiltonian(result.problem, result.settings.mapping)
    return observable.expectation_from_state_vector(state, places).real


def vqe_energy(name, database):
    return mp.reopen(name, database=database).row.energies.active.vqe.value


@pytest.mark.parametrize("name", ["hydrogen", "radical", HOSTILE])
def test_cirq_alone_reads_the_circuit(name, database, tmp_path):
    circuit = cirq.read_json(exported(name, tmp_path / "circuit.cirq.json", database))
    qubits = register(len(circuit.all_qubits()) // 2)
    simulator = cirq.Simulator(dtype=np.complex128)
    state = simulator.simulate(circuit, qubit_order=qubits).final_state_vector
    assert energy_of(state, name, database) == pytest.approx(vqe_energy(name, database), abs=EXPORT)


@pytest.mark.parametrize("version", ["openqasm2", "openqasm3"])
@pytest.mark.parametrize("name", ["hydrogen", "radical", HOSTILE])
def test_the_program_has_the_energy(name, version, database, tmp_path):
    path = exported(name, tmp_path / "circuit.qasm", database, format=version)
    state = state_of(path.read_text())
    assert energy_of(state, name, database) == pytest.approx(vqe_energy(name, database), abs=EXPORT)


@pytest.mark.parametrize("version", ["openqasm2", "openqasm3"])
def test_qiskit_reads_the_program(version, database, tmp_path):
    reason = "Qiskit is not installed: make peers"
    qiskit = pytest.importorskip("qiskit", reason=reason)
    info = pytest.importorskip("qiskit.quantum_info", reason=reason)
    path = exported("hydrogen", tmp_path / "circuit.qasm", database, format=version)
    if version == "openqasm2":
        circuit = qiskit.QuantumCircuit.from_qasm_str(path.read_text())
    else:
        pytest.importorskip("qiskit_qasm3_import", reason="qiskit-qasm3-import: make peers")
        circuit = pytest.importorskip("qiskit.qasm3").loads(path.read_text())
    # Qiskit's first qubit is the last bit of the index, ours the first.
    state = np.asarray(info.Statevector(circuit.reverse_bits()))
    assert energy_of(state, "hydrogen", database) == pytest.approx(
        vqe_energy("hydrogen", database), abs=EXPORT
    )


def test_pandas_reads_the_tables(database, tmp_path):
    ours = mp.load_results(database=database)
    path = exported("pilot", tmp_path / "pilot.csv", database)
    csv = pd.read_csv(path, float_precision="round_trip")
    assert list(csv.columns) == list(ours.columns)
    assert list(csv["name"][:2]) == ["hydrogen", "radical"]
    assert csv["name"][2].startswith("'=1+1"), "no spreadsheet runs it"
    assert csv["name"][3] == ROWS[3][0]
    for column in ("active_vqe [Ha]", "vqe_minus_judge [mHa]", "t1"):
        assert csv[column].equals(ours[column]), column
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    parquet = pd.read_parquet(exported("pilot-1", tmp_path / "pilot.parquet", database))
    pd.testing.assert_frame_equal(parquet, ours)


def test_a_table_of_one_row(database, tmp_path):
    key = mp.reopen("hydrogen", database=database).row.key
    for asked in ("hydrogen", key, key[:10]):
        found = pd.read_csv(exported(asked, tmp_path / "one.csv", database))
        assert list(found["key"]) == [key]


@pytest.mark.parametrize("asked", ["nobody", "", "abcdef0123"])
@pytest.mark.parametrize("format", FORMATS)
def test_nothing_is_written_for_nobody(asked, format, database, tmp_path):
    with pytest.raises(InputError) as caught:
        exported(asked, tmp_path / "out", database, format=format)
    assert caught.value.hint
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("format", ["fcidump", "qcschema", "openqasm2", "cirq"])
def test_a_row_that_failed_says_why(format, database, tmp_path):
    with pytest.raises(InputError, match=r"no molecule has no Hamiltonian: .*intake") as caught:
        exported("no molecule", tmp_path / "out", database, format=format)
    assert "\n" not in caught.value.line


@pytest.mark.parametrize(
    ("file", "format"),
    [
        ("a.CSV", "csv"),
        ("a.tex", "latex"),
        ("FCIDUMP", "fcidump"),
        ("a.qasm", "openqasm3"),
        ("a.cirq.json", "cirq"),
    ],
)
def test_the_name_of_the_file_tells_the_format(file, format, tmp_path):
    assert format_of(tmp_path / file, None) == format


@pytest.mark.parametrize(("file", "asked"), [("a.json", None), ("a", None), ("a.csv", "docx")])
def test_an_unknown_format_is_refused_with_all_there_are(file, asked, tmp_path):
    with pytest.raises(InputError) as caught:
        format_of(tmp_path / file, asked)
    assert all(format in caught.value.hint for format in FORMATS)


def test_a_folder_that_is_not_there(database, tmp_path):
    with pytest.raises(InputError, match="cannot be written"):
        exported("pilot", tmp_path / "nowhere" / "a.csv", database)


# Databases that cannot be used: one line each, and none is made.


def test_a_missing_database_is_not_made(tmp_path):
    with pytest.raises(StoreError, match="there is no result database"):
        mp.load_results(database=str(tmp_path / "none.db"))
    assert list(tmp_path.iterdir()) == []


def test_a_newer_schema(database, tmp_path):
    copy = tmp_path / "newer.db"
    with sqlite3.connect(database) as old, sqlite3.connect(copy) as new:
        old.backup(new)
    old.close()
    new.close()
    execute(str(copy), f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    for ask in (mp.load_results, lambda **where: mp.reopen("hydrogen", **where)):
        with pytest.raises(SchemaTooNew, match="9999"):
            ask(database=str(copy))


@pytest.mark.parametrize("content", [b"half a database", b"SQLite format 3\0" + 90 * b"\xff"])
def test_a_half_written_database(content, tmp_path):
    path = tmp_path / "half.db"
    path.write_bytes(content)
    with pytest.raises(StoreError) as caught:
        mp.load_results(database=str(path))
    assert "\n" not in caught.value.line
    assert path.read_bytes() == content, "nothing is lost"


def test_the_command(database, tmp_path):
    file = tmp_path / "h2.qasm"
    command = ["export", "hydrogen", "--database", database, "--out", str(file)]
    said = CliRunner().invoke(app, command)
    assert (said.exit_code, said.stdout) == (0, f"openqasm3: {file}\n")
    assert file.read_text().startswith("// Written by molpipe")


def test_the_name_of_a_row_goes_before_the_begin_of_an_id(tmp_path):
    keep_run(tmp_path / "molpipe.db", [("p", "[H][H]", {}), ("q", "[H][H]", {})])
    database = str(tmp_path / "molpipe.db")  # whose run is called pilot-1
    for asked, names in (("p", ["p"]), ("pi", ["p", "q"]), ("pilot~0", ["p", "q"])):
        found = pd.read_csv(exported(asked, tmp_path / "some.csv", database))
        assert list(found["name"]) == names


def test_a_table_into_a_folder_that_is_not_there_says_why(database, tmp_path):
    for name in ("a.csv", "a.tex", "a.parquet"):
        with pytest.raises(InputError, match=r"cannot be written: .*[nN]o"):
            exported("pilot", tmp_path / "gone" / name, database)

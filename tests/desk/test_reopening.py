"""What is reopened is what was computed: the circuit at its parameters has the stored energy."""

import cirq
import numpy as np
import openfermion as of
import pytest

from molpipe.chem.intake import read_batch
from molpipe.desk.reopening import reopen_result
from molpipe.errors import InputError, StoreError
from molpipe.quantum.gates import register
from molpipe.store import open_store
from tests.desk.kept import SETTINGS, keep_run, keep_series
from tests.store.conftest import execute
from tests.tolerances import EXPORT

SPACINGS = (1.0, 1.6)
"""Of four hydrogen atoms in a row [angstrom]; at the second one the neighbour's angles win."""

ROWS = [
    ("hydrogen", "[H][H]", {}),
    ("parity", "[H][H]", {"mapping": "parity"}),
    ("tree", "[H][H]", {"mapping": "bravyi-kitaev", "ansatz": "upccgsd"}),
    ("grown", "[Li][H]", {"ansatz": "adapt", "active_space": "2,3"}),
    ("in water", "O", {"active_space": "4,4", "solvent": "ddcosmo:water"}),
    ("twice", "[H][H]", {}),
    ("twice", "[H][H]", {"mapping": "parity"}),
    ("no molecule", "C1CC(=O", {}),
]


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    path = tmp_path_factory.mktemp("kept") / "molpipe.db"
    keep_run(path, ROWS)
    return str(path)


@pytest.fixture
def store(database):
    with open_store(database, environment={}) as opened:
        yield opened


@pytest.mark.parametrize("name", ["hydrogen", "parity", "tree", "grown", "in water"])
def test_the_circuit_has_the_stored_energy_in_the_stored_hamiltonian(store, name):
    check_circuit(reopen_result(name, store))


def test_a_point_of_a_series_reopens_with_the_space_and_the_start_of_its_neighbour(tmp_path):
    for spacing in SPACINGS:
        atoms = "".join(f"H 0 0 {k * spacing}\n" for k in range(4))
        (tmp_path / f"{spacing}.xyz").write_text(f"4\n\n{atoms}", "utf-8")
    lines = [f"h4-{spacing},{spacing}.xyz,stretch,{spacing}" for spacing in SPACINGS]
    batch = tmp_path / "stretch.csv"
    batch.write_text("\n".join(["name,file,series,coordinate", *lines]), "utf-8")
    settings = SETTINGS.with_overrides({"active_space": "4,4", "ansatz": "upccgsd"})
    keep_series(tmp_path / "molpipe.db", read_batch(batch, settings).rows, settings)
    with open_store(tmp_path / "molpipe.db", environment={}) as store:
        results = [reopen_result(f"h4-{spacing}", store) for spacing in SPACINGS]
        for result in results:
            check_circuit(result)
    assert [result.vqe.start for result in results][1:] == ["neighbour"]


def check_circuit(result):
    """In a simulator that knows nothing of us the circuit has the energy of the row."""
    qubits = register(result.problem.n_orbitals)
    state = cirq.Simulator(dtype=np.complex128).simulate(result.circuit, qubit_order=qubits)
    observable = of.qubit_operator_to_pauli_sum(result.hamiltonian, qubits)
    places = {qubit: k for k, qubit in enumerate(qubits)}
    energy = observable.expectation_from_state_vector(state.final_state_vector, places).real
    assert energy == pytest.approx(result.row.energies.active.vqe.value, abs=EXPORT)
    assert energy > result.references.active.casci.value - EXPORT


def test_parameters_are_those_of_the_row(store):
    result = reopen_result("hydrogen", store)
    assert tuple(result.parameters) == result.row.vqe.parameters
    assert len(cirq.parameter_names(result.ansatz.circuit)) == len(result.parameters)
    assert result.settings.mapping == "jordan-wigner"


def test_a_key_opens_what_its_name_does(store):
    key = reopen_result("hydrogen", store).row.key
    assert reopen_result(key[:12], store).row.key == key


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("nobody", "no result is named 'nobody'"),
        ("0123456789abcdef", "has a key that begins so"),
        ("n" * 10_000, r"named 'n{57}\.\.\.'"),
        ("twice", "2 results are named 'twice'"),
        ("no molecule", "no molecule has no Hamiltonian: status refused at the stage intake"),
    ],
)
def test_what_cannot_be_opened_says_why(store, asked, message):
    with pytest.raises(InputError, match=message) as caught:
        reopen_result(asked, store)
    assert caught.value.hint
    assert "\n" not in caught.value.line


def test_a_result_that_was_pruned_says_so(tmp_path):
    path = tmp_path / "molpipe.db"
    keep_run(path, ROWS[:1])
    with open_store(path, environment={}) as store:
        execute(str(path), "DELETE FROM stage_results WHERE stage = 'vqe'")
        result = reopen_result("hydrogen", store)
        assert result.vqe is None
        with pytest.raises(InputError, match="no circuit"):
            _ = result.circuit
        execute(str(path), "DELETE FROM stage_results")
        with pytest.raises(StoreError, match="not in the result database"):
            reopen_result("hydrogen", store)

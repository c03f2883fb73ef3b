"""What is reopened is what was computed: the circuit at its parameters has the stored energy."""

import cirq
import numpy as np
import openfermion as of
import pytest

from molpipe.desk.reopening import reopen_result
from molpipe.errors import InputError, StoreError
from molpipe.quantum.gates import register
from molpipe.store import open_store
from tests.desk.kept import keep_run
from tests.store.conftest import execute
from tests.tolerances import EXPORT

ROWS = [
    ("hydrogen", "[H][H]", {}),
    ("parity", "[H][H]", {"mapping": "parity"}),
    ("tree", "[H][H]", {"mapping": "bravyi-kitaev", "ansatz": "upccgsd"}),
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


@pytest.mark.parametrize("name", ["hydrogen", "parity", "tree"])
def test_the_circuit_has_the_stored_energy_in_the_stored_hamiltonian(store, name):
    result = reopen_result(name, store)
    qubits = register(result.problem.n_orbitals)
    state = cirq.Simulator(dtype=np.complex128).simulate(result.circuit, qubit_order=qubits)
    observable = of.qubit_operator_to_pauli_sum(result.hamiltonian, qubits)
    places = {qubit: k for k, qubit in enumerate(qubits)}
    energy = observable.expectation_from_state_vector(state.final_state_vector, places).real
    assert energy == pytest.approx(result.row.energies.active.vqe.value, abs=EXPORT)
    assert energy == pytest.approx(result.references.active.casci.value, abs=1e-6)


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

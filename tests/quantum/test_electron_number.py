import numpy as np
import pytest

from molpipe.chem.problem import build_problem
from molpipe.chem.reference import reference_energies
from molpipe.model.molecule import Geometry
from molpipe.quantum.electron_number import electron_deviation, penalty_weight
from molpipe.quantum.gates import ReferenceDeterminant, register
from molpipe.quantum.mapping import encoding_matrix, qubit_hamiltonian
from tests.quantum.molecules import SETTINGS
from tests.tolerances import EXACT, MAPPING

MAPPINGS = ["jordan-wigner", "bravyi-kitaev", "parity"]


def dense_index(bits):
    return int("".join(map(str, bits)), 2)


@pytest.mark.parametrize("mapping", MAPPINGS)
@pytest.mark.parametrize("prepared", [(2, 1), (3, 1), (0, 0), (1, 3)])
def test_a_determinant_deviates_by_the_square_of_its_electrons(mapping, prepared):
    n, wanted = 3, (2, 1)
    occupations = np.zeros(2 * n, dtype=int)
    occupations[list(ReferenceDeterminant(n, prepared).filled)] = 1
    stored = encoding_matrix(mapping, 2 * n) @ occupations % 2
    diagonal = electron_deviation(n, wanted, mapping).matrix(register(n)).diagonal()
    expected = sum((a - b) ** 2 for a, b in zip(prepared, wanted, strict=True))
    assert diagonal[dense_index(stored)] == pytest.approx(expected, abs=EXACT)


@pytest.mark.parametrize("mapping", MAPPINGS)
def test_with_the_penalty_no_ion_lies_below_the_molecule(mapping):
    """HeH2+ takes up an electron gladly: without the penalty its Hamiltonian goes lower."""
    geometry = Geometry(
        symbols=("He", "H"),
        coordinates=np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 0.9]]),
        charge=2,
        multiplicity=2,
        origin="given",
    )
    problem = build_problem(geometry, SETTINGS)
    exact = reference_energies(problem, SETTINGS).sector_minimum
    deviation = electron_deviation(problem.n_orbitals, problem.nelec, mapping)
    plain = qubit_hamiltonian(problem, mapping)
    qubits = register(problem.n_orbitals)
    lowest, penalised = (
        np.linalg.eigvalsh(operator.matrix(qubits))[0]
        for operator in (plain, plain + penalty_weight(problem) * deviation)
    )
    assert lowest < exact - 0.1
    assert penalised == pytest.approx(exact, abs=MAPPING)

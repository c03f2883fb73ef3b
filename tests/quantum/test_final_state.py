from dataclasses import replace

import cirq
import numpy as np
import pytest
from pyscf import fci

from molpipe.chem.problem import build_problem
from molpipe.chem.reference import reference_energies
from molpipe.errors import CalculationError
from molpipe.model.results import EnergyValue
from molpipe.model.settings import Settings
from molpipe.quantum.ansatz import build_ansatz
from molpipe.quantum.final_state import final_state
from molpipe.quantum.gates import decomposed, register
from molpipe.quantum.vqe import minimise
from tests import tolerances
from tests.chem.molecules import hydrogen_chain, methyl

METHYL = Settings(basis="sto-3g", active_space="3,3", full_space="none")
CHAIN = METHYL.model_copy(update={"active_space": "4,4"})


def solved(molecule, settings):
    problem = build_problem(molecule, settings)
    references = reference_energies(problem, settings)
    return problem, references, minimise(problem, references, settings)


@pytest.mark.parametrize(
    ("molecule", "settings"),
    [
        (hydrogen_chain(4, 1.5), CHAIN),
        (methyl(), METHYL),
        (hydrogen_chain(4, 1.5), CHAIN.model_copy(update={"ansatz": "adapt"})),
    ],
    ids=["singlet", "doublet", "adapt"],
)
def test_order_and_signs_are_those_of_pyscf(molecule, settings):
    problem, references, result = solved(molecule, settings)
    state = final_state(problem, references, result, settings)
    n, nelec = problem.n_orbitals, problem.nelec
    two_body = np.array(problem.two_body)
    energy = fci.direct_spin1.energy(problem.one_body, two_body, state, n, nelec)
    assert energy + problem.core_energy == pytest.approx(result.energy, abs=tolerances.EXACT)
    assert fci.spin_op.spin_square(state, n, nelec)[0] == pytest.approx(result.s2, abs=1e-9)
    assert np.linalg.norm(state) == pytest.approx(1)


def test_it_is_the_qubit_state_with_the_signs_of_separated_spins():
    """(-1)^(beta p before alpha q) turns interleaved Jordan-Wigner order into PySCF's."""
    problem, references, result = solved(methyl(), METHYL)
    state = final_state(problem, references, result, METHYL)
    ansatz = build_ansatz(problem, references, METHYL)
    circuit = decomposed(cirq.Circuit(ansatz.operations(ansatz.angles(result.parameters).tolist())))
    n = problem.n_orbitals
    simulator = cirq.Simulator(dtype=np.complex128)
    qubits = simulator.simulate(circuit, qubit_order=register(n)).final_state_vector
    alpha, beta = (fci.cistring.make_strings(range(n), count) for count in problem.nelec)
    expected = np.zeros(state.shape, dtype=complex)
    for a, filled_a in enumerate(alpha):
        for b, filled_b in enumerate(beta):
            bits = [(int(s) >> p) & 1 for p in range(n) for s in (filled_a, filled_b)]
            index = int("".join(map(str, bits)), 2)
            crossings = sum(bits[2 * p + 1] * bits[2 * q] for q in range(n) for p in range(q))
            expected[a, b] = (-1) ** crossings * qubits[index]
    assert abs(np.vdot(expected, state)) == pytest.approx(1, abs=tolerances.CIRCUIT)


def test_phases_make_it_complex():
    settings = CHAIN.model_copy(update={"ansatz": "lucj", "max_iterations": 5})
    problem, references, result = solved(hydrogen_chain(4, 1.5), settings)
    assert np.iscomplexobj(final_state(problem, references, result, settings))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"status": "time-limit"}, "ran out of time"),
        ({"backend": "density-matrix"}, "gives no state"),
        ({"shots": 100}, "gives no state"),
    ],
)
def test_where_there_is_none(change, reason):
    problem, references, result = solved(methyl(), METHYL)
    found = final_state(problem, references, replace(result, **change), METHYL)
    assert isinstance(found, EnergyValue)
    assert found.status == "not-applicable"
    assert reason in found.reason


def test_a_circuit_that_leaves_the_sector_has_none():
    settings = METHYL.model_copy(update={"ansatz": "hardware-efficient", "backend": "cirq"})
    problem, references, result = solved(methyl(), METHYL)
    found = final_state(problem, references, replace(result, backend="cirq"), settings)
    assert found.status == "not-applicable"
    assert "particle-number sector" in found.reason


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda result: {"parameters": result.parameters[:-1]}, "parameters"),
        (lambda result: {"energy": result.energy + 1e-3}, "off the stored"),
    ],
)
def test_another_circuit_is_not_taken_for_it(change, words):
    problem, references, result = solved(methyl(), METHYL)
    with pytest.raises(CalculationError, match=words):
        final_state(problem, references, replace(result, **change(result)), METHYL)

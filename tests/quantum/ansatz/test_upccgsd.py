from functools import partial

import cirq
import numpy as np
import pytest

from molpipe.quantum.ansatz import build_ansatz
from molpipe.quantum.backends.sector import SectorBackend
from molpipe.quantum.gates import decomposed, register
from molpipe.quantum.sector.state import SectorState
from molpipe.quantum.vqe import minimise
from tests.quantum.ansatz.geometries import hydrogen_chain, neon
from tests.quantum.molecules import SETTINGS, solved
from tests.tolerances import EXACT, FCI, VARIATIONAL


def layered(layers, **changes):
    return SETTINGS.with_overrides({"ansatz": "upccgsd", "layers": layers, **changes})


def test_one_layer_is_exact_for_two_electrons():
    problem, references = solved("H2")
    result = minimise(problem, references, layered(1))
    assert result.energy == pytest.approx(references.active.casci.value, abs=FCI)


def test_more_layers_lie_lower_and_pass_uccsd():
    """H4 at 1 angstrom: 15.0 mHa above the exact energy, then 0.000; UCCSD 0.079."""
    problem, references = hydrogen_chain(4, 1.0)
    uccsd = minimise(problem, references, SETTINGS).energy
    one, two = (minimise(problem, references, layered(k)).energy for k in (1, 2))
    exact = references.active.casci.value
    assert problem.hf_energy > one > uccsd > two >= exact - VARIATIONAL
    assert two == pytest.approx(exact, abs=FCI)


def test_a_start_without_the_random_angles_is_trapped():
    """Symmetry gives the rotations between its representations no gradient there."""
    problem, references = hydrogen_chain(4, 1.0)
    ansatz = build_ansatz(problem, references, layered(1))
    backend = SectorBackend(problem, ansatz)
    forbidden = [
        parameter
        for excitation, parameter in zip(ansatz.excitations, ansatz.parameter_of, strict=True)
        if excitation.rank == 1 and sum((*excitation.alpha_from, *excitation.alpha_to)) % 2
    ]
    symmetric = ansatz.start.copy()
    symmetric[forbidden] = 0.0
    assert np.abs(backend.energy_and_gradient(symmetric)[1][forbidden]).max() < EXACT
    assert np.abs(backend.energy_and_gradient(ansatz.start)[1][forbidden]).max() > 1e-3


def test_stock_cirq_keeps_norm_and_electrons_of_each_spin():
    """The decomposed circuit on all qubits: nothing outside the sector, and the same inside."""
    problem, references = hydrogen_chain(4, 1.0)
    ansatz = build_ansatz(problem, references, layered(2))
    parameters = np.random.default_rng(4).normal(size=ansatz.n_parameters)
    resolver = dict(zip(ansatz.symbols, parameters, strict=True))
    simulator = cirq.Simulator(dtype=np.complex128)
    result = simulator.simulate(decomposed(ansatz.circuit), resolver, qubit_order=register(4))
    vector = SectorBackend(problem, ansatz).state(parameters)
    ours = SectorState(problem.n_orbitals, problem.nelec, vector).state_vector()
    assert np.abs(result.final_state_vector - ours).max() < EXACT
    assert np.linalg.norm(ours) == pytest.approx(1.0, abs=EXACT)


def test_a_closed_shell_ties_the_rotations_of_both_spins_and_an_open_one_does_not():
    closed = build_ansatz(*hydrogen_chain(4, 1.0), layered(1))
    assert (closed.n_parameters, len(closed.excitations)) == (6 + 6, 6 + 12)
    opened = build_ansatz(*solved("CH2"), layered(1))
    assert opened.n_parameters == len(opened.excitations)


def test_a_triplet_is_lowered_within_its_bounds():
    problem, references = solved("CH2")
    result = minimise(problem, references, layered(1, gradient_tolerance=1e-4))
    assert references.sector_minimum - VARIATIONAL < result.energy < problem.hf_energy - 1e-3


def test_the_random_angles_follow_the_seed():
    molecule = hydrogen_chain(4, 1.0)
    starts = [build_ansatz(*molecule, layered(2, seed=seed)).start for seed in (1, 1, 2)]
    assert np.array_equal(starts[0], starts[1])
    assert not np.array_equal(starts[0], starts[2])


@pytest.mark.parametrize("atom", [partial(solved, "He"), neon], ids=["He", "Ne"])
def test_a_single_determinant_has_no_parameter(atom):
    assert build_ansatz(*atom(), layered(2)).n_parameters == 0

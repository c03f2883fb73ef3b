import pytest

from molpipe.errors import InvalidSettings
from molpipe.quantum.ansatz.lucj import couplings, lucj
from molpipe.quantum.backends.complex_sector import ComplexSectorBackend
from molpipe.quantum.backends.qubits import QubitBackend, qubit_simulator
from molpipe.quantum.optimizer import lbfgs
from tests.quantum.molecules import SETTINGS, solved
from tests.tolerances import EXACT, VARIATIONAL


def test_qubits_agree_with_the_sector_in_energy_gradient_and_spin():
    """Parameter shift on decomposed circuits, two terms for a phase and four for a rotation."""
    problem, references = solved("H2")
    ansatz = lucj(problem, references, SETTINGS)
    simulator = qubit_simulator("cirq", seed=1, threads=1)
    theirs = QubitBackend("cirq", simulator, problem, ansatz, "parity")
    ours = ComplexSectorBackend(problem, ansatz)
    energy, gradient = ours.energy_and_gradient(ansatz.start)
    qubit_energy, qubit_gradient = theirs.energy_and_gradient(ansatz.start)
    assert qubit_energy == pytest.approx(energy, abs=100 * EXACT)
    assert qubit_gradient == pytest.approx(gradient, abs=100 * EXACT)
    assert theirs.s2(ansatz.start) == pytest.approx(ours.s2(ansatz.start), abs=100 * EXACT)
    assert theirs.electron_deviation(ansatz.start) == pytest.approx(0.0, abs=100 * EXACT)


@pytest.mark.parametrize("name", ["H4", "CH2"])
def test_the_optimiser_ends_between_the_start_and_the_exact_energy(name):
    problem, references = solved(name)
    ansatz = lucj(problem, references, SETTINGS)
    backend = ComplexSectorBackend(problem, ansatz)
    end = lbfgs(
        backend.energy_and_gradient,
        ansatz.start,
        scale=ansatz.scale,
        tolerance=1e-5,
        max_iterations=50,
        seconds=60,
    )
    assert end.energy < backend.energy(ansatz.start) - 1e-3
    assert end.energy > references.sector_minimum - VARIATIONAL


def test_one_local_layer_is_exact_for_two_electrons_in_two_orbitals():
    problem, references = solved("H2")
    ansatz = lucj(problem, references, SETTINGS)
    backend = ComplexSectorBackend(problem, ansatz)
    end = lbfgs(
        backend.energy_and_gradient,
        ansatz.start,
        scale=ansatz.scale,
        tolerance=1e-6,
        max_iterations=100,
        seconds=60,
    )
    assert end.energy == pytest.approx(references.active.casci.value, abs=VARIATIONAL)


@pytest.mark.parametrize(
    ("connectivity", "n_same", "n_opposite"),
    [("square", 5, 6), ("heavy-hex", 5, 2), ("all", 15, 36)],
)
def test_couplings_are_those_of_the_chip(connectivity, n_same, n_opposite):
    pairs = couplings(6, connectivity)
    assert (len(pairs.same_spin), len(pairs.opposite_spin)) == (n_same, n_opposite)


def test_starting_from_zero_is_refused():
    problem, references = solved("H2")
    with pytest.raises(InvalidSettings, match="stationary"):
        lucj(problem, references, SETTINGS.with_overrides({"start": "zero"}))


def test_a_single_determinant_has_no_parameter_but_its_phases():
    problem, references = solved("He")
    ansatz = lucj(problem, references, SETTINGS.with_overrides({"start": "mp2"}))
    assert ansatz.start.size == 0
    energy = ComplexSectorBackend(problem, ansatz).energy(ansatz.start)
    assert energy == pytest.approx(problem.hf_energy, abs=EXACT)

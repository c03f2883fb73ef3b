from dataclasses import replace

import numpy as np
import pytest

from molpipe.errors import InvalidSettings
from molpipe.quantum.ansatz.hardware_efficient import hardware_efficient
from molpipe.quantum.backends import backend_builder
from molpipe.quantum.backends.qubits import qubit_backend
from molpipe.quantum.optimizer import lbfgs
from tests.quantum.molecules import SETTINGS, solved
from tests.tolerances import EXACT, GRADIENT, MAPPING, VARIATIONAL

STEP = 1e-4
ON_CIRQ = SETTINGS.with_overrides({"backend": "cirq", "layers": 2, "seed": 6})


def backend_of(name, settings):
    problem, references = solved(name)
    ansatz = hardware_efficient(problem, references, settings)
    return ansatz, qubit_backend(problem, ansatz, settings)


def test_the_sector_engine_refuses_it():
    problem, references = solved("H2")
    ansatz = hardware_efficient(problem, references, SETTINGS)
    with pytest.raises(InvalidSettings, match="leaves the particle-number sector"):
        backend_builder("sector")(problem, ansatz, SETTINGS)


@pytest.mark.parametrize("mapping", ["jordan-wigner", "bravyi-kitaev", "parity"])
def test_it_starts_beside_the_hartree_fock_bit_string(mapping):
    """Rounded to whole turns of pi, the start angles prepare the determinant itself."""
    problem, _ = solved("H2")
    ansatz, backend = backend_of("H2", ON_CIRQ.with_overrides({"mapping": mapping}))
    nearest = np.pi * np.round(ansatz.start / np.pi)
    assert backend.energy(nearest) == pytest.approx(problem.hf_energy, abs=MAPPING)
    assert backend.electron_deviation(nearest) == pytest.approx(0.0, abs=EXACT)
    assert not np.allclose(ansatz.start, nearest, atol=0.1)


def test_the_seed_decides_the_start():
    starts = [
        backend_of("H2", ON_CIRQ.with_overrides({"seed": seed}))[0].start for seed in (3, 3, 4)
    ]
    assert np.array_equal(starts[0], starts[1])
    assert not np.array_equal(starts[0], starts[2])


def test_two_shifted_energies_give_the_derivative():
    ansatz, backend = backend_of("H2", ON_CIRQ.with_overrides({"layers": 1}))
    _, gradient = backend.energy_and_gradient(ansatz.start)
    for k, step in enumerate(STEP * np.eye(ansatz.start.size)):
        difference = backend.energy(ansatz.start + step) - backend.energy(ansatz.start - step)
        assert gradient[k] == pytest.approx(difference / (2 * STEP), abs=GRADIENT)


@pytest.mark.slow
def test_two_layers_find_the_exact_energy_of_hydrogen_with_the_right_electrons():
    problem, references = solved("H2")
    ansatz, backend = backend_of("H2", ON_CIRQ.with_overrides({"backend": "qsim"}))  # 1,500 times
    end = lbfgs(
        backend.energy_and_gradient,
        ansatz.start,
        scale=ansatz.scale,
        tolerance=1e-5,
        max_iterations=100,
        seconds=60,
    )
    assert end.energy == pytest.approx(references.active.casci.value, abs=1e-5)
    assert end.energy > references.sector_minimum - VARIATIONAL
    assert backend.electron_deviation(end.parameters) == pytest.approx(0.0, abs=1e-5)
    assert backend.s2(end.parameters) == pytest.approx(problem.s2, abs=1e-4)


def test_lost_electrons_cost_energy():
    problem, references = solved("H2")
    ansatz, backend = backend_of("H2", ON_CIRQ)
    vacuum = np.zeros(ansatz.start.size)
    assert backend.electron_deviation(vacuum) == pytest.approx(2.0, abs=EXACT)
    assert backend.energy(vacuum) > problem.core_energy + 2.0 - EXACT
    assert backend.energy(vacuum) > references.sector_minimum


@pytest.mark.parametrize("layers", [0, 1, 3])
def test_the_size_is_that_of_the_ladder(layers):
    ansatz, _ = backend_of("H2", ON_CIRQ)
    layered = replace(ansatz, layers=layers, start=np.ones(4 * (layers + 1)))
    assert layered.circuit_size()[0] == 3 * layers


def test_parameters_of_the_wrong_length_are_refused():
    ansatz, backend = backend_of("H2", ON_CIRQ)
    with pytest.raises(ValueError, match="12 parameters wanted"):
        backend.energy(ansatz.start[:-1])

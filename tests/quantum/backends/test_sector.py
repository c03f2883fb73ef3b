import numpy as np
import pytest

from molpipe.quantum.ansatz import build_ansatz
from molpipe.quantum.backends.sector import SectorBackend
from tests.quantum.molecules import SETTINGS, solved
from tests.tolerances import EXACT, GRADIENT

STEP = 1e-4


@pytest.mark.parametrize("name", ["H4", "CH2"])
def test_gradient_by_parameter_is_the_central_difference(name):
    problem, references = solved(name)
    ansatz = build_ansatz(problem, references, SETTINGS)
    backend = SectorBackend(problem, ansatz)
    parameters = 0.3 * np.random.default_rng(3).normal(size=ansatz.n_parameters)
    energy, gradient = backend.energy_and_gradient(parameters)
    assert energy == pytest.approx(backend.energy(parameters), abs=EXACT)
    for k in range(ansatz.n_parameters):
        shift = STEP * np.eye(ansatz.n_parameters)[k]
        difference = backend.energy(parameters + shift) - backend.energy(parameters - shift)
        assert gradient[k] == pytest.approx(difference / (2 * STEP), abs=GRADIENT)


def test_zero_parameters_are_hartree_fock():
    problem, references = solved("LiH")
    ansatz = build_ansatz(problem, references, SETTINGS)
    backend = SectorBackend(problem, ansatz)
    zero = np.zeros(ansatz.n_parameters)
    assert backend.energy(zero) == pytest.approx(problem.hf_energy, abs=EXACT)
    assert backend.s2(zero) == pytest.approx(0.0, abs=EXACT)

import numpy as np
import pytest

from molpipe.quantum.ansatz.lucj import lucj
from molpipe.quantum.backends.complex_sector import ComplexSectorBackend
from tests.quantum.molecules import SETTINGS, solved
from tests.tolerances import EXACT, GRADIENT

STEP = 1e-4


@pytest.mark.parametrize("name", ["H4", "CH2"])
def test_gradient_is_the_central_difference(name):
    problem, references = solved(name)
    ansatz = lucj(problem, references, SETTINGS)
    backend = ComplexSectorBackend(problem, ansatz)
    parameters = np.random.default_rng(3).normal(size=ansatz.start.size)
    energy, gradient = backend.energy_and_gradient(parameters)
    assert energy == pytest.approx(backend.energy(parameters), abs=EXACT)
    for k, step in enumerate(STEP * np.eye(parameters.size)):
        difference = backend.energy(parameters + step) - backend.energy(parameters - step)
        assert gradient[k] == pytest.approx(difference / (2 * STEP), abs=GRADIENT)


def test_zero_parameters_are_hartree_fock():
    problem, references = solved("CH2")
    ansatz = lucj(problem, references, SETTINGS)
    backend = ComplexSectorBackend(problem, ansatz)
    zero = np.zeros(ansatz.start.size)
    assert backend.energy(zero) == pytest.approx(problem.hf_energy, abs=EXACT)
    assert backend.s2(zero) == pytest.approx(2.0, abs=EXACT)

import numpy as np
import pytest

from molpipe.quantum.ansatz import build_ansatz
from molpipe.quantum.backends import backend_builder
from tests.quantum.molecules import SETTINGS, solved
from tests.tolerances import EXACT, QSIM

TOLERANCE = {"cirq": 100 * EXACT, "qsim": QSIM}


@pytest.mark.parametrize("mapping", ["jordan-wigner", "bravyi-kitaev", "parity"])
@pytest.mark.parametrize("name", ["cirq", "qsim"])
def test_qubits_agree_with_the_sector_in_energy_gradient_and_spin(name, mapping):
    """Parameter shift on decomposed circuits against the adjoint gradient of the sector."""
    problem, references = solved("H2")
    ansatz = build_ansatz(problem, references, SETTINGS)
    settings = SETTINGS.with_overrides({"mapping": mapping, "backend": name})
    ours, theirs = (
        backend_builder(backend)(problem, ansatz, settings) for backend in ("sector", name)
    )
    parameters = np.array([0.37])
    energy, gradient = ours.energy_and_gradient(parameters)
    qubit_energy, qubit_gradient = theirs.energy_and_gradient(parameters)
    assert qubit_energy == pytest.approx(energy, abs=TOLERANCE[name])
    assert qubit_gradient == pytest.approx(gradient, abs=10 * TOLERANCE[name])
    assert theirs.s2(parameters) == pytest.approx(ours.s2(parameters), abs=TOLERANCE[name])

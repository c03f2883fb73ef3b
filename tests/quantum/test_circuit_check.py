from dataclasses import replace

import pytest

from molpipe.errors import InvariantError
from molpipe.quantum.circuit_check import check_circuit
from molpipe.quantum.vqe import minimise
from tests.quantum.molecules import SETTINGS, solved
from tests.tolerances import CIRCUIT


@pytest.mark.parametrize("mapping", ["jordan-wigner", "bravyi-kitaev", "parity"])
def test_stock_cirq_confirms_the_energy(mapping):
    problem, references = solved("H4")
    settings = SETTINGS.with_overrides({"mapping": mapping})
    result = minimise(problem, references, settings)
    checked = check_circuit(problem, references, result, settings)
    assert checked.circuit_check.energy == pytest.approx(result.energy, abs=CIRCUIT)


def test_another_energy_is_our_bug():
    problem, references = solved("H2")
    result = minimise(problem, references, SETTINGS)
    wrong = replace(result, energy=result.energy - 1e-5)
    with pytest.raises(InvariantError, match=r"cirq\.Simulator finds"):
        check_circuit(problem, references, wrong, SETTINGS)


def test_large_circuits_and_qubit_backends_are_not_run_twice():
    problem, references = solved("H2O")
    result = minimise(problem, references, SETTINGS)
    assert check_circuit(problem, references, result, SETTINGS) is result

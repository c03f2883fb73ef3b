import pytest

from molpipe.errors import UnsupportedMolecule
from molpipe.model.settings import LimitSettings, Settings
from molpipe.quantum.estimate import estimate, require_resources
from tests.quantum.problems import random_problem


@pytest.mark.parametrize("backend", ["sector", "cirq"])
def test_needs_grow_with_the_space(backend):
    settings = Settings(backend=backend)
    small, large = (estimate(random_problem(n, (2, 2), 0), settings) for n in (4, 8))
    assert small.amplitudes < large.amplitudes
    assert small.memory_gb < large.memory_gb
    assert small.seconds < large.seconds


def test_the_sector_holds_what_the_electrons_can_do_and_qubits_hold_everything():
    problem = random_problem(6, (3, 3), 1)
    assert estimate(problem, Settings()).amplitudes == 20 * 20
    assert estimate(problem, Settings(backend="cirq")).amplitudes == 2**12


@pytest.mark.parametrize("limit", [{"memory_gb": 1e-7}, {"seconds": 1e-7}], ids=["memory", "time"])
def test_what_does_not_fit_is_refused_with_the_numbers(limit):
    problem = random_problem(4, (2, 2), 0)
    require_resources(problem, Settings())
    with pytest.raises(UnsupportedMolecule, match=r"8 qubits mean 36 amplitudes.*GB and .* s,"):
        require_resources(problem, Settings(limits=LimitSettings().model_copy(update=limit)))

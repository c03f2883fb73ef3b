import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from molpipe.quantum.excitation import Excitation
from molpipe.quantum.sector.hamiltonian import SectorHamiltonian
from molpipe.quantum.sector.program import compile_program
from tests.quantum.problems import angles, excitations, random_problem
from tests.tolerances import EXACT, GRADIENT

SECTORS = [(2, 2), (3, 1), (1, 0), (4, 2)]
STEP = 1e-4


def run(program, drawn_angles):
    vector = np.zeros(program.shape)
    vector[0, 0] = 1.0
    program.apply(vector, np.array(drawn_angles))
    return vector


@settings(max_examples=30)
@given(
    st.sampled_from(SECTORS),
    st.lists(st.tuples(excitations(4), angles), min_size=1, max_size=6),
    st.integers(0, 1000),
)
def test_adjoint_gradient_is_the_central_difference(nelec, drawn, seed):
    problem = random_problem(4, nelec, seed)
    hamiltonian = SectorHamiltonian(problem)
    program = compile_program(4, nelec, [excitation for excitation, _ in drawn])
    values = np.array([angle for _, angle in drawn])
    ket = run(program, values)
    gradient = 2 * program.unapply(ket, hamiltonian.apply(ket), values)
    for k in range(len(values)):
        shift = STEP * np.eye(len(values))[k]
        up, down = (hamiltonian.expectation(run(program, values + s)) for s in (shift, -shift))
        scale = max(1.0, abs(up), float(np.abs(gradient).max()))
        assert abs(gradient[k] - (up - down) / (2 * STEP)) < scale * GRADIENT


@given(st.sampled_from(SECTORS), st.lists(st.tuples(excitations(4), angles), max_size=8))
def test_norm_is_kept_and_unapply_undoes_apply(nelec, drawn):
    program = compile_program(4, nelec, [excitation for excitation, _ in drawn])
    values = np.array([angle for _, angle in drawn])
    vector = run(program, values)
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=EXACT)
    program.unapply(vector, vector.copy(), values)
    assert vector[0, 0] == pytest.approx(1.0, abs=EXACT)


def test_an_excitation_that_finds_no_string_does_nothing():
    """Without beta electrons the beta half of a double annihilates the state."""
    program = compile_program(2, (1, 0), [Excitation((0,), (1,), (0,), (1,))])
    assert run(program, [0.7])[0, 0] == 1.0


@pytest.mark.parametrize("bad", [[0.1, 0.2], [float("nan")]])
def test_wrong_angles_are_refused(bad):
    program = compile_program(2, (1, 1), [Excitation((0,), (1,))])
    with pytest.raises(ValueError, match="angle"):
        run(program, bad)

import cirq
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from molpipe.quantum.excitation import Excitation
from molpipe.quantum.gates import FermionicExcitation, ReferenceDeterminant, register
from molpipe.quantum.jastrow import Occupation, OccupationPhase
from molpipe.quantum.sector.complex_program import compile_complex_program
from molpipe.quantum.sector.state import SectorState
from tests.quantum.problems import angles, excitations, occupations
from tests.tolerances import EXACT, GRADIENT

N = 4
QUBITS = register(N)
STEP = 1e-4
sectors = st.sampled_from([(1, 1), (2, 1), (2, 2), (1, 0), (3, 1)])
circuits = st.lists(
    st.tuples(st.one_of(excitations(N), occupations(N)), angles), min_size=1, max_size=6
)


def gate(generator, angle):
    kind = FermionicExcitation if isinstance(generator, Excitation) else OccupationPhase
    return kind(N, generator, angle)


def compiled(nelec, drawn):
    program = compile_complex_program(N, nelec, [generator for generator, _ in drawn])
    return program, np.array([angle for _, angle in drawn])


def random_vector(shape, seed):
    random = np.random.default_rng(seed)
    vector = random.normal(size=shape) + 1j * random.normal(size=shape)
    return vector / np.linalg.norm(vector)


@settings(max_examples=30, deadline=None)
@given(sectors, circuits)
def test_a_program_is_the_circuit_on_stock_cirq(nelec, drawn):
    program, values = compiled(nelec, drawn)
    vector = program.reference()
    program.apply(vector, values)
    gates = (ReferenceDeterminant(N, nelec), *(gate(*one) for one in drawn))
    circuit = cirq.Circuit(one.on(*QUBITS) for one in gates)
    stock = cirq.Simulator(dtype=np.complex128).simulate(circuit).final_state_vector
    assert np.abs(SectorState(N, nelec, vector).state_vector() - stock).max() < EXACT


@settings(max_examples=20, deadline=None)
@given(sectors, circuits, st.integers(0, 99))
def test_unapply_undoes_apply_on_both_vectors(nelec, drawn, seed):
    program, values = compiled(nelec, drawn)
    shape = program.reference().shape
    ket, bra = random_vector(shape, seed), random_vector(shape, seed + 1)
    before = ket.copy(), bra.copy()
    program.apply(ket, values)
    program.apply(bra, values)
    program.unapply(ket, bra, values)
    assert np.allclose(ket, before[0], atol=EXACT)
    assert np.allclose(bra, before[1], atol=EXACT)


@settings(max_examples=20, deadline=None)
@given(sectors, circuits, st.integers(0, 99))
def test_overlaps_are_half_the_gradient(nelec, drawn, seed):
    """Of <psi| H |psi> for a random Hermitian matrix, against central differences."""
    program, values = compiled(nelec, drawn)
    start = random_vector(program.reference().shape, seed)
    matrix = random_vector((start.size, start.size), seed)
    hermitian = matrix + matrix.conj().T

    def energy(shifted):
        vector = start.copy()
        program.apply(vector, shifted)
        return np.vdot(vector, hermitian @ vector.ravel()).real

    ket = start.copy()
    program.apply(ket, values)
    bra = (hermitian @ ket.ravel()).reshape(ket.shape)
    overlaps = program.unapply(ket, bra, values)
    for k, step in enumerate(STEP * np.eye(values.size)):
        difference = (energy(values + step) - energy(values - step)) / (2 * STEP)
        assert 2 * overlaps[k] == pytest.approx(difference, abs=GRADIENT)


def test_no_gates_leave_the_reference():
    program, values = compiled((2, 1), [])
    vector = program.reference()
    program.apply(vector, values)
    assert np.array_equal(vector, program.reference())


@pytest.mark.parametrize("values", [[0.1], [0.1, np.nan]])
def test_bad_angles_are_refused(values):
    program, _ = compiled((2, 1), [(Occupation((0,)), 0.1), (Excitation((0,), (1,)), 0.2)])
    with pytest.raises(ValueError, match="angle"):
        program.apply(program.reference(), np.array(values))

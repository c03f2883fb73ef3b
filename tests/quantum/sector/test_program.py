from dataclasses import replace
from functools import lru_cache

import cirq
import numba
import numpy as np
import openfermion as of
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from molpipe.quantum.excitation import Excitation
from molpipe.quantum.excitation_table import ExcitationTable
from molpipe.quantum.gates import (
    FermionicExcitation,
    ReferenceDeterminant,
    decomposed,
    register,
)
from molpipe.quantum.mapping import interaction_operator
from molpipe.quantum.sector.hamiltonian import SectorHamiltonian
from molpipe.quantum.sector.layout import Sector, sector_shape
from molpipe.quantum.sector.program import compile_program
from molpipe.quantum.sector.state import SectorState
from tests.quantum.problems import angles, excitations, random_problem
from tests.tolerances import EXACT, GRADIENT, VARIATIONAL

SECTORS = [(2, 2), (3, 1), (1, 0), (4, 2)]
STEP = 1e-4


def run(program, drawn_angles):
    vector = np.zeros(program.shape)
    vector[0, 0] = 1.0
    program.apply(vector, np.array(drawn_angles))
    return vector


@lru_cache
def lowest_energy(nelec, seed):
    """Of OpenFermion's matrix of the random Hamiltonian, for these electrons."""
    operator = interaction_operator(random_problem(4, nelec, seed))
    matrix = of.get_sparse_operator(operator, 8).toarray()
    everything = np.ones(sector_shape(4, nelec))
    inside = np.flatnonzero(SectorState(4, nelec, everything).state_vector())
    return np.linalg.eigvalsh(matrix[np.ix_(inside, inside)])[0]


def symmetric_problem(nelec, labels, seed):
    """A random Hamiltonian without what the symmetry of ``labels`` forbids."""
    problem = random_problem(4, nelec, seed)
    pair = labels[:, None] ^ labels
    allowed = pair[:, :, None, None] == pair
    return replace(
        problem,
        one_body=np.where(pair == 0, problem.one_body, 0.0),
        two_body=np.where(allowed, problem.two_body, 0.0),
    )


@settings(max_examples=30)
@given(
    st.sampled_from(SECTORS),
    st.lists(st.tuples(excitations(4), angles), min_size=1, max_size=6),
    st.integers(0, 1000),
)
def test_adjoint_gradient_is_the_central_difference(nelec, drawn, seed):
    problem = random_problem(4, nelec, seed)
    hamiltonian = SectorHamiltonian(problem)
    program = compile_program(Sector.whole(4, nelec), ExcitationTable.of(e for e, _ in drawn))
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
    program = compile_program(Sector.whole(4, nelec), ExcitationTable.of(e for e, _ in drawn))
    values = np.array([angle for _, angle in drawn])
    vector = run(program, values)
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=EXACT)
    program.unapply(vector, vector.copy(), values)
    assert vector[0, 0] == pytest.approx(1.0, abs=EXACT)


@settings(max_examples=30)
@given(
    st.sampled_from(SECTORS),
    st.lists(st.tuples(excitations(4), angles), max_size=6),
    st.integers(0, 1),
)
def test_a_compiled_circuit_is_the_decomposed_one_on_stock_cirq(nelec, drawn, seed):
    """The same state, and an energy above the lowest that these electrons have."""
    program = compile_program(Sector.whole(4, nelec), ExcitationTable.of(e for e, _ in drawn))
    vector = run(program, [angle for _, angle in drawn])
    qubits = register(4)
    gates = [FermionicExcitation(4, excitation, angle) for excitation, angle in drawn]
    circuit = cirq.Circuit(g.on(*qubits) for g in (ReferenceDeterminant(4, nelec), *gates))
    simulator = cirq.Simulator(dtype=np.complex128)
    stock = simulator.simulate(decomposed(circuit), qubit_order=qubits).final_state_vector
    assert np.abs(SectorState(4, nelec, vector).state_vector() - stock).max() < EXACT
    energy = SectorHamiltonian(random_problem(4, nelec, seed)).expectation(vector)
    assert energy > lowest_energy(nelec, seed) - VARIATIONAL


@settings(max_examples=30)
@given(
    st.sampled_from(SECTORS),
    st.lists(st.tuples(excitations(4), angles), max_size=8),
    st.lists(st.integers(0, 3), min_size=4, max_size=4),
    st.integers(0, 1000),
)
def test_symmetry_changes_neither_state_nor_energy_nor_gradient(nelec, drawn, labels, seed):
    """The vector of one irrep under the blocked contraction, against all determinants."""
    irreps = np.array(labels)
    problem = symmetric_problem(nelec, irreps, seed)
    kept = [(e, angle) for e, angle in drawn if not ExcitationTable.of([e]).irreps(irreps).any()]
    values = np.array([angle for _, angle in kept])
    found = []
    for sector in (Sector(4, nelec, irreps), Sector.whole(4, nelec)):
        table = ExcitationTable.of(e for e, _ in kept)
        program = compile_program(sector, table)
        ket = sector.reference()
        program.apply(ket, values)
        bra = SectorHamiltonian(problem, sector).apply(ket)
        parts = sector.unfold(ket).copy(), sector.unfold(bra).copy()
        found.append((*parts, program.unapply(ket, bra, values)))
    for one, other in zip(*found, strict=True):
        assert np.allclose(one, other, atol=100 * EXACT)


@pytest.mark.slow  # numba compiles the parallel kernels first
@pytest.mark.parametrize("nelec", SECTORS)
def test_two_threads_do_what_one_does(nelec):
    random = np.random.default_rng(2)
    rows = [
        Excitation((0,), (2,)),
        Excitation((), (), (0,), (3,)),
        Excitation((0,), (3,), (0,), (2,)),
    ]
    sector, values = Sector.whole(4, nelec), random.normal(size=len(rows))
    found = []
    for threads in (1, min(2, numba.config.NUMBA_NUM_THREADS)):
        program = compile_program(sector, ExcitationTable.of(rows), threads=threads)
        ket = sector.reference()
        program.apply(ket, values)
        bra = np.cos(np.arange(ket.size))
        found.append((ket.copy(), program.unapply(ket, bra, values), bra))
    for one, other in zip(*found, strict=True):
        assert np.allclose(one, other, atol=EXACT)


def test_an_excitation_that_finds_no_string_does_nothing():
    """Without beta electrons the beta half of a double annihilates the state."""
    table = ExcitationTable.of([Excitation((0,), (1,), (0,), (1,))])
    program = compile_program(Sector.whole(2, (1, 0)), table)
    assert run(program, [0.7])[0, 0] == 1.0


@pytest.mark.parametrize("bad", [[0.1, 0.2], [float("nan")]])
def test_wrong_angles_are_refused(bad):
    program = compile_program(Sector.whole(2, (1, 1)), ExcitationTable.of([Excitation((0,), (1,))]))
    with pytest.raises(ValueError, match="angle"):
        run(program, bad)

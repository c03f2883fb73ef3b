from functools import partial
from itertools import combinations

import numpy as np
import openfermion as of
import pytest

from molpipe.quantum.ansatz import build_ansatz
from molpipe.quantum.backends.sector import SectorBackend
from molpipe.quantum.mapping import interaction_operator
from molpipe.quantum.vqe import minimise
from tests.quantum.ansatz.geometries import hydrogen_chain, neon
from tests.quantum.molecules import SETTINGS, solved
from tests.tolerances import EXACT, VARIATIONAL

PAIRED = SETTINGS.with_overrides({"ansatz": "puccd"})

# DOCI energies [Ha] of hydrogen chains, STO-3G, by atoms and spacing [angstrom]: the instances
# of the QED-C hydrogen-lattice benchmark, github.com/SRI-International/QC-App-Oriented-Benchmarks
PUBLISHED_DOCI = {
    (2, 0.75): -1.137117067,
    (4, 0.75): -2.128804508,
    (4, 1.00): -2.133986647,
    (4, 1.25): -2.023760814,
    (6, 0.75): -3.119094152,
    (6, 1.00): -3.170861321,
    (6, 1.25): -3.011370148,
    (8, 1.00): -4.209106154,
}

PUBLISHED = 5e-7
"""Our DOCI in canonical orbitals against the published ones: off by 3e-7 for H4 at 1.25."""

ABOVE_DOCI = {2: 1e-9, 4: 1e-8, 6: 1e-5, 8: 1e-5}
"""How far above DOCI the optimum may lie, by atoms: with three pairs a product of pair
rotations is no longer every vector of the space (measured: up to 9.1e-6)."""


def doci_energy(problem):
    """Lowest eigenvalue [Ha] of the Hamiltonian among determinants of closed pairs."""
    one, two = problem.one_body, problem.two_body
    determinants = list(combinations(range(problem.n_orbitals), problem.nelec[0]))
    matrix = np.zeros((len(determinants), len(determinants)))
    for row, filled in enumerate(determinants):
        matrix[row, row] = 2 * sum(one[p, p] for p in filled)
        matrix[row, row] += sum(
            2 * two[p, p, q, q] - two[p, q, q, p] for p in filled for q in filled
        )
        for column, others in enumerate(determinants):
            moved = set(filled) ^ set(others)
            if len(moved) == 2:
                p, q = moved
                matrix[row, column] = two[p, q, p, q]
    return np.linalg.eigvalsh(matrix)[0] + problem.core_energy


def pair_energy(problem):
    """Lowest eigenvalue [Ha] of OpenFermion's matrix among determinants whose electrons are
    paired, but for those that fill the singly occupied orbitals of the reference.
    """
    n, (n_alpha, n_beta) = problem.n_orbitals, problem.nelec
    occupations = np.array(list(np.ndindex((2,) * 2 * n)))
    alpha, beta = occupations[:, ::2], occupations[:, 1::2]
    single = [n_beta <= p < n_alpha for p in range(n)]
    inside = (alpha - beta == single).all(axis=1) & (alpha.sum(axis=1) == n_alpha)
    matrix = of.get_sparse_operator(interaction_operator(problem), 2 * n).toarray()
    return np.linalg.eigvalsh(matrix[np.ix_(inside, inside)])[0]


@pytest.mark.parametrize("name", ["H3", "triplet H4"])
def test_the_optimum_of_an_open_shell_is_exact_among_its_pairs(name):
    problem, references = solved(name)
    result = minimise(problem, references, PAIRED)
    assert result.energy == pytest.approx(pair_energy(problem), abs=VARIATIONAL)
    assert result.energy < problem.hf_energy - 1e-3


@pytest.mark.parametrize(("n_atoms", "spacing"), PUBLISHED_DOCI)
def test_the_optimum_of_a_hydrogen_chain_is_doci(n_atoms, spacing):
    problem, references = hydrogen_chain(n_atoms, spacing)
    doci = doci_energy(problem)
    result = minimise(problem, references, PAIRED)
    assert doci == pytest.approx(PUBLISHED_DOCI[n_atoms, spacing], abs=PUBLISHED)
    assert result.status == "converged"
    assert doci - VARIATIONAL <= result.energy <= doci + ABOVE_DOCI[n_atoms]


def test_no_pair_is_ever_broken():
    problem, references = hydrogen_chain(4, 1.0)
    ansatz = build_ansatz(problem, references, PAIRED)
    parameters = np.random.default_rng(5).normal(size=ansatz.n_parameters)
    vector = SectorBackend(problem, ansatz).state(parameters)
    assert np.linalg.norm(np.diag(vector)) == pytest.approx(1.0, abs=EXACT)


def test_single_electrons_stay_where_they_are():
    """So a triplet keeps its spin exactly, whatever the parameters are."""
    problem, references = solved("CH2")
    ansatz = build_ansatz(problem, references, PAIRED)
    parameters = np.random.default_rng(5).normal(size=ansatz.n_parameters)
    assert SectorBackend(problem, ansatz).s2(parameters) == pytest.approx(2.0, abs=EXACT)
    result = minimise(problem, references, PAIRED)
    assert result.status == "converged"
    assert references.sector_minimum - VARIATIONAL < result.energy < problem.hf_energy


def test_the_start_changes_the_parameters_and_not_the_circuit():
    problem, references = hydrogen_chain(6, 1.0)
    starts = {
        start: build_ansatz(problem, references, PAIRED.with_overrides({"start": start}))
        for start in ("ccsd", "mp2", "zero")
    }
    assert len({ansatz.excitations for ansatz in starts.values()}) == 1
    assert len({ansatz.start.tobytes() for ansatz in starts.values()}) == 3
    assert not starts["zero"].start.any()


@pytest.mark.parametrize("atom", [partial(solved, "He"), neon], ids=["He", "Ne"])
def test_a_single_determinant_has_no_parameter(atom):
    assert build_ansatz(*atom(), PAIRED).n_parameters == 0

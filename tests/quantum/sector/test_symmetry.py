import numpy as np
import pytest

from molpipe.quantum.sector.hamiltonian import SectorHamiltonian
from molpipe.quantum.sector.layout import Sector
from molpipe.quantum.sector.symmetry import orbital_irreps, product_irreps
from tests.quantum.molecules import solved
from tests.quantum.problems import random_problem
from tests.tolerances import EXACT

N_IRREPS = {"H2": 2, "H4": 2, "LiH": 3, "H2O": 3, "CH2": 3}
"""Irreps of D2h or C2v that a minimal basis spans: C2v without its a2."""


@pytest.mark.parametrize("name", N_IRREPS)
def test_labels_forbid_what_vanishes_and_nothing_else(name):
    problem, _ = solved(name)
    labels = orbital_irreps(problem.one_body, problem.two_body)
    assert len(set(labels.tolist())) == N_IRREPS[name]
    allowed = labels[:, None] == labels[None, :]
    assert np.abs(problem.one_body[~allowed]).max(initial=0.0) < EXACT**0.5
    pair = labels[:, None] ^ labels[None, :]
    forbidden = pair[:, :, None, None] != pair[None, None, :, :]
    assert np.abs(problem.two_body[forbidden]).max(initial=0.0) < EXACT**0.5


def test_without_symmetry_all_orbitals_have_one_label():
    problem = random_problem(5, (2, 2), 0)
    assert not orbital_irreps(problem.one_body, problem.two_body).any()


def test_the_irrep_of_a_string_is_the_product_over_its_orbitals():
    labels = np.array([0, 1, 2, 3])
    assert product_irreps(np.array([0b0000, 0b0110, 0b1110]), labels).tolist() == [0, 3, 0]


@pytest.mark.parametrize("name", ["LiH", "H2O", "CH2"])
def test_blocked_and_whole_contraction_agree(name):
    """On a random vector of the reference's irrep, unfolded for the general contraction."""
    problem, _ = solved(name)
    labels = orbital_irreps(problem.one_body, problem.two_body)
    sector = Sector(problem.n_orbitals, problem.nelec, labels)
    assert sector.size < np.prod(sector.sizes)
    vector = np.random.default_rng(4).normal(size=sector.size)
    blocked = sector.unfold(SectorHamiltonian(problem, sector).apply(vector))
    whole = SectorHamiltonian(problem).apply(sector.unfold(vector))
    assert np.abs(blocked - whole).max() < 100 * EXACT

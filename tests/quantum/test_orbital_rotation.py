import numpy as np
import pytest
import scipy.stats

from molpipe.quantum.orbital_rotation import determinant_network, product, rotation_network
from tests.tolerances import EXACT


def random_unitary(n):
    return np.atleast_2d(scipy.stats.unitary_group.rvs(n, random_state=n))


@pytest.mark.parametrize("n", [1, 2, 3, 6])
def test_the_network_is_the_rotation(n):
    rotation = random_unitary(n)
    phases, blocks = rotation_network(rotation)
    assert np.allclose(product(blocks, n) * np.exp(1j * np.array(phases)), rotation, atol=EXACT)


def test_the_identity_needs_no_angle():
    phases, blocks = rotation_network(np.eye(4, dtype=complex))
    assert phases == [0.0] * 4
    assert all(block.angle == block.phase == 0.0 for block in blocks)


@pytest.mark.parametrize("n", [2, 5])
def test_only_the_number_of_orbitals_shapes_the_network(n):
    dense, empty = random_unitary(n), np.eye(n, dtype=complex)
    shapes = [[b.orbital for b in rotation_network(rotation)[1]] for rotation in (dense, empty)]
    assert shapes[0] == shapes[1]
    assert len(shapes[0]) == n * (n - 1) // 2


@pytest.mark.parametrize("n_filled", range(6))
def test_the_determinant_network_fills_the_same_orbitals(n_filled):
    """Two determinants are equal up to a phase where their overlap matrix has |det| = 1."""
    wanted = random_unitary(5)[:, :n_filled]
    blocks = determinant_network(wanted)
    made = product(blocks, 5)[:, :n_filled]
    assert len(blocks) == n_filled * (5 - n_filled)
    assert abs(np.linalg.det(made.conj().T @ wanted)) == pytest.approx(1.0, abs=EXACT)

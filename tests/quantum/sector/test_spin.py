import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from molpipe.quantum.sector.hamiltonian import s_squared as by_pyscf
from molpipe.quantum.sector.layout import Sector
from molpipe.quantum.sector.spin import s_squared
from tests.tolerances import EXACT

LABELS = np.array([0, 1, 2, 3, 0])


@given(
    st.sampled_from([(2, 2), (3, 1), (4, 3), (1, 0), (5, 5), (2, 0)]),
    st.booleans(),
    st.integers(0, 999),
)
def test_it_is_pyscfs_of_the_unfolded_vector(nelec, symmetric, seed):
    sector = Sector(5, nelec, LABELS) if symmetric else Sector.whole(5, nelec)
    vector = np.random.default_rng(seed).normal(size=sector.size)
    vector /= np.linalg.norm(vector)
    expected = by_pyscf(sector.unfold(vector), n_orbitals=5, nelec=nelec)
    assert s_squared(vector, sector) == pytest.approx(expected, abs=EXACT)


@pytest.mark.parametrize(("nelec", "s2"), [((3, 1), 2.0), ((2, 2), 0.0), ((3, 0), 3.75)])
def test_a_high_spin_determinant_is_pure(nelec, s2):
    sector = Sector.whole(5, nelec)
    assert s_squared(sector.reference(), sector) == pytest.approx(s2, abs=EXACT)

import numpy as np
import pytest

from molpipe.quantum.sector.layout import Sector, no_symmetry, sector_shape

LABELS = np.array([0, 1, 2, 3, 0, 1])


@pytest.mark.parametrize("nelec", [(3, 3), (3, 2), (4, 1), (1, 0)])
def test_every_determinant_of_the_irrep_has_one_place(nelec):
    sector = Sector(6, nelec, LABELS)
    numbered = sector.unfold(np.arange(1.0, sector.size + 1))
    places = numbered[numbered > 0]
    assert sorted(places) == list(range(1, sector.size + 1))
    rows, columns = np.nonzero(numbered)
    assert (sector.alpha.irrep[rows] ^ sector.beta.irrep[columns] == sector.irrep).all()
    expected = sector.row_start[rows] + sector.beta.place[columns] + 1
    assert np.array_equal(numbered[rows, columns], expected)


def test_the_irreps_share_all_determinants_among_them():
    nelec = (3, 2)
    reference = Sector(6, nelec, LABELS)
    total = np.prod(sector_shape(6, nelec))
    pairs = reference.alpha.irrep[:, None] ^ reference.beta.irrep[None, :]
    assert np.bincount(pairs.ravel()).sum() == total
    assert np.count_nonzero(pairs == reference.irrep) == reference.size


def test_the_reference_stands_first_among_the_strings():
    for labels in (LABELS, no_symmetry(6)):
        sector = Sector(6, (3, 2), labels)
        assert sector.unfold(sector.reference())[0, 0] == 1.0

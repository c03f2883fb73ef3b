from math import comb

import numpy as np
import pytest

from molpipe.quantum.sector.strings import string_pairs, strings


@pytest.mark.parametrize(("n_orbitals", "n_electrons"), [(4, 2), (6, 0), (5, 5), (10, 7)])
def test_every_string_once_and_ascending(n_orbitals, n_electrons):
    every = strings(n_orbitals, n_electrons)
    assert len(every) == comb(n_orbitals, n_electrons)
    assert (np.diff(every) > 0).all()
    assert (np.bitwise_count(every) == n_electrons).all()


def test_sign_counts_the_electrons_jumped_over():
    pairs = string_pairs(3, 2, (0,), (2,))
    (source,), (target,) = strings(3, 2)[pairs.source], strings(3, 2)[pairs.target]
    assert (source, target) == (0b011, 0b110)
    assert pairs.sign.tolist() == [-1.0]


def test_exchanging_two_operators_changes_the_sign():
    straight = string_pairs(5, 2, (0, 1), (2, 3))
    swapped = string_pairs(5, 2, (0, 1), (3, 2))
    assert np.array_equal(straight.target, swapped.target)
    assert np.array_equal(straight.sign, -swapped.sign)

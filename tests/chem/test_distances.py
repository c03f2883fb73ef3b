"""Atoms too close and bonds too long."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from molpipe.chem.distances import (
    MIN_DISTANCE,
    MIN_HEAVY_DISTANCE,
    find_clash,
    find_stretched_bond,
)

ATOMS = st.tuples(st.sampled_from(["H", "He", "C"]), *[st.floats(-2, 2)] * 3)


@given(st.lists(ATOMS, min_size=1, max_size=6))
def test_a_clash_is_any_pair_closer_than_its_limit(atoms):
    symbols = [symbol for symbol, *_ in atoms]
    positions = np.array([position for _, *position in atoms])
    close = any(
        np.linalg.norm(positions[i] - positions[j])
        < (MIN_DISTANCE if "H" in (symbols[i], symbols[j]) else MIN_HEAVY_DISTANCE)
        for i in range(len(atoms))
        for j in range(i)
    )
    assert (find_clash(symbols, positions) is not None) == close


def test_the_clash_that_is_named_is_the_worst():
    positions = np.array([[0, 0, 0], [0, 0, 0.65], [5, 0, 0], [5, 0, 0.1]])
    assert "H3 and H4 are 0.1 angstrom" in find_clash(["C", "C", "H", "H"], positions)


@pytest.mark.parametrize(
    ("symbols", "length"),  # experimental, NIST CCCBDB, r(AB)
    [
        *(("HH", 0.741), ("NN", 1.098), ("FF", 1.412), ("OF", 1.575), ("IH", 1.609)),
        *(("NN", 1.782), ("HH", 1.052)),  # of N2O4, of H2+
    ],
)
def test_bonds_of_molecules_are_not_stretched_and_broken_ones_are(symbols, length):
    for factor, expected in ((1.0, False), (2.0, True)):
        positions = np.array([[0, 0, 0], [0, 0, factor * length]])
        found = find_stretched_bond(symbols, positions, [(0, 1)])
        assert (found is not None) == expected


def test_atoms_without_a_bond_may_be_anywhere():
    assert find_stretched_bond("HH", np.array([[0, 0, 0], [0, 0, 50.0]]), []) is None

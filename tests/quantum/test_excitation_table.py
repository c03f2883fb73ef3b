from functools import reduce
from operator import xor

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from molpipe.quantum.excitation_table import ExcitationTable
from tests.quantum.problems import excitations

ROWS = st.lists(excitations(5), max_size=6)


@given(ROWS)
def test_a_table_holds_what_it_was_made_of(rows):
    table = ExcitationTable.of(rows)
    assert list(table) == rows
    assert len(table) == len(rows)


@given(ROWS, st.lists(st.integers(0, 7), min_size=5, max_size=5))
def test_the_irrep_of_an_excitation_is_the_product_over_its_orbitals(rows, labels):
    expected = [reduce(xor, (labels[p] for part in row for p in part)) for row in rows]
    assert ExcitationTable.of(rows).irreps(np.array(labels)).tolist() == expected

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from molpipe.analysis.matching import match
from tests.analysis.cases import row, with_settings
from tests.sample_results import WATER


def names(matched):
    return [(one.name, other.name) for one, other in matched.pairs]


def turned(found):
    """The same molecule, turned by 90 degrees about z."""
    geometry = tuple((symbol, -y, x, z) for symbol, x, y, z in found.molecule.geometry)
    return replace(found, molecule=replace(found.molecule, geometry=geometry))


def test_the_name_pairs_rows_of_one_molecule():
    left, right = [row(1, "a"), row(2, "b")], [row(1, "b"), row(2, "a")]
    assert names(match(left, right)) == [("a", "a"), ("b", "b")]


def test_without_a_common_name_the_structure_does():
    left = [row(1, "row-1")]
    right = [turned(row(1, "water")), row(2, "oxygen", formula="O2", smiles="O=O")]
    matched = match(left, right)
    assert names(matched) == [("row-1", "water")]
    assert [found.name for found in matched.only_after] == ["oxygen"]


def test_geometries_tell_points_apart():
    far = tuple((s, x, 1.5 * y, z) for s, x, y, z in WATER)
    left = [row(1, "a"), row(2, "b", geometry=far)]
    right = [row(1, "c", geometry=far), row(2, "d")]
    assert names(match(left, right)) == [("a", "d"), ("b", "c")]


def test_the_setting_that_is_compared_is_no_part_of_the_same_settings():
    left = [with_settings(row(1, "a"), ansatz="uccsd", basis=b) for b in ("sto-3g", "6-31g")]
    right = [with_settings(row(1, "b"), ansatz="adapt", basis=b) for b in ("6-31g", "sto-3g")]
    matched = match(left, right, apart="ansatz")
    assert [one.settings["basis"] for one, _ in matched.pairs] == ["sto-3g", "6-31g"]
    assert all(one.settings["basis"] == other.settings["basis"] for one, other in matched.pairs)


def test_what_is_ambiguous_is_not_paired():
    left, right = [row(1, "a"), row(2, "b")], [row(1, "c"), row(2, "d")]
    matched = match(left, right)
    assert matched.pairs == ()
    assert len(matched.only_before) == len(matched.only_after) == 2


@settings(max_examples=50)
@given(st.lists(st.sampled_from("abcd"), max_size=5), st.lists(st.sampled_from("abcd"), max_size=5))
def test_every_row_is_in_one_place(left, right):
    before = [row(n, name) for n, name in enumerate(left)]
    after = [row(n, name) for n, name in enumerate(right)]
    matched = match(before, after)
    assert len(matched.pairs) + len(matched.only_before) == len(before)
    assert len(matched.pairs) + len(matched.only_after) == len(after)
    assert len({id(other) for _, other in matched.pairs}) == len(matched.pairs)

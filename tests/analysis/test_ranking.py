import pytest

from molpipe.analysis.ranking import TIE, ranking_blocks
from molpipe.analysis.reactions import reaction_blocks
from molpipe.model.reactions import parse_reactions
from molpipe.model.results import EnergyValue
from molpipe.units import KCAL_MOL_PER_HARTREE
from tests.analysis.cases import row, with_energies

START = row(1, "start", full=(-75.0, -75.01))


def product(number, name, above, *, hf=None, **more):
    """A row whose every energy is ``above`` the start's [kcal/mol]; Hartree-Fock by ``hf``."""
    found = row(number, name, full=(-75.0, -75.01), **more)
    for space in ("active", "full"):
        energies = {
            method: EnergyValue.ok(
                value.good + (hf if method == "hf" and hf is not None else above)
                / KCAL_MOL_PER_HARTREE
            )
            for method, value in vars(getattr(START.energies, space)).items()
            if value.good is not None
        }  # fmt: skip
        found = with_energies(found, space, **energies)
    return found


def rank(rows, *, group=None, listings=None):
    listed = listings or [(name, name) for name in (found.name for found in rows)]
    reactions = [
        {"name": name, "reactants": {"start": 1}, "products": {row_name: 1}, "group": group}
        for name, row_name in listed
    ]
    return ranking_blocks(reaction_blocks(parse_reactions(reactions), [START, *rows]))


def test_one_order_by_all_methods_is_stable():
    (found,) = rank([product(2, "b", 3.0), product(3, "a", 1.0), product(4, "c", 7.0)])
    assert found.order == ("a", "b", "c")
    assert found.reference == "full.ccsd_t"
    assert (found.stable, found.disagreeing) == (True, ())
    assert found.smallest_gap_kcal_mol == pytest.approx(2.0)
    assert found.group == "from start"
    assert {"active.vqe", "active.casci", "full.mp2"} <= set(found.methods)


def test_the_method_that_turns_a_pair_round_is_named_with_the_pair():
    (found,) = rank([product(2, "a", 1.0, hf=4.0), product(3, "b", 3.0, hf=2.0)])
    assert found.stable is False
    assert {(one.method, one.pairs) for one in found.disagreeing} == {
        ("active.hf", (("a", "b"),)),
        ("full.hf", (("a", "b"),)),
    }


@pytest.mark.parametrize("gap", [0.5 * TIE, -0.5 * TIE])
def test_a_tie_is_no_disagreement(gap):
    (found,) = rank([product(2, "a", 1.0, hf=1.0 + gap), product(3, "b", 2.0, hf=1.0)])
    assert found.stable


def test_coupled_cluster_that_may_not_judge_is_no_reference():
    rows = [product(2, "a", 1.0, may_ccsd_judge=False), product(3, "b", 2.0)]
    (found,) = rank(rows)
    assert found.reference == "active.casci"


def test_a_group_needs_two_reactions_and_another_group_is_apart():
    assert rank([product(2, "a", 1.0)]) == ()
    (found,) = rank([product(2, "a", 1.0), product(3, "b", 2.0)], group="isomers")
    assert found.group == "isomers"


def test_each_space_is_compared_by_itself():
    rows = [product(2, "a", 1.0), product(3, "b", 2.0),
            product(4, "a large", 5.0), product(5, "b large", 4.0)]  # fmt: skip
    listings = [("a", "a"), ("b", "b"), ("a", "a large"), ("b", "b large")]
    (found,) = rank(rows, listings=listings)
    assert found.stable is False
    assert {one.space for one in found.disagreeing} == {2}


def test_without_a_common_method_there_is_no_order():
    lost = EnergyValue.missing("failed", "lost")
    bare = product(2, "a", 1.0)
    for space in ("active", "full"):
        gone = dict.fromkeys(vars(getattr(bare.energies, space)), lost)
        bare = with_energies(bare, space, **gone)
    (found,) = rank([bare, product(3, "b", 2.0)])
    assert (found.reference, found.stable, found.order) == (None, None, ())

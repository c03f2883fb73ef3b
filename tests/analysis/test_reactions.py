"""Differences obey Hess's law, and say why where there is none."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from molpipe.analysis.reactions import METHODS, reaction_blocks
from molpipe.model.document import ActiveEnergiesBlock, FullEnergiesBlock
from molpipe.model.molecule import Failure
from molpipe.model.reactions import parse_reactions
from molpipe.model.results import EnergyValue
from molpipe.units import KCAL_MOL_PER_HARTREE
from tests.analysis.cases import row, with_energies, with_settings
from tests.sample_results import unanswered
from tests.tolerances import EXACT

ENERGY = st.floats(min_value=-500, max_value=-1)
COEFFICIENT = st.floats(min_value=0.1, max_value=5)
LOST = EnergyValue.missing("too-expensive", "about 3 h")


def blocks(rows, *reactions):
    return reaction_blocks(parse_reactions(reactions), rows)


def named(name, reactants, products, **more):
    return {"name": name, "reactants": reactants, "products": products, **more}


@given(a=ENERGY, b=ENERGY, c=ENERGY, n=COEFFICIENT)
def test_hess(a, b, c, n):
    rows = [row(1, "a", casci=a), row(2, "b", casci=b), row(3, "c", casci=c)]
    there, back, onward, whole, scaled = blocks(
        rows,
        named("there", {"a": 1}, {"b": 1}),
        named("back", {"b": 1}, {"a": 1}),
        named("onward", {"b": 1}, {"c": 1}),
        named("whole", {"a": 1}, {"c": 1}),
        named("scaled", {"a": n}, {"b": n}),
    )
    for method in ("casci", "ccsd", "vqe"):
        one = there.active[method].kcal_mol
        within = EXACT * KCAL_MOL_PER_HARTREE
        assert one == pytest.approx(-back.active[method].kcal_mol, abs=within)
        assert whole.active[method].kcal_mol == pytest.approx(
            one + onward.active[method].kcal_mol, abs=within
        )
        assert scaled.active[method].kcal_mol == pytest.approx(n * one, abs=n * within)
    difference = (b - a) * KCAL_MOL_PER_HARTREE
    assert there.active["casci"].kcal_mol == pytest.approx(difference, abs=within)
    assert there.active["casci"].mha == pytest.approx(1000 * (b - a), abs=1000 * EXACT)


def test_every_method_of_a_row_has_a_difference_or_a_reason():
    (block,) = blocks([row(1, "a"), row(2, "b")], named("r", {"a": 1}, {"b": 1}))
    assert set(block.active) == set(METHODS["active"]) == set(ActiveEnergiesBlock.__annotations__)
    assert set(block.full) == set(METHODS["full"]) == set(FullEnergiesBlock.__annotations__)
    for difference in (*block.active.values(), *block.full.values()):
        assert (difference.kcal_mol is None) == (difference.mha is None)
        assert (difference.kcal_mol is None) == (difference.reason is not None)


def test_only_what_all_members_have_converged_is_compared():
    unconverged = EnergyValue(value=-75.0, status="unconverged", reason="iteration-limit")
    slow = with_energies(row(2, "slow"), "active", casci=LOST, vqe=unconverged)
    (block,) = blocks([row(1, "a"), slow], named("r", {"a": 1}, {"slow": 1}))
    assert block.active["casci"].reason == "slow: about 3 h"
    assert block.active["vqe"].reason == "slow: iteration-limit"
    assert block.active["hf"].kcal_mol == 0.0
    assert block.vqe_minus_casci_kcal_mol is None


def test_a_row_without_energies_gives_its_own_reason():
    failure = Failure(stage="intake", code="VALENCE", message="five bonds")
    rows = [row(1, "a"), replace(unanswered("b", "refused", failure), row=2)]
    refused, lost = blocks(rows, named("r", {"a": 1}, {"b": 1}), named("s", {"a": 1}, {"c": 1}))
    assert {d.reason for d in refused.active.values()} == {"b: five bonds"}
    assert {d.reason for d in lost.full.values()} == {"c: the row was not answered"}


def test_a_stable_molecule_is_its_own_unrestricted_reference():
    stable = row(1, "stable", full=(-75.01, -75.02))
    broken = with_energies(
        row(2, "broken", full=(-74.0, -74.1)), "full", ccsd_t_unrestricted=EnergyValue.ok(-74.2)
    )
    (block,) = blocks([stable, broken], named("r", {"stable": 1}, {"broken": 1}))
    assert block.full["ccsd_t_unrestricted"].mha == pytest.approx(1000 * (75.02 - 74.2))
    assert block.full["ccsd_t"].mha == pytest.approx(1000 * (75.02 - 74.1))
    (both,) = blocks([stable, replace(stable, name="b")], named("r", {"stable": 1}, {"b": 1}))
    assert both.full["ccsd_t_unrestricted"].kcal_mol is None


def test_the_error_of_vqe_in_a_difference_is_its_distance_from_casci():
    rows = [row(1, "a", vqe_error=1e-3), row(2, "b", vqe_error=4e-3)]
    (block,) = blocks(rows, named("r", {"a": 1}, {"b": 1}))
    assert block.vqe_minus_casci_kcal_mol == pytest.approx(3e-3 * KCAL_MOL_PER_HARTREE)


def test_the_spread_is_over_the_spaces_of_one_name():
    rows = [
        row(1, "a"),
        row(2, "b", casci=-75.0),
        row(3, "a large"),
        row(4, "b large", casci=-74.9),
    ]
    small = named("r", {"a": 1}, {"b": 1})
    large = named("r", {"a large": 1}, {"b large": 1})
    alone = named("s", {"a": 1}, {"b large": 1})
    one, two, three = blocks(rows, small, large, alone)
    spread = one.active["casci"].spread_kcal_mol
    assert spread == two.active["casci"].spread_kcal_mol
    assert spread == pytest.approx(0.1 * KCAL_MOL_PER_HARTREE)
    assert three.active["casci"].spread_kcal_mol is None
    another_basis = [*rows[:2], *(with_settings(r, basis="cc-pvdz") for r in rows[2:])]
    assert blocks(another_basis, small, large)[0].active["casci"].spread_kcal_mol is None

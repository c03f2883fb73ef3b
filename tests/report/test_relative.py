from dataclasses import replace

import pytest

from molpipe.model.relative import Disagreement, RankingBlock, SeriesBlock
from molpipe.report import relative
from tests.sample_results import related_results, sample_results

RANKING = RankingBlock(
    group="isomers",
    reference="full.ccsd_t",
    order=("a", "b"),
    smallest_gap_kcal_mol=0.8,
    methods=("full.ccsd_t", "active.hf", "active.vqe"),
    stable=True,
    disagreeing=(),
)
SERIES = SeriesBlock(
    name="N2",
    rows=(1, 2, 3),
    judge="casci",
    n_judged=3,
    non_parallelity_mha=1.2,
    non_parallelity_kcal_mol=0.753,
)


def said(**blocks):
    (sentence,) = relative.sentences(replace(sample_results(), **blocks))
    return sentence


def test_a_method_is_a_column_if_any_reaction_has_it():
    results = related_results()
    columns = relative.columns(results.reactions)
    assert relative.Column("active", "casci") in columns
    assert relative.Column("active", "nevpt2") not in columns
    for column in columns:
        assert any(column.of(reaction).kcal_mol is not None for reaction in results.reactions)
    assert relative.columns(()) == ()


def test_an_equation_leaves_out_ones():
    reaction = replace(
        related_results().reactions[0], reactants={"a": 1.0, "b": 0.5}, products={"c": 2.0}
    )
    assert relative.equation(reaction) == "a + 0.5 b → 2 c"


def test_a_stable_order_names_its_judge_and_gap():
    sentence = said(rankings=(RANKING,))
    assert sentence.startswith("isomers: a < b by CCSD(T) in all orbitals, smallest gap 0.80")
    assert "All 3 methods give this order" in sentence


def test_a_method_with_another_order_is_named():
    other = Disagreement(method="active.vqe", space=1, pairs=(("a", "b"),))
    sentence = said(rankings=(replace(RANKING, stable=False, disagreeing=(other,)),))
    assert "Another order: VQE in the active space (b < a)." in sentence
    second = replace(other, space=2)
    sentence = said(rankings=(replace(RANKING, stable=False, disagreeing=(other, second)),))
    assert "VQE in the active space, space 2 (b < a)" in sentence


def test_no_order_is_said_to_be_none():
    assert "no order" in said(rankings=(replace(RANKING, reference=None, order=(), stable=None),))
    assert "No second method" in said(rankings=(replace(RANKING, stable=None),))


def test_a_series_is_one_line():
    sentence = said(series=(SERIES,))
    assert "VQE − CASCI varies by 1.200 mHa (0.75 kcal/mol)" in sentence
    assert "3 points:" in sentence
    assert "2 of them judged" in said(series=(replace(SERIES, n_judged=2),))
    without = replace(SERIES, non_parallelity_mha=None, judge=None, reason="1 could be judged")
    assert said(series=(without,)).endswith("no error along it, 1 could be judged.")


@pytest.mark.parametrize("field", ["reactions", "rankings", "series"])
def test_nothing_is_said_where_there_is_nothing(field):
    assert getattr(sample_results(), field) == ()
    assert relative.sentences(sample_results()) == ()

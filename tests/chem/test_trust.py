import json
from dataclasses import replace

import pytest

from benchmarks.calibration.__main__ import MEASURED
from benchmarks.calibration.outcome import count
from benchmarks.calibration.table import PAGE, draw, outcomes
from molpipe.chem import trust
from molpipe.chem.trust import Findings, weigh

CALM = Findings(
    space="full",
    open_shell=False,
    exact=False,
    converged=True,
    stable_internal=True,
    stable_external=True,
    drop=0.0,
    t1=0.008,
    d1=0.02,
    max_t2=0.08,
    triples_share=0.02,
    mp2_deviation=0.05,
    unrestricted_deviation=None,
)

RAISED = {
    "Hartree-Fock": {"stable_external": False, "unrestricted_deviation": 0.3},
    "singles": {"t1": 0.03, "d1": 0.08},
    "doubles": {"max_t2": 0.25},
    "triples": {"triples_share": 0.05},
    "MP2": {"mp2_deviation": 0.12},
}
STRONG = {
    "Hartree-Fock": {"stable_external": False, "unrestricted_deviation": 0.8},
    "saddle point": {"drop": 0.05},
    "singles": {"t1": 0.1, "d1": 0.3},
    "doubles": {"max_t2": 0.6},
    "triples": {"triples_share": 0.1},
}


def test_no_sign_is_green():
    verdict = weigh(CALM)
    assert verdict.flag == "green"
    assert verdict.may_ccsd_judge
    assert verdict.reasons


@pytest.mark.parametrize("sign", RAISED.values(), ids=RAISED)
def test_one_raised_sign_is_amber(sign):
    verdict = weigh(replace(CALM, **sign))
    assert (verdict.flag, verdict.may_ccsd_judge, verdict.undecided) == ("amber", True, False)


@pytest.mark.parametrize("sign", STRONG.values(), ids=STRONG)
def test_one_strong_sign_leaves_the_decision_to_casscf(sign):
    found = replace(CALM, **sign)
    assert weigh(found).undecided
    assert weigh(replace(found, casscf_deviation=0.1)).flag == "amber"
    assert weigh(replace(found, casscf_deviation=0.9)).flag == "red"


def test_without_casscf_the_careful_answer_is_given():
    raised = replace(CALM, **RAISED["singles"], **RAISED["doubles"])
    assert weigh(raised).flag == "amber"
    assert weigh(replace(raised, max_t2=0.6)).flag == "red"
    assert not weigh(raised).may_ccsd_judge


def test_two_strong_signs_agree():
    verdict = weigh(replace(CALM, **STRONG["singles"], **STRONG["doubles"], casscf_deviation=0.0))
    assert (verdict.flag, verdict.may_ccsd_judge) == ("red", False)


def test_instability_and_uhf_occupations_count_once():
    verdict = weigh(replace(CALM, **STRONG["Hartree-Fock"], drop=0.05))
    assert verdict.undecided


def test_both_norms_of_the_singles_must_be_large():
    """LiH has T1 above 0.02 without any error: D1 and the number of electrons belong to it."""
    assert weigh(replace(CALM, t1=0.05)).flag == "green"
    assert weigh(replace(CALM, d1=0.3)).flag == "green"


def test_singles_of_an_open_shell_are_never_strong():
    assert not weigh(replace(CALM, **STRONG["singles"], open_shell=True)).undecided


def test_large_triples_forbid_ccsd_without_calling_it_multireference():
    verdict = weigh(replace(CALM, **STRONG["triples"], casscf_deviation=0.05))
    assert (verdict.flag, verdict.may_ccsd_judge) == ("amber", False)


def test_no_convergence_is_red():
    verdict = weigh(replace(CALM, converged=False, t1=None, d1=None, max_t2=None))
    assert (verdict.flag, verdict.may_ccsd_judge) == ("red", False)


def test_where_ccsd_is_exact_it_may_judge():
    """Two electrons: CCSD is FCI however far the bond is stretched."""
    verdict = weigh(replace(CALM, **STRONG["Hartree-Fock"], max_t2=0.9, exact=True))
    assert (verdict.flag, verdict.may_ccsd_judge) == ("amber", True)


@pytest.mark.parametrize("sign", RAISED.values(), ids=RAISED)
def test_an_active_space_vouches_for_less(sign):
    """Never green; singles are not looked at; every other sign asks for CASSCF."""
    assert weigh(replace(CALM, space="active")).flag == "amber"
    verdict = weigh(replace(CALM, space="active", **sign))
    assert verdict.undecided is ("t1" not in sign)


@pytest.fixture(scope="module")
def measured():
    return json.loads(MEASURED.read_text())


def test_no_molecule_of_the_calibration_is_missed(measured):
    """The rule was set so that CCSD never judges where it is wrong; false alarms are allowed."""
    found = [o for o in outcomes(measured) if o.system.split == "calibration"]
    counts = count(found)
    assert counts["missed"] == 0
    assert counts["refused, right"] > 10
    assert counts["false alarm"] < counts["allowed, right"] / 2


@pytest.mark.parametrize("split", ["calibration", "held-out"])
def test_ordinary_and_aromatic_molecules_may_be_judged(measured, split):
    """A false alarm only where UHF has broken a pair: never on an ordinary molecule."""
    for outcome in outcomes(measured):
        if outcome.system.split == split and outcome.kind() == "false alarm":
            assert outcome.found.unrestricted_deviation > trust.STRONG_UNRESTRICTED


def test_the_page_shows_what_was_measured(measured):
    assert draw(measured) in PAGE.read_text("utf-8")

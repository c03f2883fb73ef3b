import pytest

from molpipe.analysis.compare import judge
from molpipe.model.results import EnergyValue
from tests.analysis.cases import CASCI, HF, references, vqe
from tests.model.samples import PROBLEM


def test_differences_are_signed_vqe_minus_reference_in_millihartree():
    comparison = judge(PROBLEM, references(), vqe(0.0002))
    assert comparison.vqe_minus_casci_mha == pytest.approx(0.2)
    assert comparison.vqe_minus_ccsd_mha == pytest.approx(-0.8)
    assert comparison.vqe_minus_hf_mha == pytest.approx(-49.8)
    assert comparison.correlation_recovered == pytest.approx(0.996)


def test_no_share_of_nothing():
    refs = references(hf=EnergyValue.ok(CASCI + 5e-5))
    comparison = judge(PROBLEM, refs, vqe(0.0))
    assert comparison.correlation_recovered is None
    assert "0.0500 mHa" in comparison.correlation_recovered_reason


def test_an_unconverged_reference_is_no_difference():
    refs = references(ccsd=EnergyValue(value=-1.0, status="unconverged", reason="200 cycles"))
    comparison = judge(PROBLEM, refs, vqe(0.0))
    assert comparison.vqe_minus_ccsd_mha is None
    (step,) = (step for step in comparison.ladder if step.step == "VQE − CCSD")
    assert (step.mha, step.bound, step.source) == (None, "unknown", "200 cycles")


def test_the_headline_names_both_verdicts_and_the_simulation():
    headline = judge(PROBLEM, references(), vqe(0.0)).headline
    assert "reproduces the CASCI energy" in headline
    assert "limited" in headline
    assert headline.endswith("Simulated classically.")


def test_the_explanation_says_what_weakens_the_result():
    comparison = judge(PROBLEM, references(may_ccsd_judge=False), vqe(0.0, status="stalled"))
    assert "status stalled" in comparison.explanation
    assert "minimal basis" in comparison.explanation
    assert "CCSD may not judge here: the UHF solution is lower." in comparison.explanation


def test_every_unmeasured_rung_says_unknown():
    ladder = judge(PROBLEM, references(), vqe(0.0)).ladder
    assert all((step.mha is None) == (step.bound == "unknown") for step in ladder)
    assert {"basis set", "frozen core"} <= {s.step for s in ladder if s.bound == "unknown"}
    assert HF > CASCI

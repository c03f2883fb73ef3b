from dataclasses import replace

import pytest

from molpipe.analysis.compare import judge, judged_again
from molpipe.chem.conformer import embed
from molpipe.chem.intake import read_smiles
from molpipe.chem.problem import build_problem
from molpipe.chem.reference import reference_energies
from molpipe.model.results import EnergyValue
from molpipe.model.settings import Settings
from molpipe.quantum.vqe import minimise
from molpipe.units import mha
from tests.analysis.cases import CASCI, HF, references, vqe
from tests.analysis.test_model import REAL_BASIS, with_full, with_larger_space
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


def test_the_headline_names_both_verdicts_and_both_times():
    comparison = judge(PROBLEM, references(), vqe(0.0))
    assert comparison.headline.startswith("Limited: VQE reproduces the CASCI energy")
    assert "the Hamiltonian itself is limited" in comparison.headline
    assert comparison.exact_seconds == references().casci_seconds
    assert f"{comparison.exact_seconds:.2g} s" in comparison.headline
    assert f"{comparison.vqe_seconds:.2g} s" in comparison.headline


def test_the_share_of_the_correlation_is_always_printed():
    """Of every orbital, of some, or unknown with the reason; never left out."""
    larger = with_larger_space(REAL_BASIS)
    assert "all of their correlation" in judge(PROBLEM, references(), vqe(0.0)).explanation
    some = with_full(references(), ccsd_t=EnergyValue.ok(HF - 0.5))
    said = judge(larger, some, vqe(0.0)).explanation
    assert "holds 10 % of the correlation" in said
    assert "450.0 mHa below VQE" in said
    assert "no error of the solver" in said
    assert "no success of the model" in said
    distrusted = references(may_ccsd_judge=False)
    for refs in (distrusted, references()):
        assert "is unknown: " in judge(larger, refs, vqe(0.0)).explanation


def test_another_judge_changes_every_word_that_follows_from_it():
    comparison = judge(PROBLEM, references(), vqe(0.0))
    none = replace(comparison.solver, judge=None, verdict="no-judge", vqe_minus_judge_mha=None)
    again = judged_again(comparison, none)
    assert again.headline.startswith("Not judged: ")
    assert (again.correlation_recovered, again.correlation_recovered_reason) == (
        None,
        "the judge is not exact",
    )
    assert judged_again(again, comparison.solver).headline == comparison.headline


def test_the_explanation_says_what_weakens_the_result():
    comparison = judge(PROBLEM, references(may_ccsd_judge=False), vqe(0.0, status="stalled"))
    assert "status stalled" in comparison.explanation
    assert "minimal basis" in comparison.explanation
    assert "CCSD may not judge here: the UHF solution is lower." in comparison.explanation


@pytest.mark.slow
def test_paracetamol_is_no_error_of_the_solver_and_no_success_of_the_model():
    """VQE and CCSD agree with CASCI in the space, and full CCSD is hundreds of mHa below."""
    settings = Settings(
        basis="sto-3g", active_space="6,6", orbitals="canonical", full_space="ccsd"
    ).with_overrides({"conformer.refine": "none"})
    geometry = embed(read_smiles("CC(=O)Nc1ccc(O)cc1").molecule, settings)
    problem = build_problem(geometry, settings)
    refs = reference_energies(problem, settings)
    result = minimise(problem, refs, settings)
    comparison = judge(problem, refs, result)
    assert abs(comparison.vqe_minus_casci_mha) < 0.1
    assert abs(mha(refs.active.ccsd.good - refs.active.casci.good)) < 0.2
    below = mha(result.energy - refs.full.ccsd.good)
    assert below > 300
    assert comparison.solver.verdict == "reproduces"
    assert comparison.model.verdict == "limited"
    assert comparison.headline.startswith("Limited: VQE reproduces")
    assert f"CCSD in all orbitals lies {below:.1f} mHa below VQE" in comparison.explanation
    assert "no error of the solver" in comparison.explanation
    assert "no success of the model" in comparison.explanation

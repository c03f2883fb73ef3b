from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from molpipe.analysis.solver import (
    LEAST_CCSD_UNCERTAINTY,
    State,
    best_determinant,
    choose_judge,
    judge_solver,
)
from molpipe.model.results import EnergyValue
from molpipe.units import CHEMICAL_ACCURACY, mha
from tests.analysis.cases import CASCI, HF, references, vqe
from tests.analysis.cases import solver_verdict as verdict

TOO_EXPENSIVE = EnergyValue.missing("too-expensive", "1e9 determinants")
ERRORS = st.floats(min_value=-0.02, max_value=0.02)


@pytest.mark.parametrize(
    ("error", "expected"),
    [(0.0, "reproduces"), (0.99 * CHEMICAL_ACCURACY, "reproduces"), (0.01, "misses")],
)
def test_casci_decides_at_one_kcal_mol(error, expected):
    solver = verdict(references(), vqe(error))
    assert (solver.judge, solver.verdict) == ("casci", expected)
    assert solver.vqe_minus_judge_mha == pytest.approx(mha(error))
    assert solver.within_1_kcal_mol == (expected == "reproduces")


@given(error=ERRORS, hf_error=ERRORS)
def test_trivial_is_what_hartree_fock_passes_as_well(error, hf_error):
    solver = verdict(references(hf=EnergyValue.ok(CASCI + hf_error)), vqe(error))
    passes = [
        abs((CASCI + distance) - CASCI) <= CHEMICAL_ACCURACY for distance in (error, hf_error)
    ]
    assert (solver.verdict == "trivial") == all(passes)
    assert (solver.verdict == "misses") == (not passes[0])


@given(s2=st.floats(min_value=0.0, max_value=6.0), other=st.floats(min_value=0.0, max_value=6.0))
def test_no_verdict_where_the_spins_differ(s2, other):
    """Neither by CASCI, nor by CCSD, whose spin is that of its determinant."""
    by_casci = references(casci_s2=other)
    by_ccsd = references(casci=TOO_EXPENSIVE, hf=EnergyValue.ok(HF, s2=other))
    for refs in (by_casci, by_ccsd):
        solver = verdict(refs, vqe(0.001, s2=s2))
        assert (solver.judge is None) == (solver.verdict == "no-judge") == (abs(s2 - other) > 0.01)
        assert ("two different states" in solver.reason) == (solver.judge is None)


def test_no_verdict_on_a_state_of_other_electron_numbers():
    wrong = replace(vqe(0.0), electron_deviation=0.2)
    solver = verdict(references(), wrong)
    assert (solver.judge, solver.verdict) == (None, "no-judge")
    assert "0.2" in solver.reason


def test_ccsd_stands_in_only_where_casci_is_out_of_reach_and_it_may_be_trusted():
    solver = verdict(references(casci=TOO_EXPENSIVE), vqe(0.0))
    assert solver.judge == "ccsd"
    assert "stands in" in solver.reason
    distrusted = references(casci=TOO_EXPENSIVE, may_ccsd_judge=False)
    unconverged = references(casci=TOO_EXPENSIVE, ccsd_t=EnergyValue.missing("failed", "diverged"))
    failed = references(casci=EnergyValue.missing("failed", "the spin was not found"))
    for refs in (distrusted, unconverged, failed):
        assert verdict(refs, vqe(0.0)).verdict == "no-judge"
    assert "the spin was not found" in verdict(failed, vqe(0.0)).reason


@given(error=st.floats(min_value=-0.02, max_value=0.02), triples=st.floats(0.0, 0.004))
def test_ccsd_decides_nothing_that_its_own_uncertainty_may_have_made(error, triples):
    """CCSD is 1 mHa above CASCI in these cases."""
    ccsd = CASCI + 0.001
    refs = references(casci=TOO_EXPENSIVE, ccsd_t=EnergyValue.ok(ccsd - triples))
    solver = verdict(refs, vqe(error))
    distance, uncertainty = abs(CASCI + error - ccsd), solver.judge_uncertainty_mha / 1000
    assert uncertainty >= LEAST_CCSD_UNCERTAINTY
    if distance < uncertainty - 1e-12:
        assert solver.verdict == "undecided"
    if solver.verdict == "reproduces":
        assert distance + uncertainty <= CHEMICAL_ACCURACY + 1e-12
    if solver.verdict == "misses":
        assert distance - uncertainty > CHEMICAL_ACCURACY - 1e-12


def test_trivial_asks_hartree_fock_even_where_the_space_has_another_determinant():
    """A determinant of mixed orbitals lies higher, which would make any VQE look good."""
    space, own = EnergyValue.ok(CASCI + 0.010), EnergyValue.ok(CASCI + 0.001)
    state = State(energy=CASCI, s2=0.0)
    judge = choose_judge(references(hf=space).active, state, may_ccsd_judge=True)
    assert judge_solver(judge, state, space).verdict == "reproduces"
    assert judge_solver(judge, state, best_determinant(space, own)).verdict == "trivial"
    missing = EnergyValue.missing("failed", "no SCF")
    assert best_determinant(space, missing) == space

import pytest

from molpipe.analysis.solver import choose_judge, judge_solver
from molpipe.model.results import EnergyValue
from molpipe.units import CHEMICAL_ACCURACY, mha
from tests.analysis.cases import CASCI, references, vqe

TOO_EXPENSIVE = EnergyValue.missing("too-expensive", "1e9 determinants")


def verdict(refs, result):
    return judge_solver(choose_judge(refs, result.s2), refs, result)


@pytest.mark.parametrize(
    ("error", "expected"),
    [(0.0, "reproduces"), (0.99 * CHEMICAL_ACCURACY, "reproduces"), (0.01, "misses")],
)
def test_casci_decides_at_one_kcal_mol(error, expected):
    solver = verdict(references(), vqe(error))
    assert (solver.judge, solver.verdict) == ("casci", expected)
    assert solver.vqe_minus_judge_mha == pytest.approx(mha(error))
    assert solver.within_1_kcal_mol == (expected == "reproduces")


def test_what_hartree_fock_passes_as_well_is_trivial():
    refs = references(hf=EnergyValue.ok(CASCI + 0.001))
    assert verdict(refs, vqe(0.0005)).verdict == "trivial"


def test_another_spin_state_is_no_judge():
    assert verdict(references(casci_s2=2.0), vqe(0.0)).verdict == "no-judge"


def test_ccsd_stands_in_only_where_casci_is_out_of_reach_and_it_may_be_trusted():
    assert verdict(references(casci=TOO_EXPENSIVE), vqe(0.0)).judge == "ccsd"
    distrusted = references(casci=TOO_EXPENSIVE, may_ccsd_judge=False)
    assert verdict(distrusted, vqe(0.0)).verdict == "no-judge"
    failed = references(casci=EnergyValue.missing("failed", "spin"))
    assert verdict(failed, vqe(0.0)).verdict == "no-judge"


def test_ccsd_cannot_decide_within_its_own_uncertainty():
    refs = references(casci=TOO_EXPENSIVE)
    above_ccsd = CHEMICAL_ACCURACY + 0.001 - 1e-4  # CCSD is 1 mHa above CASCI, its (T) 0.6 mHa
    assert verdict(refs, vqe(above_ccsd)).verdict == "undecided"
    assert verdict(refs, vqe(above_ccsd + 0.002)).verdict == "misses"

import pytest
from pyscf import cc

from molpipe.analysis.model import full_space_judge
from molpipe.chem import determinant
from molpipe.chem.meanfield import solve_keeping_integrals
from molpipe.chem.problem import build_problem
from molpipe.chem.reference import reference_energies
from molpipe.chem.reference.correlation import coupled_cluster, mp2
from molpipe.chem.reference.cost import full_space_cost
from molpipe.chem.reference.natural import solve_natural
from molpipe.model.settings import Settings
from molpipe.units import mha
from tests import tolerances
from tests.chem.molecules import methyl, water

BASIS = Settings(basis="6-31g*", active_space="4,4")
COST, NATURAL = "molpipe.chem.reference.cost", "molpipe.chem.reference.natural"
N_CORE = 1


def mean_field_of(molecule):
    mean_field, space = solve_keeping_integrals(molecule, BASIS)
    if mean_field.kind == "rhf":
        return determinant.restricted(mean_field, space)
    return determinant.unrestricted(mean_field, space, n_core=N_CORE)


def natural_energy(field, threshold, monkeypatch):
    monkeypatch.setattr(f"{NATURAL}.THRESHOLDS", (threshold,))
    return solve_natural(field, mp2(field, n_core=N_CORE), n_core=N_CORE)


@pytest.mark.parametrize("threshold", [1e-3, 3e-4])
def test_against_pyscf(threshold, monkeypatch):
    field = mean_field_of(water())
    found = natural_energy(field, threshold, monkeypatch)
    independent = cc.FNOCCSD(field, thresh=threshold, frozen=N_CORE)
    independent.conv_tol, independent.conv_tol_normt = 1e-11, 1e-8
    independent.kernel()
    total = independent.e_tot + independent.ccsd_t() + independent.delta_emp2
    assert found.value == pytest.approx(total, abs=tolerances.MAPPING)
    kept = independent.nmo - independent.nocc
    assert f"{kept} of 13 virtual" in found.reason
    assert f"{mha(independent.delta_emp2):.2f} mHa" in found.reason


@pytest.mark.parametrize("molecule", [water(), methyl()], ids=["water", "methyl"])
def test_with_every_orbital_it_is_ccsd_t(molecule, monkeypatch):
    field = mean_field_of(molecule)
    found = natural_energy(field, 0.0, monkeypatch)
    whole = coupled_cluster(field, n_core=N_CORE).ccsd_t.value
    assert found.value == pytest.approx(whole, abs=tolerances.FCI)


@pytest.mark.parametrize("molecule", [water(), methyl()], ids=["water", "methyl"])
def test_the_default_thresholds_are_close(molecule, monkeypatch):
    field = mean_field_of(molecule)
    whole = coupled_cluster(field, n_core=N_CORE).ccsd_t.value
    assert mha(natural_energy(field, 3e-4, monkeypatch).value - whole) == pytest.approx(0, abs=1)


def test_it_stands_in_where_ccsd_t_costs_too_much(monkeypatch):
    problem = build_problem(water(), BASIS)
    whole = full_space_cost(problem.mean_field, N_CORE)
    monkeypatch.setattr(f"{COST}.BUDGET_SECONDS", 0.9 * whole.ccsd)
    monkeypatch.setattr(f"{NATURAL}.THRESHOLDS", (1e-5, 1e-3))
    found = reference_energies(problem, BASIS)
    assert found.full.ccsd_t.status == "too-expensive"
    assert found.full.ccsd_t_fno.status == "ok"
    assert "virtual natural orbitals" in found.full.ccsd_t_fno.reason
    assert full_space_judge(problem, found).name == "ccsd_t_fno"


def test_without_any_affordable_method_there_is_no_judge(monkeypatch):
    monkeypatch.setattr(f"{COST}.BUDGET_SECONDS", 1e-9)
    monkeypatch.setattr(f"{COST}.MP2_BUDGET_SECONDS", 1e-9)
    problem = build_problem(water(), BASIS)
    found = reference_energies(problem, BASIS)
    for value in (found.full.mp2, found.full.ccsd, found.full.ccsd_t, found.full.ccsd_t_fno):
        assert value.status == "too-expensive"
        assert "s on one core" in value.reason
    assert full_space_judge(problem, found) is None


def test_the_reason_names_what_the_coarsest_threshold_would_cost(monkeypatch):
    monkeypatch.setattr(f"{COST}.BUDGET_SECONDS", 1e-9)
    full = reference_energies(build_problem(water(), BASIS), BASIS).full
    assert full.mp2.status == "ok"
    assert full.ccsd_t_fno.status == "too-expensive"
    assert "above 0.0003" in full.ccsd_t_fno.reason


def test_what_is_affordable_needs_no_substitute():
    full = reference_energies(build_problem(water(), BASIS), BASIS).full
    assert (full.ccsd_t.status, full.ccsd_t_fno.status) == ("ok", "not-requested")

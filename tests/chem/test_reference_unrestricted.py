import pytest
from pyscf import cc, scf

from molpipe.chem.basis import build_molecule
from molpipe.chem.meanfield import solve_keeping_integrals
from molpipe.chem.problem import build_problem
from molpipe.chem.reference import reference_energies
from molpipe.chem.reference.casci import solve_casci
from molpipe.chem.unrestricted import find_unrestricted
from molpipe.model.settings import Settings
from molpipe.units import mha
from tests import tolerances
from tests.chem.molecules import atom, diatomic, ethylene, hydrogen_chain, methyl

STO3G = Settings(basis="sto-3g", active_space="2,2")

# Independent PySCF 2.14.0 run: FCI in all 12 orbitals outside the core, fix_spin(ss=0) [Ha].
TWISTED_ETHYLENE_FCI = -77.1091663022


def full_energies(molecule, settings):
    return reference_energies(build_problem(molecule, settings), settings).full


def test_unrestricted_ccsd_holds_where_a_triple_bond_breaks():
    """N2 at 2.0 angstrom: 4.4 mHa above FCI, where restricted CCSD does not even converge."""
    settings = Settings(basis="sto-3g", active_space="full")
    problem = build_problem(diatomic("N", "N", 2.0), settings)
    found = reference_energies(problem, settings)
    exact = found.active.casci.value
    assert mha(found.full.ccsd_unrestricted.value - exact) == pytest.approx(4.4, abs=0.1)
    assert found.full.ccsd.status == "unconverged"
    assert exact < found.full.ccsd_t_unrestricted.value < found.full.ccsd_unrestricted.value
    assert found.full.hf_unrestricted.s2 == pytest.approx(2.8, abs=0.1)  # 3 is two quartet atoms


def test_twisted_ethylene():
    """5.1 mHa above FCI at this geometry with other digits; both solutions are shown."""
    full = full_energies(ethylene(90), STO3G)
    error = mha(full.ccsd_unrestricted.value - TWISTED_ETHYLENE_FCI)
    assert error == pytest.approx(5.1, abs=0.1)
    assert mha(full.ccsd.value - TWISTED_ETHYLENE_FCI) == pytest.approx(3.1, abs=0.1)
    assert full.hf_unrestricted.value < full.hf.value - 0.1


@pytest.mark.parametrize("length", [1.5, 3.0])
def test_two_electrons_are_exact_on_a_broken_determinant_too(length):
    settings = Settings(basis="6-31g", active_space="full")
    problem = build_problem(diatomic("H", "H", length), settings)
    full = reference_energies(problem, settings).full
    exact = solve_casci(problem).casci.value
    assert full.hf_unrestricted.value < full.hf.value
    assert full.ccsd_unrestricted.value == pytest.approx(exact, abs=tolerances.FCI)


def test_open_shell_against_pyscf():
    full = full_energies(methyl(), Settings(basis="6-31g", active_space="3,3"))
    field = scf.UHF(build_molecule(methyl(), "6-31g"))
    field.conv_tol = 1e-12
    field.kernel()
    cluster = cc.UCCSD(field, frozen=1)
    cluster.conv_tol, cluster.conv_tol_normt = 1e-11, 1e-8
    cluster.kernel()
    total = cluster.e_tot + cluster.ccsd_t()
    assert full.hf_unrestricted.value == pytest.approx(field.e_tot, abs=tolerances.MAPPING)
    assert full.hf_unrestricted.s2 == pytest.approx(field.spin_square()[0], abs=1e-4)
    assert full.ccsd_unrestricted.value == pytest.approx(cluster.e_tot, abs=tolerances.FCI)
    assert full.ccsd_t_unrestricted.value == pytest.approx(total, abs=tolerances.FCI)
    assert full.ccsd_unrestricted.value != full.ccsd.value


def test_the_search_does_not_stop_at_the_first_minimum():
    """N2 at 1.5 angstrom: the softest rotation leads to a minimum at -107.380 Ha."""
    mean_field, space = solve_keeping_integrals(diatomic("N", "N", 1.5), STO3G)
    found = find_unrestricted(mean_field, space)
    _, _, stable, _ = found.field.stability(return_status=True)
    assert stable
    assert found.energy < -107.46


@pytest.mark.parametrize(
    ("molecule", "reason"),
    [
        (diatomic("N", "N", 1.0977), "no instability"),
        (atom("H", multiplicity=2), "no unrestricted solution below"),
    ],
    ids=["stable", "one electron"],
)
def test_nothing_to_break(molecule, reason):
    full = full_energies(molecule, Settings(basis="sto-3g", active_space="full"))
    for value in (full.hf_unrestricted, full.ccsd_unrestricted, full.ccsd_t_unrestricted):
        assert value.status == "not-applicable"
        assert reason in value.reason


def test_the_estimate_is_asked_first(monkeypatch):
    monkeypatch.setattr("molpipe.chem.reference.cost.BUDGET_SECONDS", 1e-9)
    full = full_energies(hydrogen_chain(4, 2.0), STO3G)
    assert full.hf_unrestricted.status == "ok"
    assert full.ccsd_unrestricted.status == "too-expensive"
    assert "s on one core" in full.ccsd_unrestricted.reason


@pytest.mark.parametrize(("level", "status"), [("none", "not-requested"), ("ccsd", "ok")])
def test_the_full_space_says_how_far_to_go(level, status):
    settings = Settings(basis="sto-3g", active_space="2,2", full_space=level)
    full = full_energies(hydrogen_chain(4, 2.0), settings)
    assert full.ccsd_unrestricted.status == status
    assert full.ccsd_t_unrestricted.status == "not-requested"

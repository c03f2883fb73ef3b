"""Spaces whose orbitals mix occupied and empty ones: UHF natural orbitals and CASSCF."""

import numpy as np
import pytest
from pyscf import mcscf, scf

from molpipe.chem.active_space import casscf
from molpipe.chem.basis import build_molecule
from molpipe.chem.meanfield import solve_keeping_integrals
from molpipe.chem.problem import build_problem
from molpipe.chem.reference.casci import solve_casci
from molpipe.errors import ActiveSpaceError, CalculationError
from molpipe.model.settings import Settings
from tests import tolerances
from tests.chem.molecules import atom, diatomic, geometry, methylene, water

UHF = Settings(basis="sto-3g", orbitals="uhf-natural")
CAS = Settings(basis="sto-3g", orbitals="casscf", active_space="4,4")


def square_h4():
    return geometry([("H", x, y, 0) for x, y in ((0, 0), (1.2, 0), (1.2, 1.2), (0, 1.2))])


STRETCHED = diatomic("N", "N", 2.0)

MIXED = {
    "nitrogen": (STRETCHED, UHF),
    "nitrogen instead of MP2": (STRETCHED, Settings(basis="sto-3g")),
    "square H4": (square_h4(), UHF.with_overrides({"active_space": "2,2"})),
    "lithium hydride": (diatomic("Li", "H", 1.6), CAS),
    "triplet methylene": (methylene(3), CAS),
}


@pytest.fixture(scope="module")
def problems():
    return {name: build_problem(*given) for name, given in MIXED.items()}


@pytest.mark.parametrize("name", MIXED)
def test_the_reference_determinant_has_the_energy_that_its_density_has(name, problems):
    """PySCF's energy of the density of inactive and occupied active orbitals."""
    problem = problems[name]
    alpha, beta = (
        np.hstack([problem.inactive_coeff, problem.orbital_coeff[:, :n]]) for n in problem.nelec
    )
    field = scf.UHF(build_molecule(problem.geometry, "sto-3g"))
    energy = field.energy_tot((alpha @ alpha.T, beta @ beta.T))
    assert problem.hf_energy == pytest.approx(energy, abs=tolerances.MAPPING)
    assert problem.hf_energy > problem.mean_field.energy - tolerances.VARIATIONAL


@pytest.mark.parametrize("name", MIXED)
def test_the_reference_determinant_is_hartree_fock_within_the_space(name, problems):
    """No occupied and empty active orbital mix in the Fock matrix of either kind of block."""
    problem = problems[name]
    alpha, beta = problem.nelec
    n, eri = problem.n_orbitals, problem.two_body
    total = np.zeros((n, n))
    focks = []
    for count in (alpha, beta):
        density = np.diag((np.arange(n) < count).astype(float))
        total += density
        focks.append(-np.einsum("psrq,rs->pq", eri, density))
    coulomb = problem.one_body + np.einsum("pqrs,rs->pq", eri, total)
    up, down = (coulomb + fock for fock in focks)
    assert (up + down)[:beta, alpha:] == pytest.approx(0.0, abs=1e-6)
    assert down[:beta, beta:alpha] == pytest.approx(0.0, abs=1e-6)
    assert up[beta:alpha, alpha:] == pytest.approx(0.0, abs=1e-6)
    assert problem.orbital_energies == pytest.approx(np.diag(up + down) / 2, abs=1e-6)


def test_stretched_nitrogen_gets_its_three_broken_bonds(problems):
    """Bofill and Pulay: natural occupations of UHF come in pairs that add up to 2."""
    problem = problems["nitrogen"]
    assert problem.orbitals == "uhf-natural"
    assert (problem.nelec, problem.n_orbitals) == ((3, 3), 6)
    assert problem.occupations + problem.occupations[::-1] == pytest.approx(2.0, abs=1e-3)
    assert "mHa above Hartree-Fock" in problem.selection_reason


def test_where_mp2_means_nothing_the_unrestricted_orbitals_stand_in(problems):
    problem = problems["nitrogen instead of MP2"]
    assert problem.orbitals == "uhf-natural"
    assert "compete" in problem.selection_reason
    canonical = build_problem(
        STRETCHED, Settings(basis="sto-3g", orbitals="canonical", active_space="6,6")
    )
    assert solve_casci(problem).casci.value < solve_casci(canonical).casci.value


def test_the_broken_bond_of_fluorine_is_found():
    """F2 at 2.2 angstrom, whose UHF solution a plain SCF does not leave RHF for."""
    problem = build_problem(diatomic("F", "F", 2.2), UHF)
    assert (problem.nelec, problem.n_orbitals) == ((1, 1), 2)
    assert 0.8 < problem.occupations[1] < 1.0


@pytest.mark.parametrize("molecule", [water(), diatomic("N", "N", 1.0977)], ids=["H2O", "N2"])
def test_without_a_lower_solution_the_orbitals_are_canonical(molecule):
    problem = build_problem(molecule, UHF)
    assert problem.orbitals == "canonical"
    assert "no unrestricted solution" in problem.selection_reason
    assert problem.hf_energy == pytest.approx(problem.mean_field.energy, abs=tolerances.MAPPING)


@pytest.mark.parametrize("name", MIXED)
def test_a_second_run_gives_the_same_arrays(name, problems):
    again = build_problem(*MIXED[name])
    for field in ("one_body", "two_body", "orbital_coeff", "orbital_energies"):
        assert getattr(again, field) == pytest.approx(getattr(problems[name], field), abs=1e-6)


@pytest.mark.parametrize("orbitals", ["uhf-natural", "casscf"])
def test_a_full_space_has_nothing_to_mix(orbitals):
    problem = build_problem(
        STRETCHED, Settings(basis="sto-3g", orbitals=orbitals, active_space="full")
    )
    assert problem.hf_energy == pytest.approx(problem.mean_field.energy, abs=tolerances.MAPPING)


def test_casscf_is_that_of_pyscf_from_canonical_orbitals():
    problem = build_problem(methylene(3), CAS)
    _, field = solve_keeping_integrals(methylene(3), CAS)
    theirs = mcscf.CASSCF(field, 4, problem.nelec)
    theirs.frozen, theirs.verbose, theirs.conv_tol = 1, 0, 1e-10
    theirs.kernel()
    assert solve_casci(problem).casci.value == pytest.approx(theirs.e_tot, abs=tolerances.FCI)
    core = problem.mean_field.mo_coeff[:, :1]
    assert problem.inactive_coeff[:, :1] == pytest.approx(core, abs=tolerances.EXACT)


def test_optimised_orbitals_hold_more_than_those_they_start_from(problems):
    for name in ("lithium hydride", "triplet methylene"):
        start = build_problem(MIXED[name][0], CAS.with_overrides({"orbitals": "mp2-natural"}))
        best, first = (solve_casci(p).casci.value for p in (problems[name], start))
        assert best < first + tolerances.VARIATIONAL
        assert "CASSCF" in problems[name].selection_reason


def test_casscf_that_does_not_converge_says_what_to_do(monkeypatch):
    monkeypatch.setattr(casscf, "_CYCLES", 1)
    with pytest.raises(CalculationError, match="did not converge") as caught:
        build_problem(water(), CAS)
    assert caught.value.code == "CASSCF_NOT_CONVERGED"
    assert "mp2-natural" in caught.value.hint


def test_casscf_too_large_is_refused_before_it_starts():
    settings = Settings(basis="6-31g", orbitals="casscf", active_space="14,14", frozen_core=False)
    with pytest.raises(ActiveSpaceError, match="determinants"):
        build_problem(diatomic("N", "N", 1.1), settings)


def test_one_electron_needs_no_optimisation():
    problem = build_problem(atom("H", multiplicity=2), Settings(basis="6-31g", orbitals="casscf"))
    assert problem.hf_energy == pytest.approx(problem.mean_field.energy, abs=tolerances.MAPPING)

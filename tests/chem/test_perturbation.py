from dataclasses import replace

import numpy as np
import pytest
from pyscf import ao2mo, fci, gto, mcscf, mrpt, scf

from molpipe.chem import perturbation
from molpipe.chem.basis import build_molecule
from molpipe.chem.perturbation import expectation, second_order
from molpipe.chem.problem import build_problem
from molpipe.chem.reference.casci import solve_casci
from molpipe.model.results import EnergyValue
from molpipe.model.settings import Settings
from tests import tolerances
from tests.chem.molecules import diatomic, methyl, methylene, water

NO_STATE = EnergyValue.missing("not-applicable", "there is none")
SMALL = Settings(basis="6-31g", active_space="4,4")


@pytest.fixture(scope="module")
def problem():
    return build_problem(water(), SMALL)


@pytest.fixture(scope="module")
def ground(problem):
    return solve_casci(problem).vector


@pytest.mark.parametrize(
    ("molecule", "electrons", "orbitals"),
    [(water(), 4, 4), (methylene(3), 4, 5), (methyl(), 5, 6)],
    ids=["water", "triplet", "doublet"],
)
def test_all_electrons_against_pyscf(molecule, electrons, orbitals):
    """PySCF's own way: mean field, CASCI of the canonical window, NEVPT2."""
    settings = Settings(
        basis="6-31g",
        active_space=f"{electrons},{orbitals}",
        orbitals="canonical",
        frozen_core=False,
    )
    found = second_order(build_problem(molecule, settings), NO_STATE, settings)
    field = scf.RHF(build_molecule(molecule, "6-31g"))
    field.conv_tol = 1e-12
    field.kernel()
    casci = mcscf.CASCI(field, orbitals, electrons)
    casci.fcisolver.conv_tol = 1e-12
    casci.kernel()
    independent = casci.e_tot + mrpt.NEVPT(casci).kernel()
    assert found.nevpt2.value == pytest.approx(independent, abs=tolerances.FCI)


def test_published_value():
    """CASSCF(4,4) of N2 at 1.4 angstrom in 6-31G, from the documentation of PySCF's NEVPT."""
    settings = Settings(basis="6-31g", active_space="4,4", orbitals="casscf", frozen_core=False)
    problem = build_problem(diatomic("N", "N", 1.4), settings)
    found = second_order(problem, NO_STATE, settings).nevpt2.value
    correction = found - solve_casci(problem).casci.value
    assert correction == pytest.approx(-0.14058324991532101, abs=tolerances.CCSD)


def test_frozen_core_against_a_hamiltonian_without_it(problem):
    """The core is folded into the integrals of all other orbitals, which play the atomic ones."""
    whole = build_problem(water(), Settings(basis="6-31g", active_space="full"))
    n, (alpha, beta) = whole.n_orbitals, whole.nelec
    molecule = gto.M(verbose=0)
    molecule.nelectron, molecule.incore_anyway = alpha + beta, True
    field = scf.RHF(molecule)
    field.get_hcore = lambda *_: whole.one_body
    field.get_ovlp = lambda *_: np.eye(n)
    field.energy_nuc = lambda *_: whole.core_energy
    field._eri = ao2mo.restore(8, np.array(whole.two_body), n)
    field.kernel(dm0=np.diag(2.0 * (np.arange(n) < alpha)))
    overlap = build_molecule(water(), "6-31g").intor("int1e_ovlp")
    active = whole.orbital_coeff.T @ overlap @ problem.orbital_coeff
    inactive, empty = (
        c @ complement(active.T @ c) for c in np.split(field.mo_coeff, [alpha], axis=1)
    )
    casci = mcscf.CASCI(field, problem.n_orbitals, sum(problem.nelec))
    casci.kernel(np.hstack([inactive, active, empty]))
    independent = casci.e_tot + mrpt.NEVPT(casci).kernel()
    found = second_order(problem, NO_STATE, SMALL).nevpt2
    assert found.value == pytest.approx(independent, abs=tolerances.FCI)


def complement(matrix):
    """An orthonormal basis of what ``matrix`` maps to zero."""
    _, values, right = np.linalg.svd(matrix)
    return right[int((values > 0.5).sum()) :].T


def test_a_space_with_every_orbital_has_nothing_to_correct():
    settings = Settings(basis="6-31g", active_space="full")
    problem = build_problem(diatomic("H", "H", 0.74), settings)
    found = second_order(problem, NO_STATE, settings)
    assert found.nevpt2.value == pytest.approx(solve_casci(problem).casci.value, abs=1e-12)


def test_the_exact_state_is_an_eigenstate(problem, ground):
    found = second_order(problem, ground, SMALL)
    assert found.vqe_nevpt2.value == pytest.approx(found.nevpt2.value, abs=tolerances.EXACT)
    assert found.vqe_nevpt2.s2 == pytest.approx(0, abs=tolerances.EXACT)
    assert found.residual == pytest.approx(0, abs=1e-6)  # the solver's own threshold
    assert found.casci_overlap == pytest.approx(1, abs=tolerances.EXACT)


def test_a_mixture_of_two_eigenstates(problem):
    """cos|0> + sin|1>: the residual is sin cos (E1 - E0), the overlap cos."""
    angle, n, nelec = 0.1, problem.n_orbitals, problem.nelec
    energies, (lower, upper) = fci.direct_spin1.kernel(
        problem.one_body, np.array(problem.two_body), n, nelec, nroots=2, tol=1e-12
    )
    mixed = np.cos(angle) * lower + np.sin(angle) * upper
    energy, residual = expectation(problem, mixed)
    gap = energies[1] - energies[0]
    above = energy - problem.core_energy - energies[0]
    assert above == pytest.approx(np.sin(angle) ** 2 * gap, abs=tolerances.VARIATIONAL)
    assert residual == pytest.approx(np.sin(angle) * np.cos(angle) * gap, abs=1e-6)
    found = second_order(problem, mixed, SMALL)
    assert found.residual == residual
    assert found.casci_overlap == pytest.approx(np.cos(angle), abs=1e-6)
    assert abs(found.vqe_nevpt2.value - found.nevpt2.value) > 1e-4


def test_a_global_phase_is_none_and_a_truly_complex_state_has_no_nevpt2(problem, ground):
    phase = np.exp(0.7j)
    turned = second_order(problem, phase * ground, SMALL)
    assert turned.vqe_nevpt2.value == pytest.approx(turned.nevpt2.value, abs=tolerances.EXACT)
    other = np.roll(ground, 1)
    mixed = ground + 0.1j * other
    mixed /= np.linalg.norm(mixed)
    found = second_order(problem, mixed, SMALL)
    assert found.vqe_nevpt2.status == "not-applicable"
    assert found.residual > 1e-3
    assert found.nevpt2.status == "ok"


def test_without_a_vqe_state_casci_stands_alone(problem):
    found = second_order(problem, NO_STATE, SMALL)
    assert found.vqe_nevpt2 == NO_STATE
    assert found.nevpt2.status == "ok"
    assert found.residual is found.casci_overlap is None


def test_the_estimate_is_asked_first(problem, ground, monkeypatch):
    monkeypatch.setattr(perturbation, "BUDGET_SECONDS", 1e-9)
    found = second_order(problem, ground, SMALL)
    assert found.nevpt2.status == found.vqe_nevpt2.status == "too-expensive"
    assert "36 determinants in 4 orbitals" in found.nevpt2.reason


def test_a_problem_of_an_earlier_version_says_so(problem, ground):
    found = second_order(replace(problem, inactive_coeff=None), ground, SMALL)
    assert found.nevpt2.status == "not-applicable"
    assert "earlier version" in found.nevpt2.reason


def test_a_method_that_breaks_down_is_a_status(problem, ground, monkeypatch):
    def break_down(_):
        raise np.linalg.LinAlgError("singular")

    monkeypatch.setattr(mrpt.NEVPT, "kernel", break_down)
    found = second_order(problem, ground, SMALL)
    assert found.nevpt2.status == "failed"
    assert "singular" in found.nevpt2.reason
    assert found.casci_overlap == pytest.approx(1)

from dataclasses import replace

import numpy as np
import pytest
import scipy.linalg
from pyscf import cc, mp, scf

from molpipe.chem.basis import build_molecule
from molpipe.chem.problem import build_problem
from molpipe.chem.reference import reference_energies
from molpipe.chem.reference.active import model_field, solve_active
from molpipe.chem.reference.casci import MAX_DETERMINANTS, n_determinants, solve_casci
from molpipe.chem.reference.correlation import coupled_cluster
from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.settings import Settings
from tests import tolerances
from tests.chem.exact import sector_spectrum
from tests.chem.molecules import (
    atom,
    diatomic,
    formamide,
    full_sto3g,
    hydrogen_chain,
    methyl,
    methylene,
    water,
)

TIGHT_CCSD = 1e-8
"""How tightly CCSD is converged; for two electrons it is exact."""

SPIN = 1e-4
"""<S^2> of the judge."""

# Independent PySCF 2.14.0 runs, all electrons, STO-3G.
EXACT = [
    (diatomic("H", "H", 0.74), -1.13728383, 0.000),
    (hydrogen_chain(4, 1.0), -2.16638745, 0.008),
    (diatomic("Li", "H", 1.5949), -7.88240341, 0.010),
    (water(), -75.01240366, 0.116),
    (diatomic("N", "N", 1.0977), -107.65282873, 3.887),
]


@pytest.mark.parametrize(
    ("molecule", "fci", "ccsd_error"), EXACT, ids=["H2", "H4", "LiH", "H2O", "N2"]
)
def test_energies(molecule, fci, ccsd_error):
    problem = build_problem(molecule, full_sto3g())
    found = reference_energies(problem, full_sto3g())
    assert found.active.casci.value == pytest.approx(fci, abs=tolerances.FCI)
    assert found.active.casci.s2 == pytest.approx(0, abs=SPIN)
    error = 1e3 * (found.active.ccsd.value - found.active.casci.value)
    assert error == pytest.approx(ccsd_error, abs=1e-3)  # given to 1e-3 mHa
    assert found.full.ccsd == found.active.ccsd  # the space is the full one


def energy_of_amplitudes(problem, amplitudes, *, products):
    """The coupled-cluster energy functional [Ha], from the problem's own integrals.

    E = E0 + sum f_ia t_ia + 1/4 sum <ij||ab> (t_ijab + t_ia t_jb - t_ib t_ja) by spin;
    without the ``products`` of singles it is the functional of MP2.
    """
    (oa, ob), eri = problem.nelec, problem.two_body
    coulomb = np.einsum("pqii->pq", eri[:, :, :oa, :oa]) + np.einsum(
        "pqii->pq", eri[:, :, :ob, :ob]
    )
    energy = problem.hf_energy
    for n, t1, t2 in (
        (oa, amplitudes.t1a, amplitudes.t2aa),
        (ob, amplitudes.t1b, amplitudes.t2bb),
    ):
        fock = problem.one_body + coulomb - np.einsum("piiq->pq", eri[:, :n, :n, :])
        energy += (fock[:n, n:] * t1).sum()
        ovov = eri[:n, n:, :n, n:]
        pairs = np.einsum("ia,jb->ijab", t1, t1) - np.einsum("ib,ja->ijab", t1, t1)
        tau = t2 + products * pairs
        energy += 0.25 * np.einsum("iajb,ijab->", ovov, tau)
        energy -= 0.25 * np.einsum("ibja,ijab->", ovov, tau)
    pairs = np.einsum("ia,jb->ijab", amplitudes.t1a, amplitudes.t1b)
    tau = amplitudes.t2ab + products * pairs
    return energy + np.einsum("iajb,ijab->", eri[:oa, oa:, :ob, ob:], tau)


@pytest.mark.parametrize(
    ("molecule", "settings"),
    [
        (water(), Settings(basis="6-31g", active_space="4,4")),
        (methyl(), Settings(basis="6-31g", active_space="5,5")),
        (diatomic("O", "O", 1.2075, multiplicity=3), full_sto3g()),
        (diatomic("H", "H", 0.74, multiplicity=3), Settings(basis="6-31g")),
    ],
    ids=["water", "methyl", "oxygen", "triplet hydrogen"],
)
def test_amplitudes_in_the_problems_orbitals_give_the_energy(molecule, settings):
    """They are rotated back from the orbitals of each spin where the shell is open."""
    problem = build_problem(molecule, settings)
    found = solve_active(problem)
    ccsd = energy_of_amplitudes(problem, found.ccsd_amplitudes, products=True)
    assert ccsd == pytest.approx(found.cluster.ccsd.value, abs=TIGHT_CCSD)
    mp2 = energy_of_amplitudes(problem, found.mp2_amplitudes, products=False)
    assert mp2 == pytest.approx(found.mp2.value, abs=TIGHT_CCSD)


@pytest.mark.parametrize("length", [0.74, 2.0, 3.0, 5.0])
def test_ccsd_of_two_electrons_is_exact(length):
    """At 5 angstrom the MP2 start leads PySCF to an excited root, 0.67 Ha too high."""
    problem = build_problem(diatomic("H", "H", length), full_sto3g())
    found, exact = solve_active(problem), solve_casci(problem)
    assert found.cluster.ccsd.value == pytest.approx(exact.casci.value, abs=TIGHT_CCSD)
    assert found.cluster.ccsd_t.value == pytest.approx(exact.casci.value, abs=TIGHT_CCSD)


@pytest.mark.parametrize(
    ("molecule", "settings"),
    [
        (water(), Settings(basis="6-31g", active_space="4,4")),
        (methyl(), Settings(basis="6-31g", active_space="3,4")),
        (methylene(3), Settings(basis="sto-3g", active_space="4,4")),
        (diatomic("H", "H", 0.74, multiplicity=3), Settings(basis="6-31g")),
    ],
    ids=["water", "methyl", "methylene", "triplet hydrogen"],
)
def test_casci_is_the_lowest_state_of_a_dense_diagonalisation(molecule, settings):
    problem = build_problem(molecule, settings)
    energies, s2 = sector_spectrum(problem)
    found = solve_casci(problem)
    assert found.sector_minimum == pytest.approx(energies[0], abs=tolerances.VARIATIONAL)
    right = energies[np.abs(s2 - problem.s2) < SPIN]
    assert found.casci.value == pytest.approx(right[0], abs=tolerances.VARIATIONAL)
    assert found.casci.s2 == pytest.approx(problem.s2, abs=SPIN)


def test_singlet_methylene_is_judged_by_a_singlet():
    """The lowest state of three alpha and three beta electrons is the triplet."""
    problem = build_problem(methylene(1), Settings(basis="sto-3g", active_space="6,6"))
    found = solve_casci(problem)
    assert found.casci.s2 == pytest.approx(0, abs=SPIN)
    assert found.sector_minimum < found.casci.value - 0.01
    triplet = build_problem(methylene(3), Settings(basis="sto-3g", active_space="6,6"))
    assert solve_casci(triplet).casci.s2 == pytest.approx(2, abs=SPIN)


def test_triplet_oxygen():
    problem = build_problem(
        diatomic("O", "O", 1.2075, multiplicity=3), Settings(basis="sto-3g", active_space="8,6")
    )
    found = reference_energies(problem, Settings(basis="sto-3g"))
    assert found.active.casci.s2 == pytest.approx(2, abs=SPIN)
    assert found.active.casci.value < found.active.ccsd.value < found.active.hf.value


def test_a_large_space_is_too_expensive_and_says_how_large():
    n = 14
    problem = ActiveSpaceProblem(
        **{
            **vars(build_problem(diatomic("H", "H", 0.74), full_sto3g())),
            "nelec": (7, 7),
            "one_body": np.eye(n),
            "two_body": np.zeros((n,) * 4),
            "orbital_coeff": np.zeros((2, n)),
            "orbital_energies": np.zeros(n),
            "occupations": np.zeros(n),
        }
    )
    assert n_determinants(problem) == 3432**2 > MAX_DETERMINANTS
    found = solve_casci(problem)
    assert found.casci.status == "too-expensive"
    assert str(3432**2) in found.casci.reason
    assert found.sector_minimum is None


def test_open_shell_coupled_cluster_against_pyscf_on_the_rohf_object():
    """CCSD does not depend on how the orbitals of a determinant are mixed."""
    settings = Settings(basis="6-31g", active_space="5,5", full_space="ccsd_t")
    problem = build_problem(methyl(), settings)
    found = reference_energies(problem, settings)
    field = scf.ROHF(build_molecule(methyl(), "6-31g"))
    field.conv_tol = 1e-12
    field.kernel()
    independent = cc.UCCSD(field, frozen=1)
    independent.conv_tol, independent.conv_tol_normt = 1e-11, 1e-8
    independent.kernel()
    assert found.full.ccsd.value == pytest.approx(independent.e_tot, abs=TIGHT_CCSD)
    assert found.full.hf.s2 == 0.75


@pytest.mark.parametrize("mix", [0.0, 0.05], ids=["hartree-fock", "another determinant"])
@pytest.mark.parametrize("molecule", [methyl(), water()], ids=["open shell", "closed shell"])
def test_triples_against_spin_orbital_code(molecule, mix):
    """PySCF's spin-orbital (T) is another implementation than its CCSD(T) and UCCSD(T)."""
    problem = build_problem(molecule, Settings(basis="sto-3g", active_space="full"))
    problem = another_determinant(problem, mix=mix)
    field = model_field(problem)
    spin_orbital = scf.addons.convert_to_ghf(field)
    double = np.kron(np.eye(2), np.ones((problem.n_orbitals,) * 2))
    spin_orbital.get_hcore = lambda *_: double * np.tile(problem.one_body, (2, 2))
    spin_orbital.get_ovlp = lambda *_: np.eye(2 * problem.n_orbitals)
    spin_orbital.energy_nuc = lambda *_: problem.core_energy
    spin_orbital._eri = field._eri
    independent = cc.GCCSD(spin_orbital)
    independent.conv_tol, independent.conv_tol_normt = 1e-10, 1e-8
    independent.kernel()
    found = coupled_cluster(field)
    assert found.ccsd.value == pytest.approx(independent.e_tot, abs=TIGHT_CCSD)
    total = independent.e_tot + independent.ccsd_t()
    assert found.ccsd_t.value == pytest.approx(total, abs=TIGHT_CCSD)


def test_perturbation_theory_needs_semicanonical_orbitals():
    """Formamide, eight electrons in eight natural orbitals, with and without."""
    settings = Settings(basis="6-31g", active_space="8,8")
    problem = build_problem(formamide(), settings)
    found = solve_active(problem)
    o, n = problem.nelec[0], problem.n_orbitals
    e = problem.orbital_energies
    ovov = problem.two_body[:o, o:, :o, o:]
    gaps = e[:o, None, None, None] - e[None, o:, None, None] + e[:o, None] - e[o:]
    pairs = np.einsum("iajb,iajb->", ovov / gaps, 2 * ovov - ovov.transpose(0, 3, 2, 1))
    assert found.mp2.value == pytest.approx(problem.hf_energy + pairs, abs=tolerances.EXACT)
    # Mixed within the blocks, with the diagonal of the Fock matrix as energies: another number.
    rng = np.random.default_rng(3)
    turn = np.zeros((n, n))
    turn[:o, :o] = np.linalg.qr(rng.normal(size=(o, o)))[0]
    turn[o:, o:] = np.linalg.qr(rng.normal(size=(n - o, n - o)))[0]
    mixed = np.einsum("pqrs,pi,qj,rk,sl->ijkl", problem.two_body, *[turn] * 4, optimize=True)
    diagonal = np.diag(turn.T @ np.diag(e) @ turn)
    ovov = mixed[:o, o:, :o, o:]
    gaps = diagonal[:o, None, None, None] - diagonal[None, o:, None, None]
    gaps = gaps + diagonal[:o, None] - diagonal[o:]
    raw = np.einsum("iajb,iajb->", ovov / gaps, 2 * ovov - ovov.transpose(0, 3, 2, 1))
    assert abs(raw - pairs) > 1e-4


def another_determinant(problem, *, mix):
    """The same Hamiltonian on orbitals turned at random, by a part of ``mix`` across the blocks."""
    n, edges = problem.n_orbitals, [problem.nelec[1], problem.nelec[0]]
    x = np.random.default_rng(1).normal(size=(n, n))
    block = np.searchsorted(edges, np.arange(n), side="right")
    x = np.where(block[:, None] == block, x, mix * x)
    turn = scipy.linalg.expm(x - x.T)
    two_body = np.einsum("pqrs,pi,qj,rk,sl->ijkl", problem.two_body, *[turn] * 4, optimize=True)
    return replace(
        problem,
        one_body=turn.T @ problem.one_body @ turn,
        two_body=two_body,
        orbital_coeff=problem.orbital_coeff @ turn,
    )


@pytest.mark.parametrize("molecule", [water(), methyl()], ids=["closed shell", "open shell"])
def test_perturbation_theory_on_a_determinant_that_is_not_hartree_fock(molecule):
    """Other orbitals of the same determinant make no difference; the amplitudes follow."""
    settings = Settings(basis="sto-3g", active_space="full")
    problem = another_determinant(build_problem(molecule, settings), mix=0.05)
    assert problem.hf_energy > problem.mean_field.energy + 1e-3
    found, turned = solve_active(problem), solve_active(another_determinant(problem, mix=0.0))
    for name in ("ccsd", "ccsd_t"):
        ours, theirs = getattr(found.cluster, name), getattr(turned.cluster, name)
        assert ours.value == pytest.approx(theirs.value, abs=tolerances.FCI)
    assert found.mp2.value == pytest.approx(turned.mp2.value, abs=tolerances.EXACT)
    mp2 = energy_of_amplitudes(problem, found.mp2_amplitudes, products=False)
    assert mp2 == pytest.approx(found.mp2.value, abs=TIGHT_CCSD)
    ccsd = energy_of_amplitudes(problem, found.ccsd_amplitudes, products=True)
    assert ccsd == pytest.approx(found.cluster.ccsd.value, abs=TIGHT_CCSD)


def test_a_space_on_another_determinant_is_not_the_full_space():
    settings = Settings(basis="sto-3g", active_space="full")
    problem = build_problem(water(), settings)
    other = reference_energies(another_determinant(problem, mix=0.05), settings)
    same = reference_energies(problem, settings)
    assert other.full.mp2.value == pytest.approx(same.full.mp2.value, abs=TIGHT_CCSD)
    assert abs(other.active.mp2.value - same.active.mp2.value) > 1e-5


def test_full_space_against_pyscf():
    settings = Settings(basis="6-31g", active_space="4,4", full_space="ccsd_t")
    problem = build_problem(water(), settings)
    found = reference_energies(problem, settings).full
    field = scf.RHF(build_molecule(water(), "6-31g"))
    field.conv_tol = 1e-12
    field.kernel()
    assert found.hf.value == pytest.approx(field.e_tot, abs=tolerances.EXACT)
    perturbation = mp.MP2(field, frozen=1)
    perturbation.kernel()
    assert found.mp2.value == pytest.approx(perturbation.e_tot, abs=tolerances.MAPPING)
    cluster = cc.CCSD(field, frozen=1)
    cluster.conv_tol, cluster.conv_tol_normt = 1e-11, 1e-8
    cluster.kernel()
    assert found.ccsd.value == pytest.approx(cluster.e_tot, abs=tolerances.MAPPING)
    total = cluster.e_tot + cluster.ccsd_t()
    assert found.ccsd_t.value == pytest.approx(total, abs=tolerances.MAPPING)


@pytest.mark.parametrize(
    ("full_space", "statuses"),
    [
        ("none", ("not-requested", "not-requested", "not-requested")),
        ("mp2", ("ok", "not-requested", "not-requested")),
        ("ccsd", ("ok", "ok", "not-requested")),
        ("auto", ("ok", "ok", "ok")),
    ],
)
@pytest.mark.parametrize("space", ["4,4", "full"])
def test_the_full_space_stops_where_it_is_told(full_space, statuses, space):
    settings = Settings(basis="sto-3g", active_space=space, full_space=full_space)
    found = reference_energies(build_problem(water(), settings), settings)
    assert (found.full.mp2.status, found.full.ccsd.status, found.full.ccsd_t.status) == statuses
    assert found.full.hf.status == "ok"
    assert found.active.ccsd_t.status == "ok"


def test_auto_leaves_out_what_costs_too_much(monkeypatch):
    monkeypatch.setattr("molpipe.chem.reference.cost.BUDGET_SECONDS", 1e-6)
    settings = Settings(basis="6-31g", active_space="4,4")
    found = reference_energies(build_problem(water(), settings), settings)
    assert found.full.mp2.status == "ok"
    assert found.full.ccsd.status == found.full.ccsd_t.status == "too-expensive"
    assert "s on one core" in found.full.ccsd.reason
    assert found.diagnostics.space == "active"


def test_a_method_that_breaks_down_leaves_the_others_standing(monkeypatch):
    def break_down(*_, **__):
        raise RuntimeError("no memory for integrals")

    monkeypatch.setattr(cc.ccsd.CCSD, "kernel", break_down)
    settings = Settings(basis="sto-3g", active_space="4,4")
    found = reference_energies(build_problem(water(), settings), settings)
    assert found.active.ccsd.status == "failed"
    assert "no memory for integrals" in found.active.ccsd.reason
    assert found.ccsd_amplitudes is None
    assert found.active.mp2.status == found.active.casci.status == "ok"


def test_diverging_ccsd_is_said_and_has_no_amplitudes():
    problem = build_problem(diatomic("N", "N", 2.0), full_sto3g())
    found = solve_active(problem)
    assert found.cluster.ccsd.status == "unconverged"
    assert found.cluster.ccsd.value is not None
    assert found.cluster.ccsd_t.value is None
    assert found.ccsd_amplitudes is None
    assert np.isfinite(found.mp2_amplitudes.t2ab).all()


@pytest.mark.parametrize(
    "molecule",
    [
        atom("H", multiplicity=2),
        atom("He"),
        atom("Ne"),
        diatomic("H", "H", 1.06, charge=1, multiplicity=2),
        diatomic("H", "H", 0.74, multiplicity=3),
        diatomic("He", "H", 0.8, multiplicity=2),
    ],
    ids=["H", "He", "Ne", "H2+", "triplet H2", "HeH"],
)
def test_without_correlation_every_method_gives_hartree_fock(molecule):
    settings = full_sto3g()
    problem = build_problem(molecule, settings)
    found = reference_energies(problem, settings)
    for energies in (found.active, found.full):
        for name in ("hf", "mp2", "ccsd", "ccsd_t"):
            value = getattr(energies, name)
            assert value.status == "ok"
            assert value.value == pytest.approx(problem.hf_energy, abs=tolerances.VARIATIONAL)
    exact = found.active.casci
    assert exact.value == pytest.approx(problem.hf_energy, abs=tolerances.VARIATIONAL)
    assert exact.s2 == pytest.approx(problem.s2, abs=SPIN)
    alpha, beta = problem.nelec
    assert found.mp2_amplitudes.t2ab.shape[:2] == (alpha, beta)

import numpy as np
import pytest
from pyscf import scf

from molpipe.chem.basis import build_molecule
from molpipe.chem.meanfield import density_matrix, fock_matrix, solve, workspace
from molpipe.errors import SCFNotConverged, UnsupportedMolecule
from molpipe.model.settings import Settings
from tests import tolerances
from tests.chem.molecules import (
    atom,
    benzene,
    diatomic,
    full_sto3g,
    hydrogen_chain,
    methyl,
    water,
)

# Independent PySCF 2.14.0 runs, all electrons, STO-3G.
HARTREE_FOCK = [
    (diatomic("H", "H", 0.74), -1.11675931),
    (hydrogen_chain(4, 1.0), -2.09854594),
    (diatomic("Li", "H", 1.5949), -7.86202696),
    (water(), -74.96292825),
    (diatomic("N", "N", 1.0977), -107.49589331),
]


@pytest.mark.parametrize(("molecule", "energy"), HARTREE_FOCK, ids=["H2", "H4", "LiH", "H2O", "N2"])
def test_energies(molecule, energy):
    mean_field = solve(molecule, full_sto3g())
    assert mean_field.energy == pytest.approx(energy, abs=tolerances.FCI)
    assert mean_field.kind == "rhf"
    assert mean_field.stable_internal is True
    assert mean_field.followed_from is None


def test_an_iodine_compound_has_its_core_potential():
    """54 electrons without the potential give -1996.90 Ha and converge too."""
    mean_field = solve(diatomic("H", "I", 1.609), Settings(basis="def2-svp"))
    assert mean_field.ecp == "def2-svp on I"
    assert mean_field.energy == pytest.approx(-297.23, abs=0.01)


@pytest.mark.parametrize(
    ("molecule", "nelec", "energy"),
    [
        (atom("H", multiplicity=2), (1, 0), -0.4665819),
        (atom("He"), (1, 1), -2.8077840),
        (atom("Ne"), (5, 5), -126.6045250),
        (diatomic("H", "H", 1.06, charge=1, multiplicity=2), (1, 0), -0.5826966),
    ],
    ids=["H", "He", "Ne", "H2+"],
)
def test_smallest_systems(molecule, nelec, energy):
    """No rotation is possible or one electron is solved exactly: stability is not asked."""
    mean_field = solve(molecule, full_sto3g())
    assert mean_field.nelec == nelec
    assert mean_field.stable_internal is None
    # Textbook STO-3G: H -0.4666, He -2.8078, Ne -126.6045 Ha (Szabo and Ostlund, appendix).
    assert mean_field.energy == pytest.approx(energy, abs=tolerances.CCSD)


@pytest.mark.parametrize("length", [1.5, 1.8, 2.0, 2.2])
def test_an_unstable_solution_is_followed_down(length):
    mean_field = solve(diatomic("N", "N", length), Settings(basis="sto-3g"))
    assert mean_field.followed_from is not None
    assert mean_field.energy < mean_field.followed_from - 1e-3
    assert mean_field.stable_internal is True
    assert mean_field.stable_external is False


def test_stretched_nitrogen_drops_by_196_millihartree():
    """N2/STO-3G at 2.0 angstrom: the first solution is a saddle point (PySCF 2.14.0)."""
    mean_field = solve(diatomic("N", "N", 2.0), Settings(basis="sto-3g"))
    assert mean_field.followed_from - mean_field.energy == pytest.approx(0.196, abs=1e-3)


@pytest.mark.parametrize("molecule", [methyl(), diatomic("O", "O", 1.2075, multiplicity=3)])
def test_orbitals_are_ordered_and_orthonormal(molecule):
    mean_field = solve(molecule, Settings(basis="6-31g"))
    mol = build_molecule(molecule, "6-31g")
    overlap = mean_field.mo_coeff.T @ mol.intor("int1e_ovlp") @ mean_field.mo_coeff
    assert overlap == pytest.approx(np.eye(len(overlap)), abs=tolerances.EXACT)
    assert (np.diff(mean_field.mo_occ) <= 0).all()
    for occupation in (2, 1, 0):
        energies = mean_field.mo_energy[mean_field.mo_occ == occupation]
        assert (np.diff(energies) > -1e-6).all()


def test_orbitals_diagonalise_the_spin_averaged_fock_matrix():
    mean_field = solve(methyl(), Settings(basis="6-31g"))
    space = workspace(build_molecule(methyl(), "6-31g"))
    fock = (
        mean_field.mo_coeff.T
        @ fock_matrix(space, density_matrix(mean_field))
        @ (mean_field.mo_coeff)
    )
    assert np.diag(fock) == pytest.approx(mean_field.mo_energy, abs=1e-6)


def test_a_molecule_above_the_limit_is_refused_with_the_numbers():
    with pytest.raises(UnsupportedMolecule, match="300") as caught:
        solve(benzene(), Settings(basis="cc-pvqz"))
    assert caught.value.code == "TOO_LARGE"
    assert "510" in caught.value.message


def test_no_convergence_is_an_error_with_figures(monkeypatch):
    monkeypatch.setattr(scf.hf.SCF, "max_cycle", 1)
    monkeypatch.setattr("molpipe.chem.meanfield.second_order", lambda field, orbitals: None)
    monkeypatch.setattr("molpipe.chem.meanfield._CYCLES", 1)
    with pytest.raises(SCFNotConverged, match="gradient") as caught:
        solve(water(), Settings(basis="6-31g"))
    assert caught.value.hint

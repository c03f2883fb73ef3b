import numpy as np
import pytest
from pyscf import scf

from molpipe.chem.basis import build_molecule
from molpipe.chem.meanfield import solve_keeping_integrals
from molpipe.chem.unrestricted import breaks_symmetry, find_unrestricted
from molpipe.model.settings import Settings
from tests import tolerances
from tests.chem.molecules import atom, diatomic, methyl, water

STO3G = Settings(basis="sto-3g")


def search(molecule):
    mean_field, space = solve_keeping_integrals(molecule, STO3G)
    return mean_field, find_unrestricted(mean_field, space)


def test_stretched_fluorine_breaks():
    """At 2.2 angstrom two atoms, one unpaired electron each: half a singlet, half a triplet."""
    mean_field, found = search(diatomic("F", "F", 2.2))
    assert found.energy < mean_field.energy - 0.1
    assert found.stable
    assert found.s2 == pytest.approx(1.0, abs=0.02)
    assert np.sort(np.abs(found.occupations - 1))[:2] == pytest.approx(0.0, abs=0.15)


def test_it_is_as_low_as_symmetry_broken_guesses_lead():
    molecule = diatomic("F", "F", 2.2)
    _, found = search(molecule)
    field = scf.UHF(build_molecule(molecule, "sto-3g"))
    for broken in (1, 2):
        field.kernel(dm0=field.get_init_guess(breaksym=broken))
        assert found.energy < field.e_tot + tolerances.CCSD


def test_dissociation_ends_at_two_atoms():
    _, pair = search(diatomic("H", "H", 30.0))
    one, _ = search(atom("H", multiplicity=2))
    assert pair.energy == pytest.approx(2 * one.energy, abs=tolerances.CCSD)


def test_a_stable_molecule_has_none():
    mean_field, found = search(water())
    assert not breaks_symmetry(mean_field)
    assert found is None


def test_an_open_shell_is_polarised():
    mean_field, found = search(methyl())
    assert found.energy < mean_field.energy
    assert found.s2 > 0.75


@pytest.mark.parametrize("molecule", [diatomic("F", "F", 2.2), methyl()], ids=["F2", "CH3"])
def test_natural_orbitals_are_orthonormal_and_hold_all_electrons(molecule):
    mean_field, found = search(molecule)
    overlap = found.orbitals.T @ found.field.get_ovlp() @ found.orbitals
    assert overlap == pytest.approx(np.eye(len(overlap)), abs=tolerances.EXACT)
    assert found.occupations.sum() == pytest.approx(sum(mean_field.nelec), abs=tolerances.EXACT)
    assert (np.diff(found.occupations) <= tolerances.EXACT).all()


def test_one_electron_has_nothing_to_break():
    assert search(atom("H", multiplicity=2))[1] is None

import pytest
from pyscf import scf

from molpipe.chem.basis import build_molecule
from molpipe.chem.meanfield import workspace
from molpipe.chem.stability import (
    UNSTABLE,
    has_rotations,
    softest_rotation,
    stable_to_unrestricted,
    step_down,
)
from tests.chem.molecules import atom, diatomic


def converged(molecule, basis="sto-3g"):
    field = workspace(build_molecule(molecule, basis))
    field.conv_tol = 1e-10
    field.kernel()
    return field


def test_a_saddle_point_has_a_way_down():
    field = converged(diatomic("N", "N", 2.0))
    curvature, direction = softest_rotation(field)
    assert curvature < UNSTABLE
    lower = step_down(field, direction)
    assert field.energy_tot(field.make_rdm1(lower, field.mo_occ)) < field.e_tot - 1e-3


def test_a_minimum_has_none():
    curvature, _ = softest_rotation(converged(diatomic("N", "N", 1.0977)))
    assert curvature > 0


def test_iterative_and_dense_eigenvalues_agree(monkeypatch):
    field = converged(diatomic("N", "N", 2.0))
    dense, _ = softest_rotation(field)
    monkeypatch.setattr("molpipe.chem.stability._DENSE", 0)
    iterative, _ = softest_rotation(field)
    assert iterative == pytest.approx(dense, abs=1e-3)  # Davidson is asked for 1e-4


@pytest.mark.parametrize("length", [0.74, 2.5])
def test_stretched_hydrogen_is_unstable_to_unrestricted(length):
    """H2 has a lower UHF solution beyond the Coulson-Fischer point, about 1.2 angstrom."""
    field = converged(diatomic("H", "H", length))
    spin_broken = scf.UHF(field.mol)
    density = spin_broken.get_init_guess(breaksym=True)
    spin_broken.kernel(dm0=density)
    lower = spin_broken.e_tot < field.e_tot - 1e-6
    assert stable_to_unrestricted(field) is not lower


def test_no_question_where_nothing_can_rotate():
    assert not has_rotations(converged(atom("He")))
    assert not has_rotations(converged(diatomic("H", "H", 1.06, charge=1, multiplicity=2)))
    assert stable_to_unrestricted(converged(atom("Li", multiplicity=2))) is None

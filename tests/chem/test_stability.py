import numpy as np
import pytest
from pyscf import scf

from molpipe.chem.basis import build_molecule
from molpipe.chem.meanfield import workspace
from molpipe.chem.stability import (
    UNSTABLE,
    has_rotations,
    softest_rotation,
    softest_spin_rotation,
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
    broken = unrestricted(field.mol)
    broken.kernel(dm0=np.array([np.diag([1.0, 0.0]), np.diag([0.0, 1.0])]))
    lower = broken.e_tot < field.e_tot - 1e-6
    assert lower == (length > 1.2)
    assert (softest_spin_rotation(field)[0] < UNSTABLE) == lower


def test_an_unrestricted_saddle_point_has_a_way_down():
    """RHF of stretched N2, taken as UHF, is left along a rotation of opposite spins."""
    restricted = converged(diatomic("N", "N", 1.6))
    field = unrestricted(restricted.mol)
    field.kernel(dm0=field.make_rdm1([restricted.mo_coeff] * 2, [restricted.mo_occ / 2] * 2))
    curvature, direction = softest_rotation(field)
    assert curvature < UNSTABLE
    lower = step_down(field, direction)
    assert field.energy_tot(field.make_rdm1(lower, field.mo_occ)) < field.e_tot - 1e-3


def unrestricted(molecule):
    field = scf.UHF(molecule)
    field.conv_tol = 1e-10
    return field


def test_no_question_where_nothing_can_rotate():
    assert not has_rotations(converged(atom("He")))
    assert not has_rotations(converged(diatomic("H", "H", 1.06, charge=1, multiplicity=2)))

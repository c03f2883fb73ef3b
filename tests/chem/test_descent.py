import numpy as np
import pytest

from molpipe.chem.basis import build_molecule
from molpipe.chem.descent import find_minimum, second_order
from molpipe.chem.meanfield import workspace
from molpipe.chem.stability import UNSTABLE, softest_rotation
from tests import tolerances
from tests.chem.molecules import atom, diatomic, ethylene, water


def converged(molecule, guess="minao"):
    field = workspace(build_molecule(molecule, "sto-3g"))
    field.conv_tol, field.conv_tol_grad, field.init_guess = 1e-10, 1e-7, guess
    field.kernel()
    return field


def test_stretched_nitrogen_has_two_solutions():
    """The first is a saddle point, 196 mHa above the minimum below it (PySCF 2.14.0)."""
    field = converged(diatomic("N", "N", 2.0))
    found = find_minimum(field)
    assert found.energies[0] - found.energies[-1] == pytest.approx(0.196, abs=1e-3)
    assert found.energies[-1] == pytest.approx(field.e_tot, abs=tolerances.FCI)
    assert found.stable
    assert found.external is False
    assert softest_rotation(field)[0] > UNSTABLE


def test_twisted_ethylene_shows_its_saddle_point_whatever_the_start():
    """The symmetric determinant is a saddle, and the first guess may have missed it."""
    below = [find_minimum(converged(ethylene(90), guess)).energies for guess in ("minao", "1e")]
    for energies in below:
        assert len(energies) == 2
        assert energies == pytest.approx(below[0], abs=tolerances.CCSD)


def test_the_lowest_of_several_minima_is_kept():
    """Ethylene at 80 degrees: HOMO and LUMO exchanged is a minimum too, but not the lowest."""
    field = converged(ethylene(80))
    lowest, exchanged = field.e_tot, np.array(field.mo_occ)
    exchanged[[7, 8]] = exchanged[[8, 7]]
    field.kernel(dm0=field.make_rdm1(mo_occ=exchanged))
    assert softest_rotation(field)[0] > UNSTABLE
    assert field.e_tot > lowest + 1e-2
    found = find_minimum(field)
    assert field.e_tot == pytest.approx(lowest, abs=tolerances.FCI)
    assert found.stable
    assert len(found.energies) > 1


def test_a_stable_molecule_stays_where_it_is():
    field = converged(water())
    energy = field.e_tot
    found = find_minimum(field)
    assert found.energies == (energy,)
    assert found.stable
    assert found.external


def test_no_question_where_nothing_can_rotate():
    found = find_minimum(converged(atom("Ne")))
    assert found.stable is None
    assert found.external is None


def test_the_second_order_solver_finds_the_same_energy():
    field = converged(water())
    energy, turned = field.e_tot, np.array(field.mo_coeff)
    turned[:, [4, 5]] = turned[:, [4, 5]] @ np.array([[0.9, 0.436], [-0.436, 0.9]])
    second_order(field, turned)
    assert field.e_tot == pytest.approx(energy, abs=tolerances.FCI)

import numpy as np
import pytest

from molpipe.chem.basis import build_molecule
from molpipe.chem.integrals import active_integrals
from molpipe.chem.meanfield import solve, workspace
from molpipe.model.settings import Settings
from tests import tolerances
from tests.chem.molecules import water


@pytest.fixture(scope="module")
def case():
    mean_field = solve(water(), Settings(basis="6-31g"))
    return workspace(build_molecule(water(), "6-31g")), mean_field.mo_coeff


def test_integrals_have_their_symmetries(case):
    space, c = case
    _, one_body, eri = active_integrals(space, inactive=c[:, :3], active=c[:, 3:7])
    assert one_body == pytest.approx(one_body.T, abs=tolerances.EXACT)
    for order in ((1, 0, 2, 3), (0, 1, 3, 2), (2, 3, 0, 1)):
        assert eri == pytest.approx(eri.transpose(order), abs=tolerances.EXACT)


def test_chemist_order_against_the_definition(case):
    """(pq|rs) from the atomic integrals with an explicit sum."""
    space, c = case
    active = c[:, 3:6]
    _, _, eri = active_integrals(space, inactive=c[:, :3], active=active)
    atomic = space.mol.intor("int2e")
    expected = np.einsum("ap,bq,cr,ds,abcd->pqrs", *[active] * 4, atomic, optimize=True)
    assert eri == pytest.approx(expected, abs=tolerances.EXACT)


def test_inactive_electrons_are_folded_in_exactly(case):
    """The same determinant has the same energy wherever the inactive line is drawn."""
    space, c = case
    energies = []
    for n_inactive in range(5):
        core, h, eri = active_integrals(
            space, inactive=c[:, :n_inactive], active=c[:, n_inactive:5]
        )
        energy = core + 2 * np.trace(h)
        energy += 2 * np.einsum("iijj->", eri) - np.einsum("ijji->", eri)
        energies.append(energy)
    assert energies == pytest.approx([energies[0]] * 5, abs=tolerances.EXACT)


def test_integrals_do_not_depend_on_where_they_are_kept(case):
    space, c = case
    kept = active_integrals(space, inactive=c[:, :3], active=c[:, 3:7])
    direct = workspace(space.mol)
    direct._eri, direct._is_mem_enough = None, lambda: False
    recomputed = active_integrals(direct, inactive=c[:, :3], active=c[:, 3:7])
    assert direct._eri is None
    for first, second in zip(kept, recomputed, strict=True):
        assert first == pytest.approx(second, abs=tolerances.EXACT)

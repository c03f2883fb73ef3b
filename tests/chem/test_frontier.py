import numpy as np
import pytest

from molpipe.chem import frontier
from molpipe.chem.frontier import frontier_occupations, largest_deviation
from molpipe.chem.meanfield import solve_keeping_integrals
from molpipe.chem.unrestricted import find_unrestricted
from molpipe.model.settings import Settings
from tests.chem.molecules import atom, diatomic, methyl, water


def occupations_of(molecule, **options):
    mean_field, space = solve_keeping_integrals(molecule, Settings(basis="sto-3g"))
    unrestricted = find_unrestricted(mean_field, space)
    return frontier_occupations(mean_field, space, unrestricted, n_core=0, **options)


def test_two_electrons_in_two_orbitals_are_full_ci():
    """H2 in STO-3G: the occupations follow from the 2 x 2 CI by hand."""
    molecule = diatomic("H", "H", 2.0)
    found = occupations_of(molecule)
    mean_field, space = solve_keeping_integrals(molecule, Settings(basis="sto-3g"))
    c = mean_field.mo_coeff
    h = c.T @ space.get_hcore() @ c
    eri = np.einsum("pi,qj,rk,sl,pqrs->ijkl", c, c, c, c, space.mol.intor("int2e"))
    matrix = np.array(
        [
            [2 * h[0, 0] + eri[0, 0, 0, 0], eri[0, 1, 0, 1]],
            [eri[0, 1, 0, 1], 2 * h[1, 1] + eri[1, 1, 1, 1]],
        ]
    )
    weights = np.linalg.eigh(matrix)[1][:, 0] ** 2
    assert found.occupations == pytest.approx(2 * weights, abs=1e-6)
    assert found.source == "CASSCF(2,2) from UHF natural orbitals"


def test_both_pairs_of_a_double_bond_breaking_are_in():
    """N2 at 1.5 angstrom: two equal pi bonds, and the sigma bond still whole."""
    found = occupations_of(diatomic("N", "N", 1.5))
    assert found.source.startswith("CASSCF(4,4)")
    assert sum(found.occupations) == pytest.approx(4)
    assert found.occupations[0] == pytest.approx(found.occupations[1], abs=1e-4)
    assert 0.25 < found.deviation < 0.5


def test_an_open_shell_keeps_its_electron():
    found = occupations_of(methyl())
    assert sum(found.occupations) == pytest.approx(len(found.occupations))
    assert found.deviation < 0.1


def test_a_closed_shell_is_calm():
    found = occupations_of(water())
    assert "MP2 natural" in found.source
    assert found.deviation < 0.1


def test_out_of_time_casci_stands_in():
    found = occupations_of(diatomic("F", "F", 2.2), seconds=0.0)
    assert found.source.startswith("CASCI(2,2)")
    assert "within 0 s" in found.source
    assert found.deviation > 0.5


def test_too_large_a_molecule_is_not_optimised(monkeypatch):
    monkeypatch.setattr(frontier, "MAX_BASIS_FUNCTIONS", 5)
    assert "5 basis functions" in occupations_of(diatomic("F", "F", 2.2)).source


def test_nothing_where_there_is_no_pair():
    assert occupations_of(atom("Ne")) is None
    assert occupations_of(atom("H", multiplicity=2)) is None


def test_deviation_is_counted_from_the_determinant():
    assert largest_deviation(np.array([1.9, 1.0, 0.1]), (2, 1)) == pytest.approx(0.1)
    assert largest_deviation(np.array([1.9, 1.0, 0.1]), (2, 2)) == pytest.approx(1.0)

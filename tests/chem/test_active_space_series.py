"""One space along a series of geometries."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from molpipe.chem.active_space.series import beside
from molpipe.chem.problem import build_problem
from molpipe.chem.reference.casci import solve_casci
from molpipe.errors import ActiveSpaceError
from molpipe.model.settings import Settings
from tests import tolerances
from tests.chem.molecules import diatomic, formamide, hydrogen_chain, turned, water

SERIES = {
    "H6": (
        [hydrogen_chain(6, length) for length in np.arange(0.9, 1.55, 0.1)],
        Settings(basis="sto-3g", active_space="4,4"),
    ),
    "LiH": (
        [diatomic("Li", "H", length) for length in np.arange(1.4, 2.65, 0.2)],
        Settings(basis="6-31g", active_space="2,2"),
    ),
    "N2": (
        [diatomic("N", "N", length) for length in np.arange(1.0, 1.35, 0.05)],
        Settings(basis="sto-3g", max_qubits=8),
    ),
    "LiH, optimised": (
        [diatomic("Li", "H", length) for length in np.arange(1.5, 2.15, 0.1)],
        Settings(basis="sto-3g", active_space="2,2", orbitals="casscf"),
    ),
}


def followed(geometries, settings):
    problems = [build_problem(geometries[0], settings)]
    for molecule in geometries[1:]:
        problems.append(build_problem(molecule, settings, problems[-1]))
    return problems


def kept(problem):
    """How much of its neighbour's space a problem keeps, at worst."""
    return np.linalg.svd(problem.neighbour_overlap, compute_uv=False).min()


@pytest.mark.parametrize("name", SERIES)
def test_the_space_keeps_its_size_and_character_and_its_curve_is_smooth(name):
    """A jump would stand out in the third differences, which Hartree-Fock's show without one."""
    problems = followed(*SERIES[name])
    assert {(p.nelec, p.n_orbitals) for p in problems} == {
        (problems[0].nelec, problems[0].n_orbitals)
    }
    assert min(kept(problem) for problem in problems[1:]) > 0.9
    correlated = np.diff([solve_casci(p).casci.value for p in problems], 3)
    reference = np.diff([p.mean_field.energy for p in problems], 3)
    assert np.abs(correlated).max() < 2 * np.abs(reference).max()


@pytest.mark.parametrize("orbitals", ["mp2-natural", "casscf"])
def test_a_molecule_that_only_turned_keeps_its_space(orbitals):
    """d functions turn as well; coordinates are rounded to 1e-6 angstrom in each direction."""
    rotation = Rotation.from_euler("xyz", [0.4, 1.1, 2.0]).as_matrix()
    settings = Settings(basis="6-31g*", active_space="2,2", orbitals=orbitals)
    here = build_problem(water(), settings)
    there = build_problem(turned(water(), rotation), settings, here)
    assert np.linalg.svd(there.neighbour_overlap, compute_uv=False) == pytest.approx(
        np.ones(2), abs=1e-5
    )
    energies = [solve_casci(problem).casci.value for problem in (here, there)]
    assert energies[0] == pytest.approx(energies[1], abs=1e-5)


def test_orbitals_are_laid_beside_those_of_any_point():
    """As if that point had been followed: the space is the same either way."""
    geometries, settings = SERIES["LiH"]
    first, second, third = followed(geometries[:3], settings)
    assert np.array_equal(beside(second, first).neighbour_overlap, second.neighbour_overlap)
    straight = build_problem(geometries[2], settings, first)
    singular = [
        np.linalg.svd(problem.neighbour_overlap, compute_uv=False)
        for problem in (beside(third, first), straight)
    ]
    assert singular[0] == pytest.approx(singular[1], abs=tolerances.CCSD)


def test_the_neighbour_is_followed_and_not_the_own_rule():
    """Formamide: the pi system is kept where the occupations alone would take another pair."""
    pi = build_problem(formamide(), Settings(basis="sto-3g", active_space="pi"))
    settings = Settings(basis="sto-3g", active_space="4,3")
    alone, guided = (build_problem(formamide(), settings, point) for point in (None, pi))
    assert kept(guided) == pytest.approx(1.0, abs=1e-3)
    planar = np.delete(np.arange(len(pi.orbital_coeff)), [4, 9, 14])  # all but 2pz of C, O, N
    assert (
        np.abs(guided.orbital_coeff[planar]).max()
        < 1e-5
        < np.abs(alone.orbital_coeff[planar]).max()
    )


def test_a_replaced_orbital_shows_as_a_small_overlap():
    """The bonds of water have no overlap with its lone pair out of the plane."""
    settings = Settings(basis="sto-3g", active_space="bond:1-2")
    bond = build_problem(water(), settings)
    lone = build_problem(
        water(), Settings(basis="sto-3g", orbitals="canonical", active_space="2,2")
    )
    again = build_problem(water(), Settings(basis="sto-3g", orbitals="canonical"), bond)
    assert kept(again) < 0.9
    assert lone.n_orbitals == again.n_orbitals


def test_a_point_followed_from_itself_is_itself():
    settings = Settings(basis="sto-3g", active_space="4,4")
    first = build_problem(water(), settings)
    again = build_problem(water(), settings, first)
    assert again.two_body == pytest.approx(first.two_body, abs=tolerances.CCSD)
    assert again.neighbour_overlap == pytest.approx(np.eye(4), abs=1e-5)


@pytest.mark.parametrize(
    ("molecule", "settings"),
    [
        (diatomic("Li", "H", 1.6), Settings(basis="sto-3g")),
        (water(), Settings(basis="6-31g")),
        (water(), Settings(basis="sto-3g", frozen_core=False)),
    ],
    ids=["another molecule", "another basis", "another core"],
)
def test_what_is_no_neighbour_is_refused(molecule, settings):
    other = build_problem(molecule, settings.with_overrides({"active_space": "2,2"}))
    with pytest.raises(ActiveSpaceError, match="other atoms") as caught:
        build_problem(water(), Settings(basis="sto-3g"), other)
    assert "frozen core" in caught.value.hint

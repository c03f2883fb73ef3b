import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from molpipe.chem.problem import build_problem
from molpipe.model.settings import Settings
from tests import tolerances
from tests.chem.exact import sector_spectrum
from tests.chem.molecules import (
    atom,
    benzene,
    diatomic,
    full_sto3g,
    methyl,
    methylene,
    turned,
    water,
)

SPACES = {
    "water natural": (water(), Settings(basis="6-31g", active_space="4,4")),
    "water canonical": (
        water(),
        Settings(basis="6-31g", active_space="4,4", orbitals="canonical"),
    ),
    "methyl": (methyl(), Settings(basis="6-31g", active_space="5,5")),
    "oxygen": (diatomic("O", "O", 1.2075, multiplicity=3), Settings(basis="sto-3g")),
    "stretched nitrogen": (
        diatomic("N", "N", 2.0),
        Settings(basis="sto-3g", orbitals="canonical"),
    ),
    "iodine": (diatomic("H", "I", 1.609), Settings(basis="def2-svp")),
    "no virtuals": (atom("Ne"), full_sto3g()),
    "one electron": (diatomic("H", "H", 1.06, charge=1, multiplicity=2), full_sto3g()),
}


@pytest.mark.parametrize("name", SPACES)
def test_the_space_reproduces_hartree_fock_and_counts_its_electrons(name):
    problem = build_problem(*SPACES[name])
    assert problem.hf_energy == pytest.approx(problem.mean_field.energy, abs=tolerances.MAPPING)
    assert tuple(problem.n_inactive + n for n in problem.nelec) == problem.mean_field.nelec
    assert problem.nelec[0] - problem.nelec[1] == problem.geometry.multiplicity - 1
    assert problem.selection_reason


@pytest.mark.parametrize("name", ["water natural", "methyl", "stretched nitrogen"])
def test_orbitals_are_semicanonical_within_each_block(name):
    """The spin-averaged Fock matrix from the problem's own integrals is diagonal by block."""
    problem = build_problem(*SPACES[name])
    alpha, beta = problem.nelec
    n = problem.n_orbitals
    occupations = np.repeat([2.0, 1.0, 0.0], [beta, alpha - beta, n - alpha])
    eri = problem.two_body
    fock = problem.one_body + np.einsum("pqii,i->pq", eri, occupations)
    fock -= 0.5 * np.einsum("piiq,i->pq", eri, occupations)
    for block in (slice(0, beta), slice(beta, alpha), slice(alpha, n)):
        expected = np.diag(problem.orbital_energies[block])
        assert fock[block, block] == pytest.approx(expected, abs=1e-6)
        assert (np.diff(problem.orbital_energies[block]) > -1e-6).all()


@pytest.mark.parametrize("molecule", [water(), methylene(3)], ids=["water", "methylene"])
def test_the_spectrum_does_not_depend_on_the_direction_of_the_molecule(molecule):
    settings = Settings(basis="6-31g", active_space="4,4")
    rotation = Rotation.from_euler("xyz", [0.4, 1.1, 2.0]).as_matrix()
    here = build_problem(molecule, settings)
    there = build_problem(turned(molecule, rotation), settings)
    # Coordinates are rounded to 1e-6 angstrom, in each direction differently.
    assert sector_spectrum(here)[0] == pytest.approx(sector_spectrum(there)[0], abs=1e-5)


def test_a_second_run_gives_the_same_arrays():
    """Signs and degenerate shells included, even one that the space cuts in two."""
    settings = Settings(basis="sto-3g", active_space="2,2")
    first, second = (build_problem(benzene(), settings) for _ in range(2))
    for name in ("one_body", "two_body", "orbital_coeff", "orbital_energies"):
        assert getattr(first, name) == pytest.approx(getattr(second, name), abs=1e-6)


def test_no_frozen_core_means_every_orbital_in_the_full_space():
    problem = build_problem(water(), full_sto3g())
    assert problem.n_frozen_core == problem.n_inactive == 0
    assert problem.n_orbitals == 7


def test_natural_orbitals_hold_more_correlation_than_a_window():
    """Methylene, six electrons in six orbitals: what natural orbitals are for."""
    energies = {}
    for orbitals in ("mp2-natural", "canonical"):
        problem = build_problem(
            methylene(3), Settings(basis="6-31g", active_space="4,4", orbitals=orbitals)
        )
        energies[orbitals] = sector_spectrum(problem)[0][0]
    assert energies["mp2-natural"] < energies["canonical"]

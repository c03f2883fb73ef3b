"""The Hamiltonian's own arithmetic, against sums written out by hand."""

import dataclasses

import numpy as np
import pytest

from tests.model.samples import GEOMETRY, MEAN_FIELD, PROBLEM
from tests.tolerances import EXACT

CORE, H1, H2 = 0.7, -1.25, -0.475
J11, J22, J12, K12 = 0.675, 0.697, 0.664, 0.181


@pytest.fixture
def two_orbitals():
    """(pq|rs) of two real orbitals that share no symmetry: (11|12) and (22|12) count as well."""
    two_body = np.full((2, 2, 2, 2), 0.05)
    two_body[0, 0, 0, 0], two_body[1, 1, 1, 1] = J11, J22
    two_body[0, 0, 1, 1] = two_body[1, 1, 0, 0] = J12
    for p, q, r, s in ((0, 1, 0, 1), (0, 1, 1, 0), (1, 0, 0, 1), (1, 0, 1, 0)):
        two_body[p, q, r, s] = K12
    return dataclasses.replace(
        PROBLEM, core_energy=CORE, one_body=[[H1, 0.3], [0.3, H2]], two_body=two_body
    )


@pytest.mark.parametrize(
    ("nelec", "energy"),
    [
        ((0, 0), CORE),
        ((1, 0), CORE + H1),
        ((1, 1), CORE + 2 * H1 + J11),
        ((2, 0), CORE + H1 + H2 + J12 - K12),
        ((2, 1), CORE + 2 * H1 + H2 + J11 + 2 * J12 - K12),
        ((2, 2), CORE + 2 * H1 + 2 * H2 + J11 + J22 + 4 * J12 - 2 * K12),
    ],
)
def test_energy_of_the_reference_determinant(two_orbitals, nelec, energy):
    problem = dataclasses.replace(two_orbitals, nelec=nelec)
    assert problem.hf_energy == pytest.approx(energy, abs=EXACT)


@pytest.mark.parametrize(("multiplicity", "s2"), [(1, 0.0), (2, 0.75), (3, 2.0), (4, 3.75)])
def test_s2_of_a_multiplicity(multiplicity, s2):
    geometry = dataclasses.replace(GEOMETRY, multiplicity=multiplicity)
    assert dataclasses.replace(PROBLEM, geometry=geometry).s2 == s2


def test_orbitals_and_qubits():
    assert (PROBLEM.n_orbitals, PROBLEM.n_qubits) == (2, 4)


@pytest.mark.parametrize("nelec", [(0, 1), (3, 0), (1, -1)])
def test_electrons_must_fit(nelec):
    with pytest.raises(ValueError, match="does not fit 2 orbitals"):
        dataclasses.replace(PROBLEM, nelec=nelec)


@pytest.mark.parametrize(
    "name", ["one_body", "two_body", "orbital_coeff", "orbital_energies", "occupations"]
)
def test_arrays_must_have_one_length(name):
    larger = np.zeros([n + 1 for n in getattr(PROBLEM, name).shape])
    with pytest.raises(ValueError, match="must have shape"):
        dataclasses.replace(PROBLEM, **{name: larger})


def test_every_array_is_read_only():
    for value in (PROBLEM, MEAN_FIELD):
        arrays = [item for item in vars(value).values() if isinstance(item, np.ndarray)]
        assert arrays
        assert not any(array.flags.writeable for array in arrays)


def test_electrons_of_a_mean_field():
    doublet = dataclasses.replace(MEAN_FIELD, mo_occ=[2, 1, 0])
    assert (MEAN_FIELD.nelec, doublet.nelec) == ((2, 2), (2, 1))

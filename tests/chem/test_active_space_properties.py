"""Whatever space is asked for, the Hamiltonian keeps its laws or the request is refused."""

from functools import cache

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from molpipe.chem.meanfield import solve_keeping_integrals
from molpipe.chem.problem import active_problem
from molpipe.chem.reference.casci import solve_casci
from molpipe.errors import ActiveSpaceError, InvalidSettings
from molpipe.model.settings import Settings
from tests import tolerances
from tests.chem.molecules import diatomic, ethylene, hydrogen_chain, methylene, water

MOLECULES = {
    "water": water(),
    "lithium hydride": diatomic("Li", "H", 1.6),
    "stretched H4": hydrogen_chain(4, 2.0),
    "triplet methylene": methylene(3),
    "ethylene": ethylene(),
    "oxygen": diatomic("O", "O", 1.2075, multiplicity=3),
}

SMALL = 7
"""Orbitals that are diagonalised in no time."""

SIZES = st.tuples(st.integers(1, 10), st.integers(1, 8)).map(lambda size: f"{size[0]},{size[1]}")
SPACES = SIZES | st.sampled_from(
    ["auto", "full", "pi", "atoms:1", "atoms:1,2", "bond:1-2", "bond:2-3", "atoms:7"]
)
REQUESTS = st.fixed_dictionaries(
    {
        "active_space": SPACES,
        "orbitals": st.sampled_from(["mp2-natural", "canonical", "avas", "pi", "uhf-natural"]),
        "max_qubits": st.integers(4, 14),
        "frozen_core": st.booleans(),
    }
)


@cache
def solved(name):
    return solve_keeping_integrals(MOLECULES[name], Settings(basis="sto-3g"))


def build(name, asked):
    """The problem, or the advice where the space is refused."""
    try:
        return active_problem(MOLECULES[name], *solved(name), asked)
    except ActiveSpaceError as error:
        return error.hint


@pytest.mark.slow
@settings(max_examples=60)
@given(st.sampled_from(sorted(MOLECULES)), REQUESTS)
def test_a_space_keeps_its_laws_or_is_refused_with_advice(name, request):
    try:
        asked = Settings.parse({"basis": "sto-3g", **request})
    except InvalidSettings:
        assume(condition=False)
    problem, again = build(name, asked), build(name, asked)
    if isinstance(problem, str):
        assert problem
        assert again == problem
        return
    assert_size(problem, asked)
    assert_energies(problem)
    inside = np.hstack([problem.inactive_coeff, problem.orbital_coeff])
    overlap = inside.T @ solved(name)[1].get_ovlp() @ inside
    assert overlap == pytest.approx(np.eye(inside.shape[1]), abs=tolerances.MAPPING)
    assert again.two_body == pytest.approx(problem.two_body, abs=tolerances.EXACT)


def assert_size(problem, asked):
    """Electrons and empty places, as many as asked for, all electrons accounted for."""
    n, (alpha, beta) = problem.n_orbitals, problem.nelec
    if asked.explicit_space is not None:
        assert (alpha + beta, n) == asked.explicit_space
    elif asked.active_space != "full":
        assert problem.n_qubits <= asked.max_qubits
    assert 0 < alpha + beta < 2 * n
    assert alpha - beta == problem.geometry.multiplicity - 1
    assert tuple(problem.n_inactive + n for n in problem.nelec) == problem.mean_field.nelec
    assert problem.n_inactive >= problem.n_frozen_core
    assert problem.selection_reason


def assert_energies(problem):
    """The exact state is below the determinant, the determinant not below Hartree-Fock."""
    hartree_fock = problem.mean_field.energy
    if problem.n_orbitals <= SMALL:
        lowest = solve_casci(problem).sector_minimum
        assert lowest < problem.hf_energy + tolerances.VARIATIONAL
    assert problem.hf_energy > hartree_fock - tolerances.MAPPING
    if problem.orbitals != "uhf-natural":
        assert problem.hf_energy == pytest.approx(hartree_fock, abs=tolerances.MAPPING)

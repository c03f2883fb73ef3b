"""Problems for the quantum tests: random Hamiltonians, and excitations drawn by hypothesis."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from molpipe.model.molecule import Geometry
from molpipe.model.problem import ActiveSpaceProblem, MeanField
from molpipe.quantum.excitation import Excitation
from molpipe.quantum.jastrow import Occupation


def random_problem(n_orbitals: int, nelec: tuple[int, int], seed: int) -> ActiveSpaceProblem:
    """A Hermitian Hamiltonian with the eight-fold symmetry of real integrals, of no molecule."""
    random = np.random.default_rng(seed)
    one = random.normal(size=(n_orbitals, n_orbitals))
    two = random.normal(size=(n_orbitals,) * 4)
    two = two + two.transpose(1, 0, 2, 3)
    two = two + two.transpose(0, 1, 3, 2)
    two = two + two.transpose(2, 3, 0, 1)
    geometry = Geometry(
        symbols=("H",),
        coordinates=np.zeros((1, 3)),
        charge=0,
        multiplicity=nelec[0] - nelec[1] + 1,
        origin="none",
    )
    occupied = np.r_[np.full(nelec[1], 2.0), np.ones(nelec[0] - nelec[1])]
    occupations = np.r_[occupied, np.zeros(n_orbitals - nelec[0])]
    mean_field = MeanField(
        kind="rhf" if nelec[0] == nelec[1] else "rohf",
        basis="none",
        ecp=None,
        energy=0.0,
        mo_coeff=np.eye(n_orbitals),
        mo_energy=np.arange(n_orbitals),
        mo_occ=occupations,
        stable_internal=None,
        stable_external=None,
        followed_from=None,
        seconds=0.0,
    )
    return ActiveSpaceProblem(
        geometry=geometry,
        mean_field=mean_field,
        n_frozen_core=0,
        n_inactive=0,
        nelec=nelec,
        core_energy=float(random.normal()),
        one_body=one + one.T,
        two_body=0.1 * two,
        orbital_coeff=np.eye(n_orbitals),
        orbital_energies=np.arange(n_orbitals),
        occupations=occupations,
        orbitals="canonical",
        selection_reason="random",
    )


@st.composite
def excitations(draw: st.DrawFn, n_orbitals: int) -> Excitation:
    """A single or double excitation, of any spin, in any order of its orbitals."""
    orbitals = st.permutations(range(n_orbitals))
    alpha, beta = draw(orbitals), draw(orbitals)
    same_spin_doubles = ["aa", "bb"] if n_orbitals >= 4 else []
    kind = draw(st.sampled_from(["a", "b", "ab", *same_spin_doubles]))
    n_alpha, n_beta = kind.count("a"), kind.count("b")
    return Excitation(
        tuple(alpha[:n_alpha]),
        tuple(alpha[n_alpha : 2 * n_alpha]),
        tuple(beta[:n_beta]),
        tuple(beta[n_beta : 2 * n_beta]),
    )


angles = st.floats(-3.2, 3.2, allow_nan=False)


@st.composite
def occupations(draw: st.DrawFn, n_orbitals: int) -> Occupation:
    """An occupation of one or two spin orbitals, of any spins."""
    every = [(p, spin) for p in range(n_orbitals) for spin in (0, 1)]
    chosen = draw(st.lists(st.sampled_from(every), min_size=1, max_size=2, unique=True))
    alpha, beta = (tuple(p for p, spin in chosen if spin == wanted) for wanted in (0, 1))
    return Occupation(alpha, beta)

"""Geometries of the published tables, solved once for all ansatz tests."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from molpipe.chem.problem import build_problem
from molpipe.chem.reference import reference_energies
from molpipe.model.molecule import Geometry
from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.results import ReferenceEnergies
from tests.quantum.molecules import SETTINGS

Solved = tuple[ActiveSpaceProblem, ReferenceEnergies]


@lru_cache
def hydrogen_chain(n_atoms: int, spacing: float) -> Solved:
    """A linear chain of hydrogen atoms, ``spacing`` [angstrom] apart."""
    return _solved("H" * n_atoms, [spacing * k for k in range(n_atoms)])


@lru_cache
def lithium_hydride(bond: float) -> Solved:
    """LiH with a bond of length ``bond`` [angstrom]."""
    return _solved(["Li", "H"], [0.0, bond])


@lru_cache
def beryllium_hydride(bond: float) -> Solved:
    """Linear BeH2 with both bonds of length ``bond`` [angstrom]."""
    return _solved(["Be", "H", "H"], [0.0, bond, -bond])


@lru_cache
def neon() -> Solved:
    """An atom whose minimal basis is full: one determinant."""
    return _solved(["Ne"], [0.0])


def _solved(symbols, heights) -> Solved:
    geometry = Geometry(
        symbols=tuple(symbols),
        coordinates=np.array([[0.0, 0.0, z] for z in heights]),
        charge=0,
        multiplicity=1,
        origin="given",
    )
    problem = build_problem(geometry, SETTINGS)
    return problem, reference_energies(problem, SETTINGS)

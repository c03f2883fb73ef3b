"""Textbook molecules with their references, computed once for all quantum tests."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from molpipe.chem.problem import build_problem
from molpipe.chem.reference import reference_energies
from molpipe.model.molecule import Geometry
from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.results import ReferenceEnergies
from molpipe.model.settings import Settings

SETTINGS = Settings(
    basis="sto-3g",
    active_space="full",
    frozen_core=False,
    full_space="none",
    gradient_tolerance=1e-6,
)

HALF_ANGLE = np.deg2rad(104.52 / 2)

ATOMS = {
    "H2": [("H", 0, 0, 0), ("H", 0, 0, 0.74)],
    "H3": [("H", 0, 0, 0), ("H", 0, 0, 0.9), ("H", 0, 0, 2.0)],
    "H4": [("H", 0, 0, z) for z in range(4)],
    "triplet H4": [("H", 0, 0, z) for z in range(4)],
    "LiH": [("Li", 0, 0, 0), ("H", 0, 0, 1.5949)],
    "H2O": [
        ("O", 0, 0, 0),
        ("H", 0, 0.9572 * np.sin(HALF_ANGLE), 0.9572 * np.cos(HALF_ANGLE)),
        ("H", 0, -0.9572 * np.sin(HALF_ANGLE), 0.9572 * np.cos(HALF_ANGLE)),
    ],
    "He": [("He", 0, 0, 0)],
    "CH2": [("C", 0, 0, 0), ("H", 0, 0.982, 0.565), ("H", 0, -0.982, 0.565)],
}
MULTIPLICITY = {"H3": 2, "triplet H4": 3, "CH2": 3}


@lru_cache
def solved(name: str) -> tuple[ActiveSpaceProblem, ReferenceEnergies]:
    """The problem and its references in STO-3G, all electrons, all orbitals."""
    atoms = ATOMS[name]
    geometry = Geometry(
        symbols=tuple(symbol for symbol, *_ in atoms),
        coordinates=np.array([place for _, *place in atoms], dtype=float),
        charge=0,
        multiplicity=MULTIPLICITY.get(name, 1),
        origin="given",
    )
    problem = build_problem(geometry, SETTINGS)
    return problem, reference_energies(problem, SETTINGS)

"""The problem and the classical references of a benchmark molecule, by molpipe itself."""

from __future__ import annotations

import numpy as np

from benchmarks.molecules import Molecule
from molpipe.chem.problem import build_problem
from molpipe.chem.reference import reference_energies
from molpipe.model.molecule import Geometry
from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.results import ReferenceEnergies
from molpipe.model.settings import LimitSettings, Settings


def settings_for(molecule: Molecule, threads: int = 1) -> Settings:
    """All electrons in all orbitals, everything else as it is by default."""
    return Settings(
        basis=molecule.basis,
        active_space="full",
        frozen_core=False,
        full_space="none",
        limits=LimitSettings(threads=threads),
    )


def geometry_of(molecule: Molecule) -> Geometry:
    """The molecule as molpipe's own type."""
    return Geometry(
        symbols=tuple(symbol for symbol, _ in molecule.atoms),
        coordinates=np.array([place for _, place in molecule.atoms]),
        charge=0,
        multiplicity=1,
        origin="benchmark",
    )


def solved(molecule: Molecule, settings: Settings) -> tuple[ActiveSpaceProblem, ReferenceEnergies]:
    """The problem with HF, MP2, CCSD and, up to its limit, CASCI (here: FCI)."""
    problem = build_problem(geometry_of(molecule), settings)
    return problem, reference_energies(problem, settings)

"""One system of the calibration: every diagnostic, and the error of CCSD against FCI."""

from __future__ import annotations

import time
from dataclasses import asdict, replace
from typing import Any

import numpy as np
from rdkit import Chem
from rdkit.Chem import AllChem

from benchmarks.calibration.systems import System
from molpipe.chem import determinant
from molpipe.chem.basis import build_molecule
from molpipe.chem.diagnostics import Evidence, gather
from molpipe.chem.frontier import frontier_occupations
from molpipe.chem.meanfield import workspace
from molpipe.chem.problem import build_problem
from molpipe.chem.reference.casci import solve_casci
from molpipe.chem.reference.correlation import Cluster, coupled_cluster
from molpipe.chem.unrestricted import Unrestricted, find_unrestricted
from molpipe.model.molecule import Geometry
from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.settings import Settings

_SEED = 7


def measure(system: System) -> dict[str, Any]:
    """Findings and energies [Ha] of one system; CASSCF whether or not it is asked to decide.

    FCI is CASCI in all orbitals but the frozen core, in the spin state of the system.
    """
    start = time.perf_counter()
    with_fci = system.expected is None
    settings = Settings(basis=system.basis, active_space="full" if with_fci else "4,4")
    problem = build_problem(geometry(system), settings)
    mean_field, n_core = problem.mean_field, problem.n_frozen_core
    space = workspace(build_molecule(problem.geometry, system.basis))
    cluster = _restricted(problem, space)
    unrestricted = find_unrestricted(mean_field, space)
    found = gather(problem, _evidence(problem, cluster), unrestricted)
    frontier = frontier_occupations(mean_field, space, unrestricted, n_core=n_core)
    if frontier is not None:
        found = replace(found, casscf_deviation=frontier.deviation)
    fci = solve_casci(problem).casci.good if with_fci else None
    return {
        "findings": asdict(found),
        "solutions": list(mean_field.solutions),
        "n_electrons": _n_correlated(problem),
        "energies": {
            "hf": mean_field.energy,
            "ccsd": cluster.ccsd.good,
            "ccsd_t": cluster.ccsd_t.good,
            "ccsd_t_unrestricted": _unrestricted(unrestricted, n_core) if with_fci else None,
            "fci": fci,
        },
        "seconds": round(time.perf_counter() - start, 1),
    }


def geometry(system: System) -> Geometry:
    """Coordinates [angstrom] as written, or embedded and optimised with MMFF94."""
    symbols = tuple(symbol for symbol, *_ in system.atoms)
    coordinates = np.array([place for _, *place in system.atoms], dtype=float)
    if system.smiles:
        molecule = Chem.AddHs(Chem.MolFromSmiles(system.smiles))
        AllChem.EmbedMolecule(molecule, randomSeed=_SEED)
        AllChem.MMFFOptimizeMolecule(molecule)
        symbols = tuple(atom.GetSymbol() for atom in molecule.GetAtoms())
        coordinates = molecule.GetConformer().GetPositions()
    return Geometry(
        symbols=symbols,
        coordinates=coordinates,
        charge=0,
        multiplicity=system.multiplicity,
        origin="calibration",
    )


def _restricted(problem: ActiveSpaceProblem, space: Any) -> Cluster:
    mean_field, n_core = problem.mean_field, problem.n_frozen_core
    field = (
        determinant.restricted(mean_field, space)
        if mean_field.kind == "rhf"
        else determinant.unrestricted(mean_field, space, n_core=n_core)
    )
    return coupled_cluster(field, n_core=n_core)


def _unrestricted(found: Unrestricted | None, n_core: int) -> float | None:
    """UCCSD(T) [Ha] of the UHF solution, where there is one."""
    return None if found is None else coupled_cluster(found.field, n_core=n_core).ccsd_t.good


def _evidence(problem: ActiveSpaceProblem, cluster: Cluster) -> Evidence:
    return Evidence.of(
        "full",
        _n_correlated(problem),
        problem.mean_field.energy,
        ccsd=cluster.ccsd,
        ccsd_t=cluster.ccsd_t,
        t1=cluster.t1,
        t2=cluster.t2,
    )


def _n_correlated(problem: ActiveSpaceProblem) -> int:
    return sum(problem.mean_field.nelec) - 2 * problem.n_frozen_core

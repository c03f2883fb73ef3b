"""From a molecule to its geometry: embedded, relaxed, and marked as what it is."""

from __future__ import annotations

import logging
import math
import tempfile
from typing import Any, Final

import numpy as np
from geometric.errors import Error as GeometricError
from geometric.internal import DelocalizedInternalCoordinates
from geometric.optimize import Optimize, OptParams
from pyscf import scf
from pyscf.geomopt.geometric_solver import PySCFEngine
from rdkit import Chem, rdBase
from rdkit.Chem import rdDistGeom, rdForceFieldHelpers

from molpipe.chem.basis import build_molecule
from molpipe.chem.intake.clash import find_clash
from molpipe.errors import ConformerError
from molpipe.model.arrays import FloatArray
from molpipe.model.identity import COORDINATE_DECIMALS
from molpipe.model.molecule import Geometry, MoleculeRecord
from molpipe.model.settings import ConformerSettings, Settings

AUTO_REFINE_ATOMS: Final = 8
"""Up to here ``conformer.refine = auto`` optimises at Hartree-Fock."""

_FORCE_FIELD_STEPS: Final = 2000
_OPTIMISER_STEPS: Final = 60


def embed(molecule: MoleculeRecord, settings: Settings) -> Geometry:
    """The geometry that a molecule is computed at.

    Given coordinates are returned untouched. Else ETKDGv3 (Wang et al. 2020,
    doi:10.1021/acs.jcim.0c00025) makes ``conformer.candidates`` conformers, each relaxed
    with MMFF94 or, where that lacks parameters, UFF; the lowest one is kept. A force field
    puts the atoms of N2 1.46 angstrom apart, so small molecules are then optimised at
    Hartree-Fock in the run's basis.

    Args:
        molecule: the molecule; without given coordinates its ``smiles`` is used.
        settings: ``seed``, ``basis`` and ``conformer`` are used.

    Returns:
        Coordinates [angstrom], rounded as content keys round them; ``origin`` says how they
        were made.

    Raises:
        ConformerError: EMBED_FAILED or CLASH.
        UnsupportedMolecule: as :func:`molpipe.chem.basis.build_molecule` does.
    """
    if molecule.geometry is not None:
        return molecule.geometry
    drawing = _with_hydrogens(molecule)
    symbols = tuple(atom.GetSymbol() for atom in drawing.GetAtoms())
    if len(symbols) == 1:
        return _checked(molecule, symbols, np.zeros((1, 3)), "single atom")
    coordinates, origin = _force_field(drawing, settings)
    geometry = _checked(molecule, symbols, coordinates, origin)
    if _wants_refinement(len(symbols), settings.conformer):
        return _refined(molecule, geometry, settings)
    return geometry


def _with_hydrogens(molecule: MoleculeRecord) -> Chem.Mol:
    with rdBase.BlockLogs():
        drawing = Chem.MolFromSmiles(molecule.smiles) if molecule.smiles else None
        if drawing is None:
            raise ConformerError(
                f"no bonds are known for {molecule.formula}, SMILES {molecule.smiles!r}",
                hint="give coordinates",
                code="EMBED_FAILED",
            )
        return Chem.AddHs(drawing)


def _checked(
    molecule: MoleculeRecord, symbols: tuple[str, ...], coordinates: FloatArray, origin: str
) -> Geometry:
    rounded = np.round(coordinates, COORDINATE_DECIMALS) + 0.0  # no -0.0
    clash = find_clash(symbols, rounded)
    if clash:
        raise ConformerError(
            f"{clash} ({origin})",
            hint="give coordinates, or try another seed",
            code="CLASH",
        )
    return Geometry(
        symbols=symbols,
        coordinates=rounded,
        charge=molecule.charge,
        multiplicity=molecule.multiplicity,
        origin=origin,
    )


def _force_field(drawing: Chem.Mol, settings: Settings) -> tuple[FloatArray, str]:
    """Coordinates (natom, 3) [angstrom] of the lowest conformer, and how it was made."""
    with rdBase.BlockLogs():
        conformers, method = _conformers(drawing, settings)
        relax: Any
        if rdForceFieldHelpers.MMFFHasAllMoleculeParams(drawing):
            relax, field = rdForceFieldHelpers.MMFFOptimizeMoleculeConfs, "MMFF94"
        elif rdForceFieldHelpers.UFFHasAllMoleculeParams(drawing):
            relax, field = rdForceFieldHelpers.UFFOptimizeMoleculeConfs, "UFF"
        else:
            return _positions(drawing, conformers[0]), method
        energies = [energy for _, energy in relax(drawing, maxIters=_FORCE_FIELD_STEPS)]
        lowest = conformers[int(np.argmin(energies))]
        return _positions(drawing, lowest), f"{method} + {field}"


def _positions(drawing: Chem.Mol, conformer: int) -> FloatArray:
    return np.asarray(drawing.GetConformer(conformer).GetPositions(), dtype=np.float64)


def _conformers(drawing: Chem.Mol, settings: Settings) -> tuple[list[int], str]:
    """Embed; from random coordinates where the usual start fails."""
    parameters: Any = rdDistGeom.ETKDGv3()
    parameters.randomSeed = settings.seed
    parameters.numThreads = 1
    parameters.timeout = math.ceil(settings.conformer.embed_seconds)
    parameters.trackFailures = True
    for random_start in (False, True):
        parameters.useRandomCoords = random_start
        rdDistGeom.EmbedMultipleConfs(drawing, settings.conformer.candidates, parameters)
        # What the call returns is [-1] after a time-out, when every conformer is dropped.
        found = [conformer.GetId() for conformer in drawing.GetConformers()]
        if found:
            return found, "ETKDGv3 from random coordinates" if random_start else "ETKDGv3"
    raise ConformerError(
        f"no conformer could be embedded; most frequent cause: {_cause(parameters)}",
        hint="check the drawing for strain or impossible stereo, give coordinates, or raise "
        "conformer.embed_seconds",
        code="EMBED_FAILED",
    )


def _cause(parameters: Any) -> str:
    counts = list(parameters.GetFailureCounts())
    if not any(counts):
        return "unknown"
    causes = {int(v): name for name, v in rdDistGeom.EmbedFailureCauses.names.items()}
    timed_out = int(rdDistGeom.EmbedFailureCauses.EXCEEDED_TIMEOUT)
    top = timed_out if counts[timed_out] else int(np.argmax(counts))
    return str(causes[top]).lower().replace("_", " ")


def _wants_refinement(n_atoms: int, conformer: ConformerSettings) -> bool:
    small = conformer.refine == "auto" and n_atoms <= AUTO_REFINE_ATOMS
    return small or conformer.refine == "hf"


def _refined(molecule: MoleculeRecord, start: Geometry, settings: Settings) -> Geometry:
    """The Hartree-Fock minimum, or ``start`` with a word about why not."""
    level = f"{'RHF' if start.multiplicity == 1 else 'ROHF'}/{settings.basis}"
    coordinates = _minimum(start, settings)
    if coordinates is None:
        origin = f"{start.origin} ({level} optimisation did not converge)"
        return _checked(molecule, start.symbols, start.coordinates, origin)
    origin = f"{start.origin}, optimised at {level}"
    return _checked(molecule, start.symbols, coordinates, origin)


def _minimum(start: Geometry, settings: Settings) -> FloatArray | None:
    """Coordinates (natom, 3) [angstrom] of the minimum that geomeTRIC finds, if it does.

    geomeTRIC's own driver, which PySCF calls, replaces the handlers of the root logger, so
    its parts are put together here. Translation-rotation internal coordinates: Wang and
    Song 2016, doi:10.1063/1.4952956.
    """
    _silence_geometric()
    basis, memory = settings.basis, settings.limits.memory_gb
    method = scf.RHF if start.multiplicity == 1 else scf.ROHF
    field = method(build_molecule(start, basis, memory_gb=memory))
    field.conv_tol = 1e-10
    engine = PySCFEngine(field.nuc_grad_method().as_scanner())
    engine.assert_convergence = True
    bohr = engine.mol.atom_coords().ravel()
    try:
        internal = DelocalizedInternalCoordinates(engine.M, build=True)
        with tempfile.TemporaryDirectory() as folder:
            options = OptParams(maxiter=_OPTIMISER_STEPS)
            path = Optimize(bohr, engine.M, internal, engine, folder, options, print_info=False)
    except (GeometricError, RuntimeError, np.linalg.LinAlgError):
        return None
    return np.asarray(path.xyzs[-1])


def _silence_geometric() -> None:
    logger = logging.getLogger("geometric")
    logger.propagate = False
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())

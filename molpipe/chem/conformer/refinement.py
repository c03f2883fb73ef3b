"""A force field's geometry, optimised with electronic-structure theory."""

from __future__ import annotations

import logging
import tempfile
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from geometric.errors import Error as GeometricError
from geometric.internal import DelocalizedInternalCoordinates
from geometric.optimize import Optimize, OptParams
from pyscf import dft, gto, scf
from pyscf.geomopt.geometric_solver import PySCFEngine

from molpipe.chem.basis import build_molecule
from molpipe.model.arrays import FloatArray
from molpipe.model.molecule import Geometry
from molpipe.model.settings import Settings

AUTO_REFINE_ATOMS: Final = 8
"""Up to here ``conformer.refine = auto`` optimises at Hartree-Fock."""

FUNCTIONAL: Final = "PBE0"
"""Adamo and Barone 1999, doi:10.1063/1.478522; no parameters were fitted to molecules."""

_OPTIMISER_STEPS: Final = 60


@dataclass(frozen=True, kw_only=True)
class Level:
    """A method in a basis, written as chemists do: RHF/6-31g*."""

    method: Literal["RHF", "ROHF", "PBE0", "UPBE0"]
    basis: str

    def __str__(self) -> str:
        return f"{self.method}/{self.basis}"


def level_of_refinement(start: Geometry, settings: Settings) -> Level | None:
    """What ``conformer.refine`` means for this molecule; None to leave it as it is."""
    closed = start.multiplicity == 1
    refine = settings.conformer.refine
    if refine == "dft":
        return Level(method="PBE0" if closed else "UPBE0", basis=settings.basis)
    if refine == "hf" or (refine == "auto" and len(start.symbols) <= AUTO_REFINE_ATOMS):
        return Level(method="RHF" if closed else "ROHF", basis=settings.basis)
    return None


def minimum(start: Geometry, level: Level, settings: Settings) -> FloatArray | None:
    """The nearest minimum at that level.

    geomeTRIC's own driver, which PySCF calls, replaces the handlers of the root logger, so
    its parts are put together here. Translation-rotation internal coordinates: Wang and
    Song 2016, doi:10.1063/1.4952956.

    Args:
        start: where to begin [angstrom].
        level: the method.
        settings: ``limits.memory_gb`` is used.

    Returns:
        Coordinates (natom, 3) [angstrom], None where the optimisation does not converge.

    Raises:
        UnsupportedMolecule: as :func:`molpipe.chem.basis.build_molecule` does.
    """
    _silence_geometric()
    molecule = build_molecule(start, level.basis, memory_gb=settings.limits.memory_gb)
    engine = PySCFEngine(_field(molecule, level).nuc_grad_method().as_scanner())
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


def _field(molecule: gto.Mole, level: Level) -> Any:
    kinds = {"RHF": scf.RHF, "ROHF": scf.ROHF, "PBE0": dft.RKS, "UPBE0": dft.UKS}
    field = kinds[level.method](molecule)
    if level.method.endswith(FUNCTIONAL):
        field.xc = FUNCTIONAL
    field.conv_tol = 1e-10
    return field


def _silence_geometric() -> None:
    logger = logging.getLogger("geometric")
    logger.propagate = False
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())

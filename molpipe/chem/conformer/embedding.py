"""Coordinates from bonds: distance geometry, then a force field."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
from rdkit import Chem, rdBase
from rdkit.Chem import rdDistGeom, rdForceFieldHelpers

from molpipe.errors import ConformerError
from molpipe.model.arrays import FloatArray
from molpipe.model.settings import Settings

_FORCE_FIELD_STEPS: Final = 2000


def lowest_conformer(drawing: Chem.Mol, settings: Settings) -> tuple[FloatArray, str]:
    """The lowest of ``conformer.candidates`` conformers.

    ETKDGv3 (Wang et al. 2020, doi:10.1021/acs.jcim.0c00025) embeds them, MMFF94 or, where that
    lacks parameters, UFF relaxes them.

    Args:
        drawing: a sanitised molecule with all hydrogens; its conformers are replaced.
        settings: ``seed`` and ``conformer`` are used.

    Returns:
        Coordinates (natom, 3) [angstrom], and how they were made.

    Raises:
        ConformerError: EMBED_FAILED with the most frequent cause.
    """
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

"""Coordinates from bonds: distance geometry, then a force field."""

from __future__ import annotations

import math
import time
from typing import Any, Final

import numpy as np
from rdkit import Chem, rdBase
from rdkit.Chem import rdDistGeom, rdForceFieldHelpers

from molpipe.errors import ConformerError
from molpipe.model.arrays import FloatArray
from molpipe.model.settings import ConformerSettings, Settings

_FORCE_FIELD_STEPS: Final = 2000

_AT_WORK: Final = 0.9
"""Who computed for this part of its time did not lose it to others."""

_OUT_OF_TIME: Final = rdDistGeom.EmbedFailureCauses.EXCEEDED_TIMEOUT


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
    """Embed; from random coordinates where the usual start fails.

    Not where it is out of time: then the load of the machine would decide on the geometry.
    """
    parameters: Any = rdDistGeom.ETKDGv3()
    parameters.randomSeed = settings.seed
    parameters.numThreads = 1
    parameters.trackFailures = True
    for random_start in (False, True):
        parameters.useRandomCoords = random_start
        found = _embedded(drawing, parameters, settings.conformer)
        if found:
            return found, "ETKDGv3 from random coordinates" if random_start else "ETKDGv3"
        if _ran_out_of_time(parameters):
            break
    raise ConformerError(
        f"no conformer could be embedded; most frequent cause: {_cause(parameters)}",
        hint="check the drawing for strain or impossible stereo, give coordinates, or raise "
        "conformer.embed_seconds",
        code="EMBED_FAILED",
    )


def _embedded(drawing: Chem.Mol, parameters: Any, settings: ConformerSettings) -> list[int]:
    """The conformers of ``candidates``, none where that takes more processor time than it may.

    RDKit looks at the clock on the wall, which goes on while a process is suspended or waits for
    a processor: where that ended it, it begins again and may take twice as long.
    """
    parameters.timeout = math.ceil(settings.embed_seconds)
    while True:
        began = time.thread_time()
        rdDistGeom.EmbedMultipleConfs(drawing, settings.candidates, parameters)
        computed = time.thread_time() - began
        if not _ran_out_of_time(parameters) or computed > _AT_WORK * settings.embed_seconds:
            # What the call returns is [-1] after a time-out, when every conformer is dropped.
            return [conformer.GetId() for conformer in drawing.GetConformers()]
        parameters.timeout *= 2


def _ran_out_of_time(parameters: Any) -> bool:
    return bool(parameters.GetFailureCounts()[int(_OUT_OF_TIME)])


def _cause(parameters: Any) -> str:
    counts = list(parameters.GetFailureCounts())
    if not any(counts):
        return "unknown"
    causes = {int(v): name for name, v in rdDistGeom.EmbedFailureCauses.names.items()}
    top = int(_OUT_OF_TIME) if _ran_out_of_time(parameters) else int(np.argmax(counts))
    return str(causes[top]).lower().replace("_", " ")

"""What stands beside the comparison and never judges: NEVPT2 and the DFT baseline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from molpipe.model.arrays import FloatArray
from molpipe.model.results import EnergyValue

StateArray = FloatArray | npt.NDArray[np.complex128]
"""A normalised state of the active space (alpha strings, beta strings), in PySCF's order."""


@dataclass(frozen=True, kw_only=True)
class SecondOrder:
    """SC-NEVPT2 on two states of the same active space.

    ``residual`` [Ha] is the norm of (H - E)|VQE> in the space, zero for an eigenstate;
    ``casci_overlap`` is |<CASCI|VQE>|. NEVPT2 on the VQE state means what it says as they go to
    zero and one.
    """

    SCHEMA_VERSION: ClassVar[int] = 1

    nevpt2: EnergyValue
    vqe_nevpt2: EnergyValue
    residual: float | None = None
    casci_overlap: float | None = None

    @classmethod
    def absent(cls, value: EnergyValue) -> SecondOrder:
        """Neither of them, for one reason."""
        return cls(nevpt2=value, vqe_nevpt2=value)


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """Density-functional theory with dispersion, in all orbitals and electrons [Ha]."""

    SCHEMA_VERSION: ClassVar[int] = 1

    functional: str
    energy: EnergyValue

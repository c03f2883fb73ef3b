"""Sector vectors that become complex, when a phase acts on them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from molpipe.quantum.jastrow import Occupation
from molpipe.quantum.sector.program import SectorProgram
from molpipe.quantum.sector.strings import FloatArray, strings

Amplitudes = npt.NDArray[np.float64] | npt.NDArray[np.complex128]
"""(alpha strings, beta strings), real until the first phase."""


def run(program: SectorProgram, vector: Amplitudes, angles: FloatArray) -> Amplitudes:
    """A program of (real) excitations on a vector; in place, unless the vector is complex."""
    if not np.iscomplexobj(vector):
        real = np.asarray(vector, dtype=np.float64)
        program.apply(real, angles)
        return real
    parts = np.ascontiguousarray(vector.real), np.ascontiguousarray(vector.imag)
    for part in parts:
        program.apply(part, angles)
    return parts[0] + 1j * parts[1]


def turn_phase(
    vector: Amplitudes,
    occupation: Occupation,
    angle: float,
    *,
    n_orbitals: int,
    nelec: tuple[int, int],
) -> Amplitudes:
    """exp(i angle n) on a vector, for an occupation n."""
    alpha, beta = (
        _filled(orbitals, n_orbitals, electrons)
        for orbitals, electrons in zip((occupation.alpha, occupation.beta), nelec, strict=True)
    )
    return vector * np.where(alpha[:, None] & beta, np.exp(1j * angle), 1.0)


def _filled(orbitals: tuple[int, ...], n_orbitals: int, electrons: int) -> npt.NDArray[np.bool_]:
    """Whether each string of one spin has all of the orbitals filled."""
    mask = sum(1 << p for p in orbitals)
    return np.asarray(strings(n_orbitals, electrons) & mask == mask)

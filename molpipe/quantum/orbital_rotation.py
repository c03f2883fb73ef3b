"""Orbital rotations as a fixed network of one-parameter gates between neighbouring orbitals.

An orbital rotation U sends the creation operator of orbital p to sum_q U[q, p] a+_q. The network
is a row of blocks on orbitals (p, p + 1): a real Givens rotation, then a phase on p + 1
(Reck et al., 10.1103/PhysRevLett.73.58; for Slater determinants Kivlichan et al.,
10.1103/PhysRevLett.120.110501).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

ComplexArray = npt.NDArray[np.complex128]

NOISE = 1e-12
"""Matrix elements below this are zero: their phase would be noise."""


@dataclass(frozen=True)
class Block:
    """First a_p -> cos(angle) a_p + sin(angle) a_(p+1), then exp(i phase n_(p+1))."""

    orbital: int
    angle: float
    phase: float

    def matrix(self, n_orbitals: int) -> ComplexArray:
        """The rotation as a matrix (n, n)."""
        p, cos, sin = self.orbital, np.cos(self.angle), np.sin(self.angle)
        matrix = np.eye(n_orbitals, dtype=np.complex128)
        matrix[p : p + 2, p : p + 2] = [[cos, -sin], [sin, cos]]
        matrix[p + 1] *= np.exp(1j * self.phase)
        return matrix


def rotation_network(rotation: ComplexArray) -> tuple[list[float], list[Block]]:
    """A unitary (n, n) as phases of the n orbitals followed by n (n - 1) / 2 blocks.

    Returns:
        The phases, which act first, and the blocks, first to act first. Which orbitals the
        blocks join depends on n alone.
    """
    n = len(rotation)
    remaining, blocks = _eliminated(rotation, lowest=[n - 1] * n)
    return np.angle(np.diag(remaining)).tolist(), blocks


def determinant_network(occupied: ComplexArray) -> list[Block]:
    """Blocks that turn the lowest o orbitals into the columns of ``occupied`` (n, o).

    The o (n - o) blocks, first to act first, give the Slater determinant up to its phase:
    a rotation among the filled orbitals changes nothing else, and is chosen such that
    the lower left corner is empty already.
    """
    n, n_filled = occupied.shape
    among_filled = np.linalg.qr(occupied[::-1].T).Q.conj()[:, ::-1]
    lowest = [n - n_filled + column for column in range(n_filled)]
    return _eliminated(occupied @ among_filled, lowest)[1]


def product(blocks: Sequence[Block], n_orbitals: int) -> ComplexArray:
    """The matrix (n, n) of blocks that act one after the other."""
    matrix = np.eye(n_orbitals, dtype=np.complex128)
    for block in blocks:
        matrix = block.matrix(n_orbitals) @ matrix
    return matrix


def _eliminated(columns: ComplexArray, lowest: Sequence[int]) -> tuple[ComplexArray, list[Block]]:
    """Empty each column below its diagonal, from row ``lowest[column]`` up, by inverse blocks."""
    remaining, blocks = columns.astype(np.complex128), []
    for column, last in enumerate(lowest):
        for row in range(last, column, -1):
            block = _emptying(row - 1, *remaining[row - 1 : row + 1, column].tolist())
            remaining = block.matrix(len(remaining)).conj().T @ remaining
            blocks.append(block)
    return remaining, blocks[::-1]


def _emptying(orbital: int, upper: complex, lower: complex) -> Block:
    """The block whose inverse moves all of ``lower`` into ``upper``."""
    if abs(lower) < NOISE:
        return Block(orbital, 0.0, 0.0)
    against = np.angle(upper) if abs(upper) > NOISE else 0.0
    angle = np.arctan2(abs(lower), abs(upper))
    return Block(orbital, float(angle), float(np.angle(lower) - against))

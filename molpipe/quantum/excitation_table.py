"""Many excitations as one array: a small VQE spends its time on making objects otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt

from molpipe.quantum.excitation import Excitation

UNUSED = -1
"""Fills a row of orbitals that is shorter than the longest."""


@dataclass(frozen=True, eq=False)
class ExcitationTable:
    """A row of excitations, first to act first.

    ``orbitals`` (n, 2, 2, k) holds the orbitals of each excitation by spin (alpha, beta), then
    those emptied and those filled, in the order of :class:`Excitation`, -1 where there is none.
    """

    orbitals: npt.NDArray[np.int64]

    @classmethod
    def of(cls, excitations: Iterable[Excitation]) -> ExcitationTable:
        """The table of these excitations."""
        rows = list(excitations)
        widest = max((len(part) for part in chain.from_iterable(rows)), default=1)
        padded = [[(*part, *[UNUSED] * (widest - len(part))) for part in row] for row in rows]
        return cls(np.array(padded, dtype=np.int64).reshape(len(rows), 2, 2, widest))

    def __len__(self) -> int:
        return len(self.orbitals)

    def __iter__(self) -> Iterator[Excitation]:
        for row in self.orbitals.tolist():
            yield Excitation(*(tuple(p for p in part if p >= 0) for spin in row for part in spin))

    def irreps(self, labels: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The irrep of each excitation (n,), from those of the orbitals: the product of all."""
        moved = np.append(labels, 0)[self.orbitals]
        products: npt.NDArray[np.int64] = np.bitwise_xor.reduce(moved, axis=(1, 2, 3))
        return products

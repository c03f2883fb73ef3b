"""Where a determinant stands in memory.

A vector of the sector is flat: one block for each irrep of the alpha strings, and in it a row
for each alpha string with one amplitude for each beta string that completes the irrep of the
reference. Without symmetry there is one block, and the vector is the (alpha strings, beta
strings) array of PySCF's FCI, row by row.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import comb

import numpy as np

from molpipe.quantum.sector.strings import FloatArray, IntArray, strings
from molpipe.quantum.sector.symmetry import product_irreps


@dataclass(frozen=True, eq=False)
class SpinStrings:
    """The strings of one spin by irrep.

    ``irrep`` (n_strings,) and ``place`` (n_strings,), the position of a string among those of
    its irrep, are in the ascending order of the strings; ``sizes`` (8,) counts each irrep.
    """

    irrep: IntArray
    place: IntArray
    sizes: IntArray

    def members(self, irrep: int) -> IntArray:
        """The strings of one irrep."""
        return np.flatnonzero(self.irrep == irrep)


@dataclass(frozen=True, eq=False)
class Sector:
    """Determinants of ``nelec`` = (alpha, beta) electrons with the irrep of the reference.

    ``labels`` (n_orbitals,) are the irreps of the orbitals, all zero to ignore symmetry.
    """

    n_orbitals: int
    nelec: tuple[int, int]
    labels: IntArray

    @classmethod
    def whole(cls, n_orbitals: int, nelec: tuple[int, int]) -> Sector:
        """All determinants of ``nelec`` electrons, whatever their irrep."""
        return cls(n_orbitals, nelec, no_symmetry(n_orbitals))

    @cached_property
    def alpha(self) -> SpinStrings:
        """The alpha strings."""
        return self._spin(self.nelec[0])

    @cached_property
    def beta(self) -> SpinStrings:
        """The beta strings; the same object where both spins have as many electrons."""
        return self.alpha if self.nelec[0] == self.nelec[1] else self._spin(self.nelec[1])

    @cached_property
    def irrep(self) -> int:
        """The irrep of the reference determinant, which stands first among the strings."""
        return int(self.alpha.irrep[0] ^ self.beta.irrep[0])

    @cached_property
    def n_irreps(self) -> int:
        """1, 2, 4 or 8."""
        return 1 << int(self.labels.max(initial=0)).bit_length()

    @cached_property
    def row_group(self) -> IntArray:
        """(alpha strings,): the irrep of the beta strings in each row."""
        return self.alpha.irrep ^ self.irrep

    @cached_property
    def row_start(self) -> IntArray:
        """(alpha strings,): where each row begins in the flat vector."""
        if self.n_irreps == 1:
            return self.alpha.place * self.beta.place.size
        group = np.arange(8) ^ self.irrep
        blocks = self.alpha.sizes * self.beta.sizes[group]
        first = np.concatenate(([0], np.cumsum(blocks)[:-1]))
        row: IntArray = self.alpha.place * self.beta.sizes[self.row_group]
        return row + first[self.alpha.irrep]

    @cached_property
    def size(self) -> int:
        """Determinants in the sector."""
        return int(self.beta.sizes[self.row_group].sum())

    @property
    def sizes(self) -> tuple[int, int]:
        """(alpha strings, beta strings) of all irreps."""
        return sector_shape(self.n_orbitals, self.nelec)

    def reference(self) -> FloatArray:
        """The vector of the reference determinant."""
        vector = np.zeros(self.size)
        vector[self.row_start[0] + self.beta.place[0]] = 1.0
        return vector

    def unfold(self, vector: FloatArray) -> FloatArray:
        """The vector as PySCF's full array (alpha strings, beta strings)."""
        if self.n_irreps == 1:
            return vector.reshape(self.sizes)
        full = np.zeros(self.sizes)
        stop = 0
        for irrep in range(self.n_irreps):
            rows, columns = self.alpha.members(irrep), self.beta.members(irrep ^ self.irrep)
            start, stop = stop, stop + rows.size * columns.size
            full[np.ix_(rows, columns)] = vector[start:stop].reshape(rows.size, columns.size)
        return full

    def _spin(self, n_electrons: int) -> SpinStrings:
        every = strings(self.n_orbitals, n_electrons)
        if self.n_irreps == 1:
            sizes = np.array([every.size, *[0] * 7])
            return SpinStrings(np.zeros_like(every), np.arange(every.size), sizes)
        irrep = product_irreps(every, self.labels)
        place = np.zeros_like(irrep)
        for k in range(self.n_irreps):
            members = irrep == k
            place[members] = np.arange(np.count_nonzero(members))
        return SpinStrings(irrep, place, np.bincount(irrep, minlength=8))


def sector_shape(n_orbitals: int, nelec: tuple[int, int]) -> tuple[int, int]:
    """(alpha strings, beta strings) of all irreps."""
    return comb(n_orbitals, nelec[0]), comb(n_orbitals, nelec[1])


def no_symmetry(n_orbitals: int) -> IntArray:
    """Labels that put every orbital into one irrep."""
    return np.zeros(n_orbitals, dtype=np.int64)

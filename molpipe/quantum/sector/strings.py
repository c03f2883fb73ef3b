"""Occupation strings of one spin, and which of them an excitation joins."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import comb

import numpy as np
import numpy.typing as npt

from molpipe.quantum.sector.set_up_kernels import join_strings, occupation_strings

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


@lru_cache(maxsize=64)
def strings(n_orbitals: int, n_electrons: int) -> IntArray:
    """All occupation bit strings of one spin, ascending: the axis order of PySCF's FCI vectors.

    Bit p of a string tells whether orbital p is filled.
    """
    array: IntArray = occupation_strings(comb(n_orbitals, n_electrons), n_electrons)
    array.setflags(write=False)
    return array


@dataclass(frozen=True, eq=False)
class StringPairs:
    """String pairs (m,) that T joins: T |source> = sign |target>."""

    source: IntArray
    target: IntArray
    sign: FloatArray


def string_pairs(
    n_orbitals: int, n_electrons: int, sources: tuple[int, ...], targets: tuple[int, ...]
) -> StringPairs:
    """The pairs that a+_t0 a+_t1 .. a_s1 a_s0 joins among the strings of one spin."""
    among = strings(n_orbitals, n_electrons)
    place, group = np.arange(among.size), np.zeros(among.size, dtype=np.int64)
    _, source, target, sign, _ = join_strings(among, np.array([[sources, targets]]), place, group)
    return StringPairs(source, target, sign)

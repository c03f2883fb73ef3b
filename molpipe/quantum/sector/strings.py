"""Occupation strings of one spin, and which of them an excitation joins."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


@lru_cache(maxsize=64)
def strings(n_orbitals: int, n_electrons: int) -> IntArray:
    """All occupation bit strings of one spin, ascending: the axis order of PySCF's FCI vectors.

    Bit p of a string tells whether orbital p is filled.
    """
    filled = combinations(range(n_orbitals), n_electrons)
    array = np.array([sum(1 << p for p in orbitals) for orbitals in filled], dtype=np.int64)
    array.sort()
    array.setflags(write=False)
    return array


@dataclass(frozen=True, eq=False)
class StringPairs:
    """String pairs (m,) that T joins: T |source> = sign |target>."""

    source: IntArray
    target: IntArray
    sign: FloatArray


@lru_cache(maxsize=65536)
def string_pairs(
    n_orbitals: int, n_electrons: int, sources: tuple[int, ...], targets: tuple[int, ...]
) -> StringPairs:
    """The pairs that a+_t0 a+_t1 .. a_s1 a_s0 joins among the strings of one spin."""
    every = strings(n_orbitals, n_electrons)
    full, empty = (sum(1 << p for p in orbitals) for orbitals in (sources, targets))
    source = np.flatnonzero((every & full == full) & (every & empty == 0))
    now = every[source]
    sign = np.ones(source.size)
    for p in (*sources, *reversed(targets)):
        sign *= 1.0 - 2.0 * (np.bitwise_count(now & ((1 << p) - 1)) & 1)
        now = now ^ (1 << p)
    return StringPairs(source, np.searchsorted(every, now), sign)

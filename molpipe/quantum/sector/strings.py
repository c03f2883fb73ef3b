"""Occupation strings of one spin, and which of them an excitation joins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np
import numpy.typing as npt

from molpipe.quantum.sector import kernels
from molpipe.quantum.sector.kernels import UNUSED

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


Operator = tuple[tuple[int, ...], tuple[int, ...]]
"""(sources, targets): a+_t0 a+_t1 .. a_s1 a_s0 of one spin."""


def string_pairs(
    n_orbitals: int, n_electrons: int, sources: tuple[int, ...], targets: tuple[int, ...]
) -> StringPairs:
    """The pairs that one operator joins among the strings of one spin."""
    _, pairs = all_string_pairs(strings(n_orbitals, n_electrons), [(sources, targets)])
    return pairs


def all_string_pairs(
    among: IntArray, operators: Sequence[Operator]
) -> tuple[IntArray, StringPairs]:
    """The pairs that each operator joins, end to end, and which operator owns each pair (m,)."""
    longest = max((len(sources) for sources, _ in operators), default=0)
    steps = np.full((len(operators), 2 * longest), UNUSED, dtype=np.int64)
    for line, (sources, targets) in enumerate(operators):
        applied = (*sources, *reversed(targets))
        steps[line, : len(applied)] = applied
    owner, source, target, sign = kernels.join_strings(among, steps)
    return owner, StringPairs(source, target, sign)

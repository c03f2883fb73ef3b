"""Start parameters from a neighbouring geometry."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

import numpy as np

from molpipe.quantum.ansatz.ansatz import Ansatz
from molpipe.quantum.excitation import Excitation
from molpipe.quantum.sector.strings import FloatArray, IntArray

SAME_ORBITAL = 0.7
"""Overlap from which on an orbital is the neighbour's; at most one can have so much."""


def continued(
    ansatz: Ansatz, neighbour: Ansatz, parameters: FloatArray, overlap: FloatArray
) -> FloatArray:
    """Start parameters (n,) of a circuit from the optimum of the same one nearby.

    An angle goes on where its excitation does; it changes sign with the orbitals. Excitations
    that the neighbour does not have keep their own start.

    Args:
        ansatz: the circuit of this geometry.
        neighbour: the circuit of the other one.
        parameters: its optimum.
        overlap: (n, n), of the neighbour's active orbitals (rows) with those of this geometry.
    """
    place, sign = _matched(overlap)
    known = dict(zip(neighbour.excitations, neighbour.angles(parameters).tolist(), strict=True))
    start = ansatz.start.copy()
    for k, gate in enumerate(np.unique(ansatz.parameter_of, return_index=True)[1]):
        excitation = ansatz.excitations[gate]
        orbitals = [p for part in excitation for p in part]
        if (place[orbitals] < 0).any():
            continue
        there, turns = _in_order(place[list(part)].tolist() for part in excitation)
        if there in known:
            start[k] = known[there] * turns * int(np.prod(sign[orbitals]))
    return start


def _in_order(parts: Iterable[list[int]]) -> tuple[Excitation, int]:
    """The excitation with its orbitals in rising order, and the sign of putting them there."""
    sign, ordered = 1, []
    for part in parts:
        sign *= (-1) ** sum(p > q for p, q in combinations(part, 2))
        ordered.append(tuple(sorted(part)))
    return Excitation(*ordered), sign


def _matched(overlap: FloatArray) -> tuple[IntArray, IntArray]:
    """For each orbital its place among the neighbour's, -1 without one, and its sign there."""
    best = np.abs(overlap).argmax(axis=0)
    values = overlap[best, np.arange(overlap.shape[1])]
    return np.where(np.abs(values) > SAME_ORBITAL, best, -1), np.sign(values).astype(np.int64)

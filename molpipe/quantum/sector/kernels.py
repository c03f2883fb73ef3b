"""The inner loops, compiled by numba when this module is imported and cached on disk.

The versions for several threads are compiled when they are first called: they share the pairs of
an operator among the threads, which touch no amplitude twice.

A compiled circuit is a row of Givens rotations. Line k of ``gates`` (n_gates, 3) names a slice
of alpha string pairs (start, stop) and a line of ``segments``, which bounds the beta string
pairs by irrep; -1 stands for the identity on that spin.

- ``row_start``, ``row_group`` (alpha strings,): start of a row, irrep of its beta strings;
  ``row_length`` (8,) beta strings of each irrep.
- ``a_from``, ``a_to``, ``a_sign``, ``a_group``: starts of the two rows, sign, irrep of the beta
  strings in the source row.
- ``b_from``, ``b_to``, ``b_sign``: places of the two beta strings in their rows, and sign.
"""

from __future__ import annotations

import numba

_INTS = "int64[::1]"
_TABLES = (
    f"int64[:,::1], {_INTS}, {_INTS}, {_INTS}, {_INTS}, {_INTS}, float64[::1], {_INTS}, "
    f"{_INTS}, {_INTS}, float64[::1], int64[:,::1]"
)


def _apply(  # type: ignore[no-untyped-def]
    vector,
    cosines,
    sines,
    gates,
    row_start,
    row_group,
    row_length,
    a_from,
    a_to,
    a_sign,
    a_group,
    b_from,
    b_to,
    b_sign,
    segments,
):
    for k in range(gates.shape[0]):
        a0, a1, line = gates[k]
        c, s = cosines[k], sines[k]
        if line < 0:
            for a in numba.prange(a0, a1):
                i, j, t = a_from[a], a_to[a], s * a_sign[a]
                for m in range(row_length[a_group[a]]):
                    x, y = vector[i + m], vector[j + m]
                    vector[i + m] = c * x - t * y
                    vector[j + m] = c * y + t * x
        elif a0 < 0:
            for r in numba.prange(row_start.size):
                i, group = row_start[r], row_group[r]
                for b in range(segments[line, group], segments[line, group + 1]):
                    m, n, t = i + b_from[b], i + b_to[b], s * b_sign[b]
                    x, y = vector[m], vector[n]
                    vector[m] = c * x - t * y
                    vector[n] = c * y + t * x
        else:
            for a in numba.prange(a0, a1):
                i, j, ta, group = a_from[a], a_to[a], s * a_sign[a], a_group[a]
                for b in range(segments[line, group], segments[line, group + 1]):
                    m, n, t = i + b_from[b], j + b_to[b], ta * b_sign[b]
                    x, y = vector[m], vector[n]
                    vector[m] = c * x - t * y
                    vector[n] = c * y + t * x


def _unapply(  # type: ignore[no-untyped-def]
    ket,
    bra,
    overlaps,
    cosines,
    sines,
    gates,
    row_start,
    row_group,
    row_length,
    a_from,
    a_to,
    a_sign,
    a_group,
    b_from,
    b_to,
    b_sign,
    segments,
):
    for k in range(gates.shape[0] - 1, -1, -1):
        a0, a1, line = gates[k]
        c, s = cosines[k], sines[k]
        total = 0.0
        if line < 0:
            for a in numba.prange(a0, a1):
                i, j, sign = a_from[a], a_to[a], a_sign[a]
                t, part = s * sign, 0.0
                for m in range(row_length[a_group[a]]):
                    x, y, u, v = ket[i + m], ket[j + m], bra[i + m], bra[j + m]
                    part += v * x - u * y
                    ket[i + m] = c * x + t * y
                    ket[j + m] = c * y - t * x
                    bra[i + m] = c * u + t * v
                    bra[j + m] = c * v - t * u
                total += sign * part
        elif a0 < 0:
            for r in numba.prange(row_start.size):
                i, group = row_start[r], row_group[r]
                for b in range(segments[line, group], segments[line, group + 1]):
                    m, n, sign = i + b_from[b], i + b_to[b], b_sign[b]
                    t = s * sign
                    x, y, u, v = ket[m], ket[n], bra[m], bra[n]
                    total += sign * (v * x - u * y)
                    ket[m] = c * x + t * y
                    ket[n] = c * y - t * x
                    bra[m] = c * u + t * v
                    bra[n] = c * v - t * u
        else:
            for a in numba.prange(a0, a1):
                i, j, sa, group = a_from[a], a_to[a], a_sign[a], a_group[a]
                for b in range(segments[line, group], segments[line, group + 1]):
                    m, n, sign = i + b_from[b], j + b_to[b], sa * b_sign[b]
                    t = s * sign
                    x, y, u, v = ket[m], ket[n], bra[m], bra[n]
                    total += sign * (v * x - u * y)
                    ket[m] = c * x + t * y
                    ket[n] = c * y - t * x
                    bra[m] = c * u + t * v
                    bra[n] = c * v - t * u
        overlaps[k] = total


def _transitions(  # type: ignore[no-untyped-def]
    vector,
    gates,
    row_start,
    row_group,
    row_length,
    a_from,
    a_to,
    a_sign,
    a_group,
    b_from,
    b_to,
    b_sign,
    segments,
):
    total = 0.0
    for k in range(gates.shape[0]):
        a0, a1, line = gates[k]
        for a in range(a0, a1):
            i, j, group, part = a_from[a], a_to[a], a_group[a], 0.0
            for b in range(segments[line, group], segments[line, group + 1]):
                part += b_sign[b] * vector[i + b_from[b]] * vector[j + b_to[b]]
            total += a_sign[a] * part
    return total


_VECTOR = "float64[::1]"

apply_gates = numba.njit(
    f"void({_VECTOR}, {_VECTOR}, {_VECTOR}, {_TABLES})", cache=True, fastmath=True
)(_apply)
"""Run the circuit forward: vector, cosines and sines of the angles, tables."""

unapply_gates = numba.njit(
    f"void({', '.join([_VECTOR] * 5)}, {_TABLES})", cache=True, fastmath=True
)(_unapply)
"""Run it backwards on ket and bra, with <bra| T - T+ |ket> at each gate: ket, bra, overlaps,
cosines, sines, tables.
"""

transitions = numba.njit(f"float64({_VECTOR}, {_TABLES})", cache=True, fastmath=True)(_transitions)
"""The sum of <vector| T |vector> over gates that move electrons of both spins: vector, tables."""

apply_gates_in_parallel = numba.njit(cache=True, fastmath=True, parallel=True)(_apply)
unapply_gates_in_parallel = numba.njit(cache=True, fastmath=True, parallel=True)(_unapply)

"""The inner loops, compiled by numba when this module is imported and cached on disk.

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
import numpy as np

_READ_ONLY = numba.types.Array(numba.int64, 1, "C", readonly=True)
_PAIRS = numba.types.Tuple((*[numba.int64[::1]] * 3, numba.float64[::1]))  # type: ignore[no-untyped-call]

UNUSED = -1
"""Fills a line of ladder operators that is shorter than the longest."""

_INTS = "int64[::1]"
_TABLES = (
    f"int64[:,::1], {_INTS}, {_INTS}, {_INTS}, {_INTS}, {_INTS}, float64[::1], {_INTS}, "
    f"{_INTS}, {_INTS}, float64[::1], int64[:,::1]"
)


@numba.njit(f"void(float64[::1], float64[::1], float64[::1], {_TABLES})", cache=True, fastmath=True)
def apply_gates(  # type: ignore[no-untyped-def]
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
            for a in range(a0, a1):
                i, j, t = a_from[a], a_to[a], s * a_sign[a]
                for m in range(row_length[a_group[a]]):
                    x, y = vector[i + m], vector[j + m]
                    vector[i + m] = c * x - t * y
                    vector[j + m] = c * y + t * x
        elif a0 < 0:
            for r in range(row_start.size):
                i, group = row_start[r], row_group[r]
                for b in range(segments[line, group], segments[line, group + 1]):
                    m, n, t = i + b_from[b], i + b_to[b], s * b_sign[b]
                    x, y = vector[m], vector[n]
                    vector[m] = c * x - t * y
                    vector[n] = c * y + t * x
        else:
            for a in range(a0, a1):
                i, j, ta, group = a_from[a], a_to[a], s * a_sign[a], a_group[a]
                for b in range(segments[line, group], segments[line, group + 1]):
                    m, n, t = i + b_from[b], j + b_to[b], ta * b_sign[b]
                    x, y = vector[m], vector[n]
                    vector[m] = c * x - t * y
                    vector[n] = c * y + t * x


@numba.njit(
    f"void(float64[::1], float64[::1], float64[::1], float64[::1], float64[::1], {_TABLES})",
    cache=True,
    fastmath=True,
)
def unapply_gates(  # type: ignore[no-untyped-def]
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
            for a in range(a0, a1):
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
            for r in range(row_start.size):
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
            for a in range(a0, a1):
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


@numba.njit(_PAIRS(_READ_ONLY, numba.int64[:, ::1]), cache=True)
def join_strings(strings, steps):  # type: ignore[no-untyped-def]
    """String pairs of many operators: which operator, source, target, sign, (m,) each.

    A line of ``steps`` holds orbitals in the order in which ladder operators act on them: a
    filled one is emptied, an empty one filled; the first half must be filled, the second empty.
    """
    n_lines, n_steps = steps.shape
    bound = n_lines * strings.size
    owner, source = np.empty(bound, np.int64), np.empty(bound, np.int64)
    target, sign = np.empty(bound, np.int64), np.empty(bound, np.float64)
    found = 0
    for line in range(n_lines):
        length = n_steps
        while length > 0 and steps[line, length - 1] == UNUSED:
            length -= 1
        for k in range(strings.size):
            now, parity, allowed = strings[k], 0, True
            for step in range(length):
                p = steps[line, step]
                filled = (now >> p) & 1
                if filled != (2 * step < length):
                    allowed = False
                    break
                below = now & ((1 << p) - 1)
                while below:
                    below &= below - 1
                    parity ^= 1
                now ^= 1 << p
            if allowed:
                owner[found], source[found] = line, k
                target[found] = np.searchsorted(strings, now)
                sign[found] = 1.0 - 2.0 * parity
                found += 1
    return owner[:found].copy(), source[:found].copy(), target[:found].copy(), sign[:found].copy()

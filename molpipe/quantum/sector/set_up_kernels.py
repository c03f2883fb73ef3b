"""The loops that build the tables of a sector, compiled by numba and cached on disk."""

from __future__ import annotations

import numba
import numpy as np

_STRINGS = numba.types.Array(numba.int64, 1, "C", readonly=True)
_INTEGRALS = tuple(numba.types.Array(numba.float64, n, "C", readonly=True) for n in (2, 4))
_INTS = numba.int64[::1]
_ORBITALS = numba.int64[:, :, :, ::1]
_TABLE = numba.types.Tuple((numba.int64[:, ::1], _INTS, _INTS, numba.float64[::1], _INTS))  # type: ignore[no-untyped-call]

GROUPS = 8
"""Irreps of the largest abelian point group."""

DEAD = -1
"""The string that an operator leaves where it cannot act."""


@numba.njit(numba.int64[::1](numba.int64, numba.int64), cache=True)
def occupation_strings(size, n_electrons):  # type: ignore[no-untyped-def]
    """The ``size`` lowest bit strings with ``n_electrons`` bits, ascending."""
    strings = np.zeros(size, np.int64)
    now = (1 << n_electrons) - 1
    for k in range(size):
        strings[k] = now
        if now == 0:
            break
        lowest = now & -now
        carried = now + lowest
        now = carried | (((now ^ carried) // lowest) >> 2)
    return strings


@numba.njit(numba.int64(numba.int64), cache=True)
def bits(string):  # type: ignore[no-untyped-def]
    """Filled orbitals of a string, counted in parallel (Warren, Hacker's Delight, chapter 5)."""
    string = string - ((string >> 1) & 0x5555555555555555)
    string = (string & 0x3333333333333333) + ((string >> 2) & 0x3333333333333333)
    string = (string + (string >> 4)) & 0x0F0F0F0F0F0F0F0F
    return (string * 0x0101010101010101) >> 56


@numba.njit(cache=True)
def moved(string, emptied, filled):  # type: ignore[no-untyped-def]
    """The string that an operator makes of another one, DEAD if it cannot act, and the sign.

    ``emptied`` and ``filled`` (k,) are orbitals in the order of
    :class:`molpipe.quantum.excitation.Excitation`, -1 where there is none.
    """
    k, odd = emptied.size, 0
    for step in range(2 * k):
        creates = step >= k
        p = filled[2 * k - 1 - step] if creates else emptied[step]
        if p < 0:
            continue
        if ((string >> p) & 1) == creates:
            return DEAD, 0
        odd ^= bits(string & ((1 << p) - 1)) & 1
        string ^= 1 << p
    return string, 1 - 2 * odd


@numba.njit(_TABLE(_STRINGS, numba.int64[:, :, ::1], _INTS, _INTS), cache=True)
def join_strings(strings, operators, place, group):  # type: ignore[no-untyped-def]
    """String pairs that each operator joins, by the group of the source.

    A line of ``operators`` (n_operators, 2, k) holds the orbitals that are emptied and those
    that are filled (see :func:`moved`); ``place`` and ``group`` are those of each string.

    Returns:
        ``segments`` (n_operators, 9), where the pairs of each group begin and end, and of each
        pair the places of source and target, the sign, and the group of the source, (m,) each.
    """
    n_operators = len(operators)
    bound = n_operators * strings.size
    segments = np.zeros((n_operators, GROUPS + 1), np.int64)
    source, target = np.empty(bound, np.int64), np.empty(bound, np.int64)
    sign, owner = np.empty(bound, np.float64), np.empty(bound, np.int64)
    to, signs = np.empty(strings.size, np.int64), np.empty(strings.size, np.int64)
    found = 0
    for line in range(n_operators):
        count = np.zeros(GROUPS + 1, np.int64)
        for s in range(strings.size):
            to[s], signs[s] = moved(strings[s], operators[line, 0], operators[line, 1])
            if to[s] != DEAD:
                count[group[s] + 1] += 1
        segments[line] = found + np.cumsum(count)
        fill = segments[line, :GROUPS].copy()
        for s in range(strings.size):
            if to[s] != DEAD:
                m = fill[group[s]]
                fill[group[s]] += 1
                source[m], target[m] = place[s], place[np.searchsorted(strings, to[s])]
                sign[m], owner[m] = signs[s], group[s]
        found = segments[line, GROUPS]
    return (
        segments,
        source[:found].copy(),
        target[:found].copy(),
        sign[:found].copy(),
        owner[:found].copy(),
    )


@numba.njit(
    numba.types.Tuple((numba.int64[:, :, ::1], _INTS))(_ORBITALS, numba.int64),  # type: ignore[no-untyped-call]
    cache=True,
)
def distinct_operators(orbitals, spin):  # type: ignore[no-untyped-def]
    """The operators of one spin without repetition, (m, 2, k), and which one each excitation has.

    ``orbitals`` (n, 2, 2, k) are those of an ExcitationTable; -1 stands for the identity.
    """
    n, _, _, k = orbitals.shape
    base = orbitals.max() + 2 if n else 1
    if base ** (2.0 * k) > 2.0**62:
        raise ValueError("excitations of so many electrons cannot be told apart")
    code = np.zeros(n, np.int64)
    for e in range(n):
        for filled in range(2):
            for step in range(k):
                code[e] = base * code[e] + orbitals[e, spin, filled, step] + 1
    order = np.argsort(code, kind="mergesort")
    operators, line = np.empty((n, 2, k), np.int64), np.full(n, -1)
    found = 0
    for e in range(n):
        now = order[e]
        if code[now] == 0:
            continue
        if e == 0 or code[now] != code[order[e - 1]]:
            operators[found] = orbitals[now, spin]
            found += 1
        line[now] = found - 1
    return operators[:found].copy(), line


@numba.njit(numba.float64[:, ::1](*_INTEGRALS, numba.int64), cache=True)
def pack_integrals(one_body, two_body, n_electrons):  # type: ignore[no-untyped-def]
    """Integrals [Ha] as PySCF's contraction wants them: half of (pq|rs), with the one-electron
    part shared among ``n_electrons``, and p >= q, r >= s as one index each.
    """
    n = one_body.shape[0]
    shared = one_body.copy()
    for p in range(n):
        for q in range(n):
            for r in range(n):
                shared[p, q] -= 0.5 * two_body[p, r, r, q]
    shared /= max(n_electrons, 1)
    packed = np.empty((n * (n + 1) // 2, n * (n + 1) // 2))
    row = 0
    for p in range(n):
        for q in range(p + 1):
            column = 0
            for r in range(n):
                for s in range(r + 1):
                    value = two_body[p, q, r, s]
                    if p == q:
                        value += shared[r, s]
                    if r == s:
                        value += shared[p, q]
                    packed[row, column] = 0.5 * value
                    column += 1
            row += 1
    return packed


@numba.njit(cache=True)
def _insert(rows, mask):  # type: ignore[no-untyped-def]
    for lead in range(rows.size - 1, -1, -1):
        if (mask >> lead) & 1:
            if rows[lead] == 0:
                rows[lead] = mask
                return
            mask ^= rows[lead]


@numba.njit(numba.int64[::1](*_INTEGRALS, numba.float64), cache=True)
def occurring_parities(one_body, two_body, zero):  # type: ignore[no-untyped-def]
    """A basis over the two-element field of the orbital sets, as bit masks, that integrals above
    ``zero`` [Ha] join an odd number of times each: row k (n,) leads with bit k, or is zero.
    """
    n = one_body.shape[0]
    rows = np.zeros(n, np.int64)
    for p in range(n):
        for q in range(p + 1):
            if abs(one_body[p, q]) > zero:
                _insert(rows, (1 << p) ^ (1 << q))
            for r in range(p + 1):
                for s in range(r + 1):
                    if abs(two_body[p, q, r, s]) > zero:
                        _insert(rows, (1 << p) ^ (1 << q) ^ (1 << r) ^ (1 << s))
    return rows

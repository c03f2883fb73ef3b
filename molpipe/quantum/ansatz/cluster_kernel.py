"""The excitations of a cluster operator, sorted into factors, by numba.

As objects, excitations would cost a small VQE more time than its energies.
"""

from __future__ import annotations

import numba
import numpy as np

_T1, _T2 = (numba.types.Array(numba.float64, n, "C", readonly=True) for n in (2, 4))
_AMPLITUDES = (_T1, _T1, _T2, _T2, _T2)
_ENERGIES = numba.types.Array(numba.float64, 1, "C", readonly=True)
_FACTORS = numba.types.Tuple(  # type: ignore[no-untyped-call]
    (numba.int64[:, :, :, ::1], numba.int64[::1], *[numba.float64[::1]] * 2, numba.int64[::1])
)

SINGLES, UNLIKE_SPINS, LIKE_SPINS = 0.0, 1e4, 2e4
"""Kinds of excitations, as numbers [Ha] beyond all denominators."""

EQUAL_DENOMINATORS = 8
"""Denominators that agree to so many decimals are equal: the order of the indices decides."""


@numba.njit(cache=True)
def _add(rows, found, kind, gap, amplitude, n_gates):  # type: ignore[no-untyped-def]
    _, key, gaps, start, size = rows
    key[found] = kind + round(gap, EQUAL_DENOMINATORS)
    gaps[found], start[found], size[found] = gap, amplitude, n_gates


@numba.njit(cache=True)
def _singles(rows, found, spin, guide, t1, energies, threshold, tied):  # type: ignore[no-untyped-def]
    n_occupied, n_empty = guide.shape
    for i in range(n_occupied):
        for a in range(n_empty):
            if abs(guide[i, a]) > threshold:
                p = a + n_occupied
                rows[0][found, spin, :, 0] = i, p
                _add(rows, found, SINGLES, energies[p] - energies[i], t1[i, a], 1 + tied)
                found += 1
    return found


@numba.njit(cache=True)
def _unlike_spins(rows, found, guide, t2, energies, threshold, tied):  # type: ignore[no-untyped-def]
    oa, ob, va, vb = guide.shape
    for i in range(oa):
        for j in range(ob):
            for a in range(va):
                for b in range(vb):
                    partner_first = tied and (j < i or (j == i and b < a))
                    if abs(guide[i, j, a, b]) > threshold and not partner_first:
                        p, q = a + oa, b + ob
                        rows[0][found, 0, :, 0] = i, p
                        rows[0][found, 1, :, 0] = j, q
                        gap = (energies[p] + energies[q]) - (energies[i] + energies[j])
                        n_gates = 1 + (tied and (i != j or a != b))
                        _add(rows, found, UNLIKE_SPINS, gap, t2[i, j, a, b], n_gates)
                        found += 1
    return found


@numba.njit(cache=True)
def _like_spins(rows, found, spin, guide, t2, energies, threshold, tied):  # type: ignore[no-untyped-def]
    n_occupied, _, n_empty, _ = guide.shape
    for i in range(n_occupied):
        for j in range(i + 1, n_occupied):
            for a in range(n_empty):
                for b in range(a + 1, n_empty):
                    if abs(guide[i, j, a, b]) > threshold:
                        p, q = a + n_occupied, b + n_occupied
                        rows[0][found, spin, 0] = i, j
                        rows[0][found, spin, 1] = p, q
                        gap = (energies[p] + energies[q]) - (energies[i] + energies[j])
                        _add(rows, found, LIKE_SPINS, gap, t2[i, j, a, b], 1 + tied)
                        found += 1
    return found


@numba.njit(
    _FACTORS(*_AMPLITUDES, *_AMPLITUDES, _ENERGIES, numba.float64, numba.boolean), cache=True
)
def cluster_factors(  # type: ignore[no-untyped-def]
    guide_1a,
    guide_1b,
    guide_2ab,
    guide_2aa,
    guide_2bb,
    t1a,
    t1b,
    t2ab,
    t2aa,
    t2bb,
    energies,
    threshold,
    tied,
):
    """Singles, doubles of unlike spins, doubles of like spins; each by rising denominator.

    The amplitudes are those of :class:`molpipe.model.results.Amplitudes`. An excitation is in if
    its amplitude in the guide is above ``threshold``; the others are its start. With ``tied``,
    which needs the amplitudes of a closed shell, it makes a factor with its spin-flipped partner.

    Returns:
        ``orbitals`` (n, 2, 2, 2) of an ExcitationTable, the factor of each excitation (n,), and
        of each factor the start amplitude, the denominator [Ha] and the number of excitations.
    """
    bound = guide_1a.size + guide_1b.size + guide_2ab.size + guide_2aa.size + guide_2bb.size
    gates, size = np.full((bound, 2, 2, 2), -1), np.empty(bound, np.int64)
    key, gap, start = np.empty(bound), np.empty(bound), np.empty(bound)
    rows = (gates, key, gap, start, size)
    found = _singles(rows, 0, 0, guide_1a, t1a, energies, threshold, tied)
    if not tied:
        found = _singles(rows, found, 1, guide_1b, t1b, energies, threshold, tied)
    found = _unlike_spins(rows, found, guide_2ab, t2ab, energies, threshold, tied)
    found = _like_spins(rows, found, 0, guide_2aa, t2aa, energies, threshold, tied)
    if not tied:
        found = _like_spins(rows, found, 1, guide_2bb, t2bb, energies, threshold, tied)
    order = np.argsort(key[:found], kind="mergesort")
    orbitals = np.empty((size[:found].sum(), 2, 2, 2), np.int64)
    factor_of = np.empty(len(orbitals), np.int64)
    n = 0
    for factor, k in enumerate(order):
        for partner in range(size[k]):
            orbitals[n] = gates[k, ::-1] if partner else gates[k]
            factor_of[n] = factor
            n += 1
    return orbitals, factor_of, start[order], gap[order], size[order]

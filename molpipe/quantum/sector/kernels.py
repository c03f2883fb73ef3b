"""The inner loops, compiled by numba when this module is imported and cached on disk.

A compiled circuit is a row of Givens rotations, each over the product of a slice of alpha
string pairs and a slice of beta string pairs. ``gates`` is (n_gates, 4): start and stop of the
alpha slice, start and stop of the beta slice; a slice from -1 stands for the identity on that
spin.
"""

from __future__ import annotations

import numba

_TABLES = "int64[:,::1], int64[::1], int64[::1], float64[::1], int64[::1], int64[::1], float64[::1]"


@numba.njit(
    f"void(float64[:,::1], float64[::1], float64[::1], {_TABLES})", cache=True, fastmath=True
)
def apply_gates(vector, cosines, sines, gates, a_from, a_to, a_sign, b_from, b_to, b_sign):  # type: ignore[no-untyped-def]
    n_alpha, n_beta = vector.shape
    for k in range(gates.shape[0]):
        a0, a1, b0, b1 = gates[k]
        c, s = cosines[k], sines[k]
        if b0 < 0:
            for a in range(a0, a1):
                i, j, t = a_from[a], a_to[a], s * a_sign[a]
                for m in range(n_beta):
                    x, y = vector[i, m], vector[j, m]
                    vector[i, m] = c * x - t * y
                    vector[j, m] = c * y + t * x
        elif a0 < 0:
            for i in range(n_alpha):
                for b in range(b0, b1):
                    m, n, t = b_from[b], b_to[b], s * b_sign[b]
                    x, y = vector[i, m], vector[i, n]
                    vector[i, m] = c * x - t * y
                    vector[i, n] = c * y + t * x
        else:
            for a in range(a0, a1):
                i, j, ta = a_from[a], a_to[a], s * a_sign[a]
                for b in range(b0, b1):
                    m, n, t = b_from[b], b_to[b], ta * b_sign[b]
                    x, y = vector[i, m], vector[j, n]
                    vector[i, m] = c * x - t * y
                    vector[j, n] = c * y + t * x


@numba.njit(
    f"void(float64[:,::1], float64[:,::1], float64[::1], float64[::1], float64[::1], {_TABLES})",
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
    a_from,
    a_to,
    a_sign,
    b_from,
    b_to,
    b_sign,
):
    n_alpha, n_beta = ket.shape
    for k in range(gates.shape[0] - 1, -1, -1):
        a0, a1, b0, b1 = gates[k]
        c, s = cosines[k], sines[k]
        total = 0.0
        if b0 < 0:
            for a in range(a0, a1):
                i, j, sign = a_from[a], a_to[a], a_sign[a]
                t, part = s * sign, 0.0
                for m in range(n_beta):
                    x, y, u, v = ket[i, m], ket[j, m], bra[i, m], bra[j, m]
                    part += v * x - u * y
                    ket[i, m] = c * x + t * y
                    ket[j, m] = c * y - t * x
                    bra[i, m] = c * u + t * v
                    bra[j, m] = c * v - t * u
                total += sign * part
        elif a0 < 0:
            for i in range(n_alpha):
                for b in range(b0, b1):
                    m, n, sign = b_from[b], b_to[b], b_sign[b]
                    t = s * sign
                    x, y, u, v = ket[i, m], ket[i, n], bra[i, m], bra[i, n]
                    total += sign * (v * x - u * y)
                    ket[i, m] = c * x + t * y
                    ket[i, n] = c * y - t * x
                    bra[i, m] = c * u + t * v
                    bra[i, n] = c * v - t * u
        else:
            for a in range(a0, a1):
                i, j, sa = a_from[a], a_to[a], a_sign[a]
                for b in range(b0, b1):
                    m, n, sign = b_from[b], b_to[b], sa * b_sign[b]
                    t = s * sign
                    x, y, u, v = ket[i, m], ket[j, n], bra[i, m], bra[j, n]
                    total += sign * (v * x - u * y)
                    ket[i, m] = c * x + t * y
                    ket[j, n] = c * y - t * x
                    bra[i, m] = c * u + t * v
                    bra[j, n] = c * v - t * u
        overlaps[k] = total

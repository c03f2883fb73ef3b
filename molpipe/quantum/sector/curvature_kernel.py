"""Second derivatives at the reference determinant, by the rules of Slater and Condon.

Compiled by numba. A determinant is a pair of bit strings, its sign that of all alpha operators
before all beta ones.
"""

from __future__ import annotations

import numba
import numpy as np

from molpipe.quantum.sector.set_up_kernels import DEAD, bits, moved

_ONE, _TWO = (numba.types.Array(numba.float64, n, "C", readonly=True) for n in (2, 4))
_ORBITALS, _INTS = numba.int64[:, :, :, ::1], numba.int64[::1]


@numba.njit(cache=True, inline="always")
def _lowest(string):  # type: ignore[no-untyped-def]
    return bits((string & -string) - 1)


@numba.njit(cache=True)
def _highest(string):  # type: ignore[no-untyped-def]
    """The second of two filled orbitals."""
    return _lowest(string & (string - 1))


@numba.njit(cache=True)
def _crossed(string, p):  # type: ignore[no-untyped-def]
    return bits(string & ((1 << p) - 1))


@numba.njit(cache=True)
def _single_sign(string, i, a):  # type: ignore[no-untyped-def]
    return 1 - 2 * ((_crossed(string, i) + _crossed(string ^ (1 << i), a)) & 1)


@numba.njit(cache=True)
def _diagonal(alpha, beta, one_body, two_body):  # type: ignore[no-untyped-def]
    total = 0.0
    for p in range(one_body.shape[0]):
        n_p = ((alpha >> p) & 1) + ((beta >> p) & 1)
        if n_p == 0:
            continue
        total += n_p * one_body[p, p]
        for q in range(one_body.shape[0]):
            n_q = ((alpha >> q) & 1) + ((beta >> q) & 1)
            same = ((alpha >> p) & (alpha >> q) & 1) + ((beta >> p) & (beta >> q) & 1)
            total += 0.5 * (n_p * n_q * two_body[p, p, q, q] - same * two_body[p, q, q, p])
    return total


@numba.njit(cache=True)
def _one_moved(string, to, spectators, one_body, two_body):  # type: ignore[no-untyped-def]
    i, a = _lowest(string & ~to), _lowest(to & ~string)
    total = one_body[a, i]
    for p in range(one_body.shape[0]):
        if (string & to) >> p & 1:
            total += two_body[a, i, p, p] - two_body[a, p, p, i]
        if spectators >> p & 1:
            total += two_body[a, i, p, p]
    return total * _single_sign(string, i, a)


@numba.njit(cache=True)
def _two_moved(string, to, two_body):  # type: ignore[no-untyped-def]
    emptied, filled = string & ~to, to & ~string
    i, j, a, b = _lowest(emptied), _highest(emptied), _lowest(filled), _highest(filled)
    rest = string ^ (1 << i)
    odd = _crossed(string, i) + _crossed(rest, j)
    rest ^= 1 << j
    odd += _crossed(rest, b) + _crossed(rest ^ (1 << b), a)
    return (1 - 2 * (odd & 1)) * (two_body[a, i, b, j] - two_body[a, j, b, i])


@numba.njit(cache=True)
def _element(alpha, beta, to_alpha, to_beta, one_body, two_body):  # type: ignore[no-untyped-def]
    """<to| H |determinant> [Ha] without the core energy."""
    in_alpha, in_beta = bits(alpha ^ to_alpha) >> 1, bits(beta ^ to_beta) >> 1
    if in_alpha + in_beta > 2:
        return 0.0
    if in_alpha + in_beta == 0:
        return _diagonal(alpha, beta, one_body, two_body)
    if in_alpha == 2:
        return _two_moved(alpha, to_alpha, two_body)
    if in_beta == 2:
        return _two_moved(beta, to_beta, two_body)
    if in_beta == 0:
        return _one_moved(alpha, to_alpha, beta, one_body, two_body)
    if in_alpha == 0:
        return _one_moved(beta, to_beta, alpha, one_body, two_body)
    i, a = _lowest(alpha & ~to_alpha), _lowest(to_alpha & ~alpha)
    j, b = _lowest(beta & ~to_beta), _lowest(to_beta & ~beta)
    return _single_sign(alpha, i, a) * _single_sign(beta, j, b) * two_body[a, i, b, j]


@numba.njit(
    numba.float64[:, ::1](_ORBITALS, _INTS, numba.int64, numba.int64, numba.int64, _ONE, _TWO),
    cache=True,
)
def reference_hessian(  # type: ignore[no-untyped-def]
    orbitals, parameter_of, n_parameters, alpha, beta, one_body, two_body
):
    """The Hessian [Ha] of a product of excitations at zero angles, (n_parameters,) * 2.

    Gates k and l with T|0> = |k>, |l> add 2 <k|H - E|l> + 2 <0|H T_k T_l|0>; what vanishes by
    Brillouin's theorem is left out. ``orbitals`` are those of an ExcitationTable, ``alpha`` and
    ``beta`` the strings of the reference. Excitations out of it are meant; others count nothing.
    """
    n = len(orbitals)
    strings, sign, rank = np.empty((n, 2), np.int64), np.zeros(n, np.int64), np.zeros(n, np.int64)
    for k in range(n):
        a, sign_a = moved(alpha, orbitals[k, 0, 0], orbitals[k, 0, 1])
        b, sign_b = moved(beta, orbitals[k, 1, 0], orbitals[k, 1, 1])
        strings[k] = a, b
        rank[k] = np.sum(orbitals[k, :, 0] >= 0)
        if a != DEAD and b != DEAD:
            sign[k] = sign_a * sign_b
    energy = _element(alpha, beta, alpha, beta, one_body, two_body)
    hessian = np.zeros((n_parameters, n_parameters))
    for k in range(n):
        if sign[k] == 0:
            continue
        for m in range(k + 1):
            if sign[m] == 0:
                continue
            value = _element(
                strings[k, 0], strings[k, 1], strings[m, 0], strings[m, 1], one_body, two_body
            )
            value *= sign[k] * sign[m]
            if k == m:
                value -= energy
            if rank[k] + rank[m] <= 2:
                a, sign_a = moved(strings[m, 0], orbitals[k, 0, 0], orbitals[k, 0, 1])
                b, sign_b = moved(strings[m, 1], orbitals[k, 1, 0], orbitals[k, 1, 1])
                if a != DEAD and b != DEAD:
                    both = _element(alpha, beta, a, b, one_body, two_body)
                    value += both * sign_a * sign_b * sign[m]
            row, column = parameter_of[k], parameter_of[m]
            hessian[row, column] += 2.0 * value
            if k != m:
                hessian[column, row] += 2.0 * value
    return hessian

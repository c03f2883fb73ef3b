"""The inner loops of circuits with phases, compiled by numba on import and cached on disk.

Each gate acts on the product of a slice of alpha entries and a slice of beta entries; an entry
is a string pair with its sign, and the identity on one spin is the slice of all its strings,
each paired with itself. Where ``turns`` is set the gate is a Givens rotation of the amplitudes
at the two ends of a pair, else a phase on the amplitude at its source.
"""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
ComplexArray = npt.NDArray[np.complex128]

_TABLES = (
    "boolean[::1], int64[:,::1], "
    "int64[::1], int64[::1], float64[::1], int64[::1], int64[::1], float64[::1]"
)


@numba.njit(f"void(complex128[:,::1], float64[::1], float64[::1], {_TABLES})", cache=True)
def apply_gates(
    vector: ComplexArray,
    cosines: FloatArray,
    sines: FloatArray,
    turns: npt.NDArray[np.bool_],
    slices: IntArray,
    a_from: IntArray,
    a_to: IntArray,
    a_sign: FloatArray,
    b_from: IntArray,
    b_to: IntArray,
    b_sign: FloatArray,
) -> None:
    """Run the circuit forward, in place."""
    for k in range(turns.size):
        a0, a1, b0, b1 = slices[k]
        c, s = cosines[k], sines[k]
        phase = complex(c, s)
        for a in range(a0, a1):
            i, j, t = a_from[a], a_to[a], s * a_sign[a]
            for b in range(b0, b1):
                m = b_from[b]
                x = vector[i, m]
                if turns[k]:
                    n, r = b_to[b], t * b_sign[b]
                    y = vector[j, n]
                    vector[i, m] = c * x - r * y
                    vector[j, n] = c * y + r * x
                else:
                    vector[i, m] = phase * x


@numba.njit(
    "void(complex128[:,::1], complex128[:,::1], float64[::1], float64[::1], float64[::1], "
    f"{_TABLES})",
    cache=True,
)
def unapply_gates(
    ket: ComplexArray,
    bra: ComplexArray,
    overlaps: FloatArray,
    cosines: FloatArray,
    sines: FloatArray,
    turns: npt.NDArray[np.bool_],
    slices: IntArray,
    a_from: IntArray,
    a_to: IntArray,
    a_sign: FloatArray,
    b_from: IntArray,
    b_to: IntArray,
    b_sign: FloatArray,
) -> None:
    """Run the circuit backward on both vectors; ``overlaps`` takes Re <bra| generator |ket>."""
    for k in range(turns.size - 1, -1, -1):
        a0, a1, b0, b1 = slices[k]
        c, s = cosines[k], sines[k]
        back = complex(c, -s)
        total = 0.0
        for a in range(a0, a1):
            i, j, sign = a_from[a], a_to[a], a_sign[a]
            for b in range(b0, b1):
                m = b_from[b]
                x, u = ket[i, m], bra[i, m]
                if turns[k]:
                    n, both = b_to[b], sign * b_sign[b]
                    r = s * both
                    y, v = ket[j, n], bra[j, n]
                    total += both * (
                        v.real * x.real + v.imag * x.imag - u.real * y.real - u.imag * y.imag
                    )
                    ket[i, m] = c * x + r * y
                    ket[j, n] = c * y - r * x
                    bra[i, m] = c * u + r * v
                    bra[j, n] = c * v - r * u
                else:
                    total += u.imag * x.real - u.real * x.imag
                    ket[i, m] = back * x
                    bra[i, m] = back * u
        overlaps[k] = total

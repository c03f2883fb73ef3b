"""Double factorisation of coupled-cluster doubles into diagonal Coulomb evolutions.

With T2 = 1/2 sum_m lambda_m X_m^2, X = sum_ai x_ai a+_a a_i of both spins, and the Hermitian
H(+-) = exp(-+ i pi/4) X + h.c.,

    T2 - T2+ = i/4 sum_m lambda_m (H_m(+)^2 - H_m(-)^2),

and in the orbitals that diagonalise H, its square is a sum of n_p n_q. Each term is one layer
exp(K) exp(iJ) exp(-K) of a unitary cluster Jastrow circuit (Matsuzawa & Kurashige,
10.1021/acs.jctc.9b00963; Motta et al., 10.1039/D3SC02516K).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from molpipe.model.results import Amplitudes
from molpipe.quantum.orbital_rotation import ComplexArray
from molpipe.quantum.sector.strings import FloatArray

SMALLEST_EIGENVALUE = 1e-8
"""Terms with a smaller |lambda| are left out."""

ALMOST = 0.999
"""Components above this part of the largest one count as largest; the first of them is taken."""


@dataclass(frozen=True, eq=False)
class JastrowLayer:
    """exp(K) exp(iJ) exp(-K), with J = 1/2 sum_(s,t) sum_pq couplings[s, t, p, q] n_ps n_qt.

    ``rotations`` (2, n, n) holds the matrix of exp(K) for alpha and beta: its column p is the
    rotated orbital p. ``couplings`` is (2, 2, n, n), real, symmetric under the exchange of
    (s, p) and (t, q).
    """

    rotations: ComplexArray
    couplings: FloatArray


def jastrow_layers(amplitudes: Amplitudes, *, closed_shell: bool) -> list[JastrowLayer]:
    """All layers of T2, the largest |lambda| first, H(+) before H(-).

    The product of all layers is exp(T2 - T2+) to first order in T2. In a closed shell
    the same-spin amplitudes are written with t2ab (they differ by terms that vanish by
    antisymmetry), so that the layers treat alpha and beta alike.
    """
    (oa, va), (ob, vb) = amplitudes.t1a.shape, amplitudes.t1b.shape
    mixed = _matrix(amplitudes.t2ab)
    if closed_shell:
        terms = [(value, (x, x)) for value, x in _eigenpairs(mixed)]
    else:
        same = _matrix(amplitudes.t2aa) / 2, _matrix(amplitudes.t2bb) / 2
        whole = np.block([[same[0], mixed], [mixed.T, same[1]]])
        terms = [(value, (x[: oa * va], x[oa * va :])) for value, x in _eigenpairs(whole)]
    return [
        layer
        for value, (alpha, beta) in terms
        for layer in _pair(value, (alpha.reshape(oa, va), beta.reshape(ob, vb)))
    ]


def _matrix(t2: FloatArray) -> FloatArray:
    """t2 [i, j, a, b] as a matrix [(i, a), (j, b)]."""
    i, j, a, b = t2.shape
    return t2.transpose(0, 2, 1, 3).reshape(i * a, j * b)


def _eigenpairs(matrix: FloatArray) -> Iterator[tuple[float, FloatArray]]:
    """Eigenvalues and vectors, largest first.

    The sign of a vector decides the order of the orbitals that diagonalise it, which matters
    where J is made local: the largest component is made positive.
    """
    values, vectors = np.linalg.eigh(matrix)
    for k in np.argsort(-np.abs(values), kind="stable"):
        if abs(values[k]) > SMALLEST_EIGENVALUE:
            x = vectors[:, k]
            largest = np.argmax(np.abs(x) > ALMOST * np.abs(x).max())
            yield float(values[k]), x * np.sign(x[largest])


def _pair(value: float, singles: Sequence[FloatArray]) -> Iterator[JastrowLayer]:
    """The layers of H(+) and H(-) for X [i, a] of each spin.

    H(+-) is P (X + X^T) P+ with phases P = exp(-+ i pi/4) on the empty orbitals, so one real
    diagonalisation serves both.
    """
    solved = [np.linalg.eigh(_hermitian(x)) for x in singles]
    energies = np.array([values for values, _ in solved])
    couplings = 0.5 * value * np.einsum("sp,tq->stpq", energies, energies)
    for sign in (1, -1):
        rotations = [
            _phases(vectors.shape[0], x.shape[0], sign)[:, None] * vectors
            for x, (_, vectors) in zip(singles, solved, strict=True)
        ]
        yield JastrowLayer(np.array(rotations), sign * couplings)


def _phases(n_orbitals: int, n_filled: int, sign: int) -> ComplexArray:
    return np.where(np.arange(n_orbitals) < n_filled, 1.0, np.exp(-0.25j * np.pi * sign))


def _hermitian(x: FloatArray) -> FloatArray:
    n_filled, n_empty = x.shape
    matrix = np.zeros((n_filled + n_empty,) * 2)
    matrix[:n_filled, n_filled:] = x
    return matrix + matrix.T

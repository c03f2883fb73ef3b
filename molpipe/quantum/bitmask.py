"""The Jordan-Wigner transformation on bit masks, for Hamiltonians with many terms.

A Pauli string is a pair of masks, X^x Z^z, so a product of strings is an exclusive or and a
sign. With the Hermitian one-electron operators K_pq = E_pq + E_qp (E_pp for p = q), which are a
handful of strings each, the Hamiltonian is a quadratic form:

H = core + sum_{p<=q} (h_pq - 1/2 sum_r (pr|rq)) K_pq + 1/2 sum_{p<=q, r<=s} (pq|rs) K_pq K_rs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import openfermion as of

from molpipe.model.problem import ActiveSpaceProblem
from molpipe.quantum.sector.strings import FloatArray, IntArray

NEGLIGIBLE = 1e-12
"""Coefficients below this [Ha] are rounding errors of terms that cancel."""

PAULI = {(1, 0): "X", (1, 1): "Y", (0, 1): "Z"}


@dataclass(frozen=True, eq=False)
class MaskedPaulis:
    """sum_k coefficient[k] X^x[k] Z^z[k] [Ha], bit q of a mask for qubit q, (n_terms,) each."""

    x: IntArray
    z: IntArray
    coefficient: FloatArray

    def encoded(self, matrix: IntArray) -> MaskedPaulis:
        """The same operator after the bits of every state went through ``matrix`` (n, n) mod 2.

        X masks go with the matrix, Z masks with its inverse transposed.
        """
        inverse = _inverse_mod_2(matrix)
        return MaskedPaulis(
            _multiply(matrix, self.x), _multiply(inverse.T, self.z), self.coefficient
        )

    def qubit_operator(self) -> of.QubitOperator:
        """As OpenFermion's qubit operator: Y = i X Z."""
        phases = np.array([1, -1j, -1, 1j])[np.bitwise_count(self.x & self.z) % 4]
        operator = of.QubitOperator()
        for x, z, value in zip(
            self.x.tolist(), self.z.tolist(), (self.coefficient * phases).tolist(), strict=True
        ):
            touched = x | z
            qubits = (q for q in range(touched.bit_length()) if touched >> q & 1)
            term = tuple((q, PAULI[x >> q & 1, z >> q & 1]) for q in qubits)
            operator.terms[term] = value
        return operator


def jordan_wigner_masks(problem: ActiveSpaceProblem) -> MaskedPaulis:
    """The Hamiltonian of a problem in the Jordan-Wigner mapping [Ha]."""
    n = problem.n_orbitals
    p, q = np.triu_indices(n)
    correction = 0.5 * np.einsum("prrq->pq", problem.two_body)
    one_body = (problem.one_body - correction)[p, q]
    two_body = 0.5 * problem.two_body[p, q][:, p, q]
    strings = [_one_electron(int(a), int(b)) for a, b in zip(p, q, strict=True)]
    owner = np.repeat(np.arange(p.size), [len(group) for group in strings])
    flat = np.array([string for group in strings for string in group], dtype=np.int64)
    x, z, sign = flat[:, 0], flat[:, 1], 0.5 * flat[:, 2]
    product_sign = 1.0 - 2.0 * (np.bitwise_count(z[:, None] & x[None, :]) & 1)
    product = two_body[owner][:, owner] * np.outer(sign, sign) * product_sign
    return _collected(
        np.concatenate([[0], x, (x[:, None] ^ x[None, :]).ravel()]),
        np.concatenate([[0], z, (z[:, None] ^ z[None, :]).ravel()]),
        np.concatenate([[problem.core_energy], one_body[owner] * sign, product.ravel()]),
    )


def _one_electron(p: int, q: int) -> list[tuple[int, int, int]]:
    """2 K_pq as (x, z, sign): both spins, interleaved spin orbitals."""
    strings = []
    for a, b in ((2 * p, 2 * q), (2 * p + 1, 2 * q + 1)):
        if a == b:  # 2 n = 1 - Z
            strings += [(0, 0, 1), (0, 1 << a, -1)]
        else:  # X Z..Z X + Y Z..Z Y, and Y_a Y_b = - (X Z)_a (X Z)_b
            flips, between = 1 << a | 1 << b, (1 << b) - (1 << (a + 1))
            strings += [(flips, between, 1), (flips, between | flips, -1)]
    return strings


def _collected(x: IntArray, z: IntArray, coefficient: FloatArray) -> MaskedPaulis:
    """Add up the coefficients of equal strings."""
    order = np.lexsort((z, x))
    x, z, coefficient = x[order], z[order], coefficient[order]
    first = np.flatnonzero(np.concatenate([[True], (np.diff(x) != 0) | (np.diff(z) != 0)]))
    summed = np.add.reduceat(coefficient, first)
    kept = np.abs(summed) > NEGLIGIBLE
    return MaskedPaulis(x[first][kept], z[first][kept], summed[kept])


def _multiply(matrix: npt.NDArray[np.int64], masks: IntArray) -> IntArray:
    """Each mask, as a bit vector, times the matrix modulo 2."""
    result = np.zeros_like(masks)
    for row, line in enumerate(matrix):
        selected = int(sum(1 << int(k) for k in np.flatnonzero(line)))
        result |= (np.bitwise_count(masks & selected).astype(np.int64) & 1) << row
    return result


def _inverse_mod_2(matrix: IntArray) -> IntArray:
    """The inverse of a lower triangular bit matrix with a diagonal of ones."""
    n = len(matrix)
    inverse = np.eye(n, dtype=np.int64)
    for row in range(n):
        for column in np.flatnonzero(matrix[row, :row]):
            inverse[row] ^= inverse[column]
    return inverse

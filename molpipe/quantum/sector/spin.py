"""<S^2> of a sector vector, without unfolding it."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from molpipe.quantum.excitation_table import ExcitationTable
from molpipe.quantum.sector.layout import Sector
from molpipe.quantum.sector.program import compile_program
from molpipe.quantum.sector.strings import FloatArray, strings


def s_squared(vector: FloatArray, sector: Sector) -> float:
    """<S^2> of a normalised vector of ``sector``.

    S^2 = Sz (Sz + 1) + N_beta - sum_pq (a+_pA a_qA) (a+_qB a_pB), where p = q counts doubly
    occupied orbitals and p != q exchanges the spins of two singly occupied ones.
    """
    n_alpha, n_beta = sector.nelec
    sz = (n_alpha - n_beta) / 2
    exchanges = [(((q,), (p,)), ((p,), (q,))) for p, q in combinations(range(sector.n_orbitals), 2)]
    table = ExcitationTable(np.array(exchanges, dtype=np.int64).reshape(-1, 2, 2, 1))
    exchanged = 2.0 * compile_program(sector, table).transitions(vector)
    return sz * (sz + 1) + n_beta - _doubly_occupied(vector, sector) - exchanged


def _doubly_occupied(vector: FloatArray, sector: Sector) -> float:
    """The mean number of doubly occupied orbitals."""
    alpha, beta = (strings(sector.n_orbitals, electrons) for electrons in sector.nelec)
    completing = [beta[sector.beta.members(irrep)] for irrep in range(8)]
    total = 0.0
    for string, start, group in zip(alpha, sector.row_start, sector.row_group, strict=True):
        shared = np.bitwise_count(string & completing[group])
        total += float(shared @ vector[start : start + shared.size] ** 2)
    return total

"""Exact diagonalisation by an independent route: Jordan-Wigner matrices of ladder operators."""

import numpy as np

from molpipe.model.problem import ActiveSpaceProblem


def _ladder(n: int) -> list[np.ndarray]:
    lower, sign = np.array([[0.0, 1.0], [0.0, 0.0]]), np.diag([1.0, -1.0])
    operators = []
    for p in range(n):
        matrix = np.eye(1)
        for q in range(n):
            matrix = np.kron(matrix, sign if q < p else lower if q == p else np.eye(2))
        operators.append(matrix)
    return operators


def sector_spectrum(problem: ActiveSpaceProblem) -> tuple[np.ndarray, np.ndarray]:
    """All energies [Ha] with the problem's (alpha, beta) electrons, and <S^2> of each.

    Spin orbitals are alpha first, then beta. <S^2> is that of the eigenvector, so it means
    something for states that are not degenerate.
    """
    n = problem.n_orbitals
    a = _ladder(2 * n)
    excite = [[a[p].T @ a[q] + a[n + p].T @ a[n + q] for q in range(n)] for p in range(n)]
    hamiltonian = problem.core_energy * np.eye(4**n)
    for p in range(n):
        for q in range(n):
            g_pq = problem.two_body[p, q]
            hamiltonian += problem.one_body[p, q] * excite[p][q]
            others = sum(g_pq[r, s] * excite[r][s] for r in range(n) for s in range(n))
            same = sum(g_pq[q, s] * excite[p][s] for s in range(n))
            hamiltonian += 0.5 * (excite[p][q] @ others - same)
    counts = [sum(a[o + p].T @ a[o + p] for p in range(n)).diagonal() for o in (0, n)]
    inside = np.flatnonzero((counts[0] == problem.nelec[0]) & (counts[1] == problem.nelec[1]))
    energies, vectors = np.linalg.eigh(hamiltonian[np.ix_(inside, inside)])
    raising = sum(a[p].T @ a[n + p] for p in range(n))[:, inside]
    sz = 0.5 * (problem.nelec[0] - problem.nelec[1])
    s2 = sz * (sz + 1) + np.linalg.norm(raising @ vectors, axis=0) ** 2
    return energies, s2

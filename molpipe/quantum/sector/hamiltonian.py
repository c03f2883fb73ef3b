"""The Hamiltonian on a sector vector, by PySCF's FCI contraction.

The one file of the quantum side that calls PySCF: its contraction kernels are the fastest
there are for this step, and they know nothing but integrals and strings.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from pyscf import ao2mo
from pyscf.fci import cistring, direct_spin1, spin_op

from molpipe.model.problem import ActiveSpaceProblem
from molpipe.quantum.sector.strings import FloatArray


class SectorHamiltonian:
    """H of an active-space problem on vectors (alpha strings, beta strings) of its sector."""

    def __init__(self, problem: ActiveSpaceProblem) -> None:
        self.n_orbitals = problem.n_orbitals
        self.nelec = problem.nelec
        self.core_energy = problem.core_energy
        packed = ao2mo.restore(4, np.array(problem.two_body), self.n_orbitals)
        self._integrals = direct_spin1.absorb_h1e(
            np.array(problem.one_body), packed, self.n_orbitals, self.nelec, 0.5
        )
        self._links = _links(self.n_orbitals, self.nelec)

    def apply(self, vector: FloatArray) -> FloatArray:
        """(H - core_energy) |vector> [Ha]."""
        sigma = direct_spin1.contract_2e(
            self._integrals, vector, self.n_orbitals, self.nelec, self._links
        )
        return np.ascontiguousarray(sigma)

    def expectation(self, vector: FloatArray) -> float:
        """<vector| H |vector> [Ha] of a normalised vector."""
        return float(np.vdot(vector, self.apply(vector))) + self.core_energy


def s_squared(vector: FloatArray, *, n_orbitals: int, nelec: tuple[int, int]) -> float:
    """<S^2> of a normalised sector vector."""
    return float(spin_op.spin_square0(vector, n_orbitals, nelec)[0])


def _links(n_orbitals: int, nelec: tuple[int, int]) -> tuple[Any, Any]:
    """PySCF's link tables, shared by both spins where they have equal electrons."""
    alpha = cistring.gen_linkstr_index_trilidx(range(n_orbitals), nelec[0])
    if nelec[0] == nelec[1]:
        return alpha, alpha
    return alpha, cistring.gen_linkstr_index_trilidx(range(n_orbitals), nelec[1])

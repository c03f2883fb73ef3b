"""The Hamiltonian on a sector vector, by PySCF's FCI contraction.

The one file of the quantum side that calls PySCF: its contraction kernels know nothing but
integrals and strings, and the blocked one does the work of a single irrep only.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import numpy as np
from pyscf import ao2mo
from pyscf.fci import cistring, direct_spin1, direct_spin1_symm, spin_op

from molpipe.model.problem import ActiveSpaceProblem
from molpipe.quantum.sector.layout import Sector, no_symmetry
from molpipe.quantum.sector.strings import FloatArray

Contraction = Callable[[FloatArray], FloatArray]


class SectorHamiltonian:
    """H of an active-space problem on the vectors of ``sector``, of any contiguous shape."""

    def __init__(self, problem: ActiveSpaceProblem, sector: Sector | None = None) -> None:
        """Without a sector: all determinants of ``problem.nelec``, whatever their irrep."""
        n = problem.n_orbitals
        sector = sector or Sector(n, problem.nelec, no_symmetry(n))
        packed = ao2mo.restore(4, np.array(problem.two_body), n)
        one_body = np.array(problem.one_body)
        integrals = direct_spin1.absorb_h1e(one_body, packed, n, problem.nelec, 0.5)
        contraction = _whole if sector.n_irreps == 1 else _blocked
        self.core_energy = problem.core_energy
        self._contract: Contraction = contraction(integrals, sector)

    def apply(self, vector: FloatArray) -> FloatArray:
        """(H - core_energy) |vector> [Ha]."""
        return self._contract(vector)

    def expectation(self, vector: FloatArray) -> float:
        """<vector| H |vector> [Ha] of a normalised vector."""
        return float(np.vdot(vector, self.apply(vector))) + self.core_energy


def _whole(integrals: FloatArray, sector: Sector) -> Contraction:
    """PySCF's contraction over all determinants."""
    n, nelec = sector.n_orbitals, sector.nelec
    links = tuple(cistring.gen_linkstr_index_trilidx(range(n), electrons) for electrons in nelec)

    def contract(vector: FloatArray) -> FloatArray:
        image = direct_spin1.contract_2e(integrals, vector.reshape(sector.sizes), n, nelec, links)
        return np.ascontiguousarray(image).reshape(vector.shape)

    return contract


def _blocked(integrals: FloatArray, sector: Sector) -> Contraction:
    """PySCF's contraction over the determinants of one irrep, blocks end to end."""
    n, irreps = sector.n_orbitals, np.arange(sector.n_irreps)
    blocks, rank, irrep_of_pair = direct_spin1_symm.reorder_eri(integrals, n, sector.labels)
    links = {
        electrons: _links(n, electrons, sector, rank, irrep_of_pair) for electrons in sector.nelec
    }
    alpha, beta = (links[electrons] for electrons in sector.nelec)
    rows, columns = sector.alpha.sizes[irreps], sector.beta.sizes[irreps]
    tables = (
        np.array([len(block) for block in blocks], dtype=np.int32),
        (rows * columns[irreps ^ sector.irrep]).astype(np.int32),
        rows.astype(np.int32),
        columns.astype(np.int32),
        alpha,
        beta,
    )
    flat = np.concatenate([block.ravel() for block in blocks])
    numbers = (n, alpha.shape[1], beta.shape[1], sector.n_irreps, sector.irrep)

    def contract(vector: FloatArray) -> FloatArray:
        image = np.zeros_like(vector)
        arrays = (array.ctypes.data_as(ctypes.c_void_p) for array in (flat, vector, image, *tables))
        direct_spin1_symm.libfci.FCIcontract_2e_symm1(*arrays, *map(ctypes.c_int, numbers))
        return image

    return contract


def s_squared(vector: FloatArray, *, n_orbitals: int, nelec: tuple[int, int]) -> float:
    """<S^2> of a normalised full vector (alpha strings, beta strings)."""
    return float(spin_op.spin_square0(vector, n_orbitals, nelec)[0])


def _links(n: int, n_electrons: int, sector: Sector, rank: Any, irrep_of_pair: Any) -> Any:
    """PySCF's link table of one spin, its strings and orbital pairs counted by irrep."""
    table = cistring.gen_linkstr_index_trilidx(range(n), n_electrons)
    strings = cistring.gen_strings4orblist(range(n), n_electrons)
    _, ordered = direct_spin1_symm.gen_str_irrep(strings, sector.labels, table, rank, irrep_of_pair)
    return np.ascontiguousarray(ordered)

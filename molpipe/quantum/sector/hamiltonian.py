"""The Hamiltonian on a sector vector, by PySCF's FCI contraction.

The one file of the quantum side that calls PySCF: its contraction kernels know nothing but
integrals and strings, and the blocked one does the work of a single irrep only.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from pyscf.fci import spin_op
from pyscf.fci.direct_spin1_symm import libfci, reorder_eri

from molpipe.model.problem import ActiveSpaceProblem
from molpipe.quantum.sector.layout import Sector, SpinStrings
from molpipe.quantum.sector.set_up_kernels import pack_integrals
from molpipe.quantum.sector.strings import FloatArray, strings

LinkTable = npt.NDArray[np.int32]


class Contraction:
    """A contraction of PySCF's library with its tables at hand."""

    def __init__(self, function: Any, integrals: FloatArray, tables: Sequence[Any]) -> None:
        self._function, self._kept = function, (integrals, *tables)  # C sees only their addresses
        self._integrals, *self._tables = map(_as_c, self._kept)

    def __call__(self, vector: FloatArray) -> FloatArray:
        """What the Hamiltonian makes of ``vector``, contiguous and of any shape."""
        vector = np.ascontiguousarray(vector)
        image = np.zeros_like(vector)
        self._function(self._integrals, _as_c(vector), _as_c(image), *self._tables)
        return image


def _as_c(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return ctypes.c_void_p(value.ctypes.data)
    return ctypes.c_int(value)


class SectorHamiltonian:
    """H of an active-space problem on the vectors of ``sector``, of any contiguous shape."""

    def __init__(self, problem: ActiveSpaceProblem, sector: Sector | None = None) -> None:
        """Without a sector: all determinants of ``problem.nelec``, whatever their irrep."""
        sector = sector or Sector.whole(problem.n_orbitals, problem.nelec)
        integrals = pack_integrals(problem.one_body, problem.two_body, sum(problem.nelec))
        contraction = _whole if sector.n_irreps == 1 else _blocked
        self.core_energy = problem.core_energy
        self._contract = contraction(integrals, sector)

    def apply(self, vector: FloatArray) -> FloatArray:
        """(H - core_energy) |vector> [Ha]."""
        return self._contract(vector)

    def expectation(self, vector: FloatArray) -> float:
        """<vector| H |vector> [Ha] of a normalised vector."""
        return float(np.vdot(vector, self.apply(vector))) + self.core_energy


def _whole(integrals: FloatArray, sector: Sector) -> Contraction:
    """PySCF's contraction over all determinants."""
    links = _links(sector)
    numbers = [sector.n_orbitals, *sector.sizes, *(link.shape[1] for link in links)]
    return Contraction(libfci.FCIcontract_2e_spin1, integrals, [*numbers, *links])


def _blocked(integrals: FloatArray, sector: Sector) -> Contraction:
    """PySCF's contraction over the determinants of one irrep, blocks end to end."""
    n, irreps = sector.n_orbitals, np.arange(sector.n_irreps)
    blocks, rank, irrep_of_pair = reorder_eri(integrals, n, sector.labels)
    links = [
        _links_by_irrep(table, spin, rank, irrep_of_pair)
        for table, spin in zip(_links(sector), (sector.alpha, sector.beta), strict=True)
    ]
    rows, columns = sector.alpha.sizes[irreps], sector.beta.sizes[irreps]
    sizes = (map(len, blocks), rows * columns[irreps ^ sector.irrep], rows, columns)
    tables = [*(np.array([*size], dtype=np.int32) for size in sizes), *links]
    numbers = [n, *(link.shape[1] for link in links), sector.n_irreps, sector.irrep]
    flat = np.concatenate([block.ravel() for block in blocks])
    return Contraction(libfci.FCIcontract_2e_symm1, flat, [*tables, *numbers])


def s_squared(vector: FloatArray, *, n_orbitals: int, nelec: tuple[int, int]) -> float:
    """<S^2> of a normalised full vector (alpha strings, beta strings)."""
    return float(spin_op.spin_square0(vector, n_orbitals, nelec)[0])


def _links(sector: Sector) -> tuple[LinkTable, LinkTable]:
    """The link tables of both spins; one and the same where they have as many electrons."""
    n_alpha, n_beta = sector.nelec
    alpha = _spin_links(sector.n_orbitals, n_alpha)
    return alpha, alpha if n_alpha == n_beta else _spin_links(sector.n_orbitals, n_beta)


def _spin_links(n_orbitals: int, n_electrons: int) -> LinkTable:
    """PySCF's link table of one spin (strings, links, 4): what E_pq, p >= q, makes of a string.

    Each link is the index of pq, an unused number, the other string and the sign.
    """
    among = strings(n_orbitals, n_electrons)
    n_links = n_electrons * (n_orbitals - n_electrons + 1)
    table = np.empty((among.size, n_links, 4), dtype=np.int32)
    arguments = [n_orbitals, among.size, n_electrons, among, 1]
    libfci.FCIlinkstr_index(*map(_as_c, [table, *arguments]))
    return table


def _links_by_irrep(
    table: LinkTable, spin: SpinStrings, rank: LinkTable, irrep_of_pair: LinkTable
) -> LinkTable:
    """The link table with strings and orbital pairs counted by irrep."""
    pair, other = table[:, :, 0], table[:, :, 2]
    ordered = np.stack([rank[pair], irrep_of_pair[pair], spin.place[other], table[:, :, 3]], axis=2)
    return ordered[np.argsort(spin.irrep, kind="stable")].astype(np.int32)

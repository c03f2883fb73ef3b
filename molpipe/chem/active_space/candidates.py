"""Orbitals in the order in which an active space would take them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from pyscf import gto
from pyscf.data import elements

from molpipe.chem.active_space.natural import NoNaturalOrbitals, natural_orbitals
from molpipe.model.arrays import FloatArray
from molpipe.model.problem import MeanField

_SAME_ENERGY: Final = 1e-3
_SAME_OCCUPATION: Final = 1e-3
"""Neighbours this close in energy [Ha] and in occupation belong to one degenerate shell."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Candidates:
    """All orbitals: frozen core, then doubly occupied, singly occupied and empty ones.

    Within the doubly occupied ones the most active stands last, within the empty ones
    first, so that every active space is one slice around the singly occupied orbitals.
    ``coefficients`` (n_ao, n_mo); ``occupations`` (n_mo,) from MP2 where ``label`` says so,
    else those of the determinant; ``energies`` (n_mo,) expectation values of the
    spin-averaged Fock operator [Ha]. ``note`` says why these are not the orbitals asked for.
    """

    label: str
    note: str
    coefficients: FloatArray
    occupations: FloatArray
    energies: FloatArray
    n_core: int
    n_double: int
    n_single: int
    n_empty: int

    def cuts_shell(self, n_double: int, n_empty: int) -> bool:
        """Whether so many doubly occupied and empty orbitals would split a degenerate shell."""
        first = self.n_core + self.n_double - n_double
        last = self.n_core + self.n_double + self.n_single + n_empty
        below = self.n_core < first < self.n_core + self.n_double
        above = self.n_core + self.n_double + self.n_single < last < len(self.energies)
        return (below and self._same_shell(first)) or (above and self._same_shell(last))

    def _same_shell(self, edge: int) -> bool:
        energy = abs(self.energies[edge] - self.energies[edge - 1])
        occupation = abs(self.occupations[edge] - self.occupations[edge - 1])
        return bool(energy < _SAME_ENERGY and occupation < _SAME_OCCUPATION)


def prepare(
    space: Any, mean_field: MeanField, fock: FloatArray, *, kind: str, n_core: int
) -> Candidates:
    """Candidates of the kind asked for, or canonical ones with the reason in ``note``.

    Args:
        space: PySCF SCF object of the molecule that keeps the integrals.
        mean_field: the converged determinant.
        fock: spin-averaged Fock matrix (n_ao, n_ao) [Ha].
        kind: ``mp2-natural`` or ``canonical``.
        n_core: frozen orbitals, the lowest ones.
    """
    counts = [int((mean_field.mo_occ == n).sum()) for n in (2, 1, 0)]
    label, note = kind, ""
    coefficients, occupations = mean_field.mo_coeff, mean_field.mo_occ
    if kind == "mp2-natural":
        try:
            coefficients, occupations = natural_orbitals(space, mean_field, n_core=n_core)
        except NoNaturalOrbitals as reason:
            label, note = "canonical", f"canonical orbitals, because {reason}"
    return Candidates(
        label=label,
        note=note,
        coefficients=coefficients,
        occupations=occupations,
        energies=np.einsum("pi,pq,qi->i", coefficients, fock, coefficients, optimize=True),
        n_core=n_core,
        n_double=counts[0] - n_core,
        n_single=counts[1],
        n_empty=counts[2],
    )


def frozen_core(molecule: gto.Mole, mean_field: MeanField) -> int:
    """Orbitals of the chemical core that are not in a core potential already.

    Zero where freezing them would leave no electron to correlate (Li+, Be2+).
    """
    n_double = int((mean_field.mo_occ == 2).sum())
    n_single = int((mean_field.mo_occ == 1).sum())
    core = min(int(elements.chemcore(molecule)), n_double)
    return core if n_double - core + n_single > 0 else 0

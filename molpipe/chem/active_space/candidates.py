"""Orbitals in the order in which an active space would take them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pyscf import gto
from pyscf.data import elements

from molpipe.model.arrays import FloatArray
from molpipe.model.problem import MeanField

_SAME_ENERGY: Final = 1e-3
_SAME_OCCUPATION: Final = 1e-3
"""Neighbours this close in energy [Ha] and in occupation belong to one degenerate shell."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """The doubly occupied and empty orbitals next to the frontier that a rule singles out.

    ``name`` says in words what they are: "pi system of C1 C2".
    """

    name: str
    n_double: int
    n_empty: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Candidates:
    """All orbitals: frozen core, then doubly occupied, singly occupied and empty ones.

    Within the doubly occupied ones the most active stands last, within the empty ones
    first, so that every active space is one slice around the singly occupied orbitals.
    ``coefficients`` (n_ao, n_mo); ``occupations`` (n_mo,) are natural ones where there are
    any, else those of the determinant; ``energies`` (n_mo,) expectation values of the
    spin-averaged Fock operator [Ha]. ``note`` says what was done in place of what was asked.
    ``keeps_determinant`` is False where occupied and empty Hartree-Fock orbitals are mixed.
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
    wanted: Wanted | None = None
    keeps_determinant: bool = True

    @property
    def most_double(self) -> int:
        """Doubly occupied orbitals that ``auto`` may take."""
        return self.n_double if self.wanted is None else self.wanted.n_double

    @property
    def most_empty(self) -> int:
        """Empty orbitals that ``auto`` may take."""
        return self.n_empty if self.wanted is None else self.wanted.n_empty

    @property
    def has_occupations(self) -> bool:
        """Whether the occupations tell more than the determinant does."""
        return bool((self.occupations % 1 != 0).any())

    def cuts_shell(self, n_double: int, n_empty: int) -> bool:
        """Whether so many doubly occupied and empty orbitals would split a degenerate shell.

        What is wanted ends where the kind of orbital changes, which is no shell.
        """
        first = self.n_core + self.n_double - n_double
        last = self.n_core + self.n_double + self.n_single + n_empty
        below = 0 < n_double < self.n_double and n_double != self.most_double
        above = 0 < n_empty < self.n_empty and n_empty != self.most_empty
        return (below and self._same_shell(first)) or (above and self._same_shell(last))

    def _same_shell(self, edge: int) -> bool:
        energy = abs(self.energies[edge] - self.energies[edge - 1])
        occupation = abs(self.occupations[edge] - self.occupations[edge - 1])
        return bool(energy < _SAME_ENERGY and occupation < _SAME_OCCUPATION)


def size(n_double: int, n_single: int, n_empty: int) -> str:
    """A space as chemists write it: "(electrons,orbitals)"."""
    return f"({2 * n_double + n_single},{n_double + n_single + n_empty})"


def frozen_core(molecule: gto.Mole, mean_field: MeanField) -> int:
    """Orbitals of the chemical core that are not in a core potential already.

    Zero where freezing them would leave no electron to correlate (Li+, Be2+).
    """
    n_double = int((mean_field.mo_occ == 2).sum())
    n_single = int((mean_field.mo_occ == 1).sum())
    core = min(int(elements.chemcore(molecule)), n_double)
    return core if n_double - core + n_single > 0 else 0

"""The orbitals of a chosen space, and the ones below it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from molpipe.chem.active_space.candidates import Candidates
from molpipe.chem.active_space.choice import Choice
from molpipe.model.arrays import FloatArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Selection:
    """Orbitals (n_ao, n) below the space and inside it: doubly, singly occupied, empty.

    ``inactive`` starts with the frozen core. ``occupations`` (n,) are those of the natural
    orbitals that span the space, falling.
    """

    inactive: FloatArray
    double: FloatArray
    single: FloatArray
    empty: FloatArray
    occupations: FloatArray
    label: str
    reason: str
    keeps_determinant: bool

    @property
    def active(self) -> FloatArray:
        """All orbitals of the space (n_ao, n)."""
        return np.hstack([self.double, self.single, self.empty])

    @property
    def density(self) -> FloatArray:
        """Total density (n_ao, n_ao) of the determinant."""
        closed = np.hstack([self.inactive, self.double])
        return np.asarray(2 * closed @ closed.T + self.single @ self.single.T)

    @property
    def nelec(self) -> tuple[int, int]:
        """Alpha and beta electrons in the space."""
        beta = self.double.shape[1]
        return beta + self.single.shape[1], beta


def select(candidates: Candidates, choice: Choice) -> Selection:
    """The slice of the candidates that the choice takes."""
    start = candidates.n_core + candidates.n_double - choice.n_double
    sizes = [choice.n_double, candidates.n_single, choice.n_empty]
    edges = [start, *(start + np.cumsum(sizes)).tolist()]
    inactive, double, single, empty, _ = np.split(candidates.coefficients, edges, axis=1)
    return Selection(
        inactive=inactive,
        double=double,
        single=single,
        empty=empty,
        occupations=candidates.occupations[start : edges[-1]],
        label=candidates.label,
        reason=choice.reason,
        keeps_determinant=candidates.keeps_determinant,
    )

"""Fermionic excitations, the alphabet of every coupled-cluster-like circuit."""

from __future__ import annotations

from typing import NamedTuple, Self

Orbitals = tuple[int, ...]


class _Fields(NamedTuple):
    alpha_from: Orbitals
    alpha_to: Orbitals
    beta_from: Orbitals
    beta_to: Orbitals


class Excitation(_Fields):
    """The operator T = T_alpha T_beta, where T_s = a+_b0 a+_b1 .. a_i1 a_i0 of spin s.

    ``alpha_from`` and ``beta_from`` are the spatial orbitals that are emptied (i), and
    ``alpha_to`` and ``beta_to`` those that are filled (a), in the order of the operators.
    Electrons of each spin are conserved, so the sign of T on a determinant is the product
    of one sign for its alpha and one for its beta string. A tuple, because a small VQE spends
    its time on making these.
    """

    __slots__ = ()

    def __new__(
        cls,
        alpha_from: Orbitals = (),
        alpha_to: Orbitals = (),
        beta_from: Orbitals = (),
        beta_to: Orbitals = (),
    ) -> Self:
        """Check that the excitation is one; ValueError otherwise."""
        self = super().__new__(cls, alpha_from, alpha_to, beta_from, beta_to)
        alpha, beta = len(alpha_from), len(beta_from)
        if alpha != len(alpha_to) or beta != len(beta_to):
            raise ValueError(f"{self} does not conserve the electrons of each spin")
        if len({*alpha_from, *alpha_to}) < 2 * alpha or len({*beta_from, *beta_to}) < 2 * beta:
            raise ValueError(f"{self} names an orbital twice")
        if alpha + beta == 0:
            raise ValueError("an excitation must move at least one electron")
        return self

    @property
    def rank(self) -> int:
        """How many electrons move: 1 for a single, 2 for a double excitation."""
        return len(self.alpha_from) + len(self.beta_from)

    @property
    def operators(self) -> tuple[tuple[int, bool], ...]:
        """The ladder operators of T from left to right: (spin orbital, creates)."""
        return (
            *((2 * p, True) for p in self.alpha_to),
            *((2 * p, False) for p in reversed(self.alpha_from)),
            *((2 * p + 1, True) for p in self.beta_to),
            *((2 * p + 1, False) for p in reversed(self.beta_from)),
        )

    @property
    def spin_flipped(self) -> Excitation:
        """The same excitation with alpha and beta exchanged."""
        return Excitation(self.beta_from, self.beta_to, self.alpha_from, self.alpha_to)

"""Point-group symmetry of a Hamiltonian, read off its integrals.

Every abelian symmetry without degenerate irreps gives each orbital a sign, and an integral can
only be nonzero where the signs of its orbitals multiply to one. Turned round: the sign vectors
that all nonzero integrals respect form a vector space over the two-element field, and
a basis of it labels the irreps. Nothing about the geometry is needed.
"""

from __future__ import annotations

import numpy as np

from molpipe.quantum.sector.strings import FloatArray, IntArray

ZERO = 1e-7
"""Integrals below this [Ha] count as zero. A state of pure symmetry has no expectation value of
what they hold, so that the energy stays that of the whole Hamiltonian."""

MAX_GENERATORS = 3
"""D2h has three; more can only come from fragments that do not see each other."""


def orbital_irreps(one_body: FloatArray, two_body: FloatArray) -> IntArray:
    """An irrep label for each orbital, (n,): labels multiply by exclusive or, 0 is trivial.

    Args:
        one_body: (n, n) integrals [Ha].
        two_body: (n, n, n, n) integrals in chemist order [Ha].
    """
    n = one_body.shape[0]
    bits = 1 << np.arange(n, dtype=np.int64)
    pairs = bits[:, None] ^ bits[None, :]
    masks = [pairs[np.abs(one_body) > ZERO]]
    for p in range(n):  # one slab at a time: n**4 masks would outweigh the integrals
        slab = pairs[p][:, None, None] ^ pairs[None, :, :]
        masks.append(np.unique(slab[np.abs(two_body[p]) > ZERO]))
    generators = _orthogonal(np.unique(np.concatenate(masks)), n)[:MAX_GENERATORS]
    labels = np.zeros(n, dtype=np.int64)
    for k, generator in enumerate(generators):
        labels |= (generator >> np.arange(n) & 1) << k
    return labels


def product_irreps(strings: IntArray, labels: IntArray) -> IntArray:
    """The irrep of each occupation string: the product over its filled orbitals."""
    irreps = np.zeros_like(strings)
    for p, label in enumerate(labels):
        irreps ^= np.where(strings >> p & 1, label, 0)
    return irreps


def _orthogonal(masks: IntArray, n: int) -> list[int]:
    """A basis of the bit vectors orthogonal to all masks, without the one of all ones.

    All ones are orthogonal to every mask, of two or four orbitals, and tell nothing; with the
    first vector taken for them, the others still tell everything up to that sign.
    """
    rows: dict[int, int] = {}  # leading bit -> reduced mask
    for mask in masks.tolist():
        for lead, row in rows.items():
            if mask >> lead & 1:
                mask ^= row  # noqa: PLW2901
        if mask:
            lead = mask.bit_length() - 1
            rows = {k: row ^ (mask if row >> lead & 1 else 0) for k, row in rows.items()}
            rows[lead] = mask
    free = [p for p in range(n) if p not in rows]
    vectors = [sum(1 << k for k, row in rows.items() if row >> p & 1) | 1 << p for p in free]
    return vectors[1:]

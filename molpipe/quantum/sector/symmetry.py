"""Point-group symmetry of a Hamiltonian, read off its integrals.

Every abelian symmetry without degenerate irreps gives each orbital a sign, and an integral can
only be nonzero where the signs of its orbitals multiply to one. Turned round: the sign vectors
that all nonzero integrals respect form a vector space over the two-element field, and
a basis of it labels the irreps. Nothing about the geometry is needed.
"""

from __future__ import annotations

import numpy as np

from molpipe.quantum.sector.set_up_kernels import occurring_parities
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
    rows = occurring_parities(one_body, two_body, ZERO)
    generators = _orthogonal(rows.tolist(), n)[:MAX_GENERATORS]
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


def _orthogonal(rows: list[int], n: int) -> list[int]:
    """A basis of the bit vectors orthogonal to ``rows``, without the one of all ones.

    Row k leads with bit k or is zero. All ones are orthogonal to every row, of two or four
    orbitals, and tell nothing; with the first vector taken for them, the others still tell
    everything up to that sign.
    """
    reduced: dict[int, int] = {}  # leading bit -> row without the leading bits of the others
    for lead, row in enumerate(rows):
        if row:
            for other, known in reduced.items():
                if row >> other & 1:
                    row ^= known  # noqa: PLW2901
            reduced[lead] = row
    free = [p for p in range(n) if p not in reduced]
    vectors = [sum(1 << k for k, row in reduced.items() if row >> p & 1) | 1 << p for p in free]
    return vectors[1:]

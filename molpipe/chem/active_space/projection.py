"""Orbitals that look like chosen atomic functions: AVAS, with guards.

Sayfutyarova, Sun, Chan and Knizia 2017, doi:10.1021/acs.jctc.7b00128.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from molpipe.chem.active_space.candidates import Wanted
from molpipe.chem.orbitals import diagonalise_blocks
from molpipe.errors import ActiveSpaceError
from molpipe.model.arrays import FloatArray

LEAST_WEIGHT: Final = 0.2
"""An orbital with this much of the functions looked for belongs to them, as in the paper."""

_SAME_WEIGHT: Final = 1e-3
"""Weights this close belong to one degenerate shell."""

_NOTHING: Final = 1e-2
"""An orbital with less weight does not look like the target at all."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Target:
    """The functions that active orbitals shall look like.

    ``projector`` (n_ao, n_ao) projects on the functions, in atomic orbitals: C.T @ projector
    @ C of an orbital is the part of it that they hold. ``pairs`` is the number of occupied
    and of empty orbitals to take; None takes every orbital above a least weight.
    """

    name: str
    projector: FloatArray
    pairs: int | None = None


def project(
    blocks: list[FloatArray],
    target: Target,
    ruler: FloatArray,
    *,
    least_weight: float = LEAST_WEIGHT,
) -> tuple[list[FloatArray], Wanted]:
    """Part the occupied and the empty orbitals into what looks like the target and the rest.

    Orbitals are turned only within each block, so the determinant stays. A space never
    goes without empty orbitals, nor without electrons: where the weights leave one side out,
    its best shell is taken all the same. Shells of equal weight stay whole.

    Args:
        blocks: doubly occupied orbitals outside the core, singly occupied, empty ones.
        target: what they shall look like.
        ruler: see :func:`molpipe.chem.orbitals.diagonalise_blocks`.
        least_weight: between 0 and 1.

    Returns:
        Doubly occupied orbitals outside the target and inside, singly occupied ones, empty
        ones inside and outside; and how many the target takes of each.

    Raises:
        ActiveSpaceError: no occupied or no empty orbital looks like the target at all.
    """
    double, single, empty = blocks
    (double_in, double_out), (empty_in, empty_out) = (
        _part(block, target, ruler, least_weight, needed=needed)
        for block, needed in ((double, single.shape[1] == 0), (empty, True))
    )
    n_double, n_single, n_empty = (part.shape[1] for part in (double_in, single, empty_in))
    if (n_double == 0) + (n_single == 0) + (n_empty == 0) > 1:
        raise ActiveSpaceError(
            f"{target.name}: no orbital on one side of the frontier looks like it",
            hint='name another space, or a size such as "6,6"',
        )
    wanted = Wanted(name=target.name, n_double=n_double, n_empty=n_empty)
    return [double_out, double_in, single, empty_in, empty_out], wanted


def _part(
    block: FloatArray, target: Target, ruler: FloatArray, least_weight: float, *, needed: bool
) -> tuple[FloatArray, FloatArray]:
    """The orbitals of a block inside the target and outside."""
    turned, minus = diagonalise_blocks(-target.projector, [block], ruler)
    weights = -minus
    enough = weights > least_weight
    n = int(enough.sum()) if target.pairs is None else min(target.pairs, len(weights))
    if n == 0 and needed:
        n = int((weights[:1] > _NOTHING).sum())
    while 0 < n < len(weights) and weights[n - 1] - weights[n] < _SAME_WEIGHT:
        n += 1
    return turned[:, :n], turned[:, n:]

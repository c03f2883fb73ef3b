"""Does the order of alternatives depend on the method?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Final

from molpipe.analysis.balance import CCSD_DISTRUSTED
from molpipe.model.relative import Disagreement, RankingBlock, ReactionBlock

TIE: Final = 0.05
"""Two energies [kcal/mol] nearer than this have no order."""

REFERENCES: Final = (
    *("full.ccsd_t", "full.ccsd_t_fno", "full.ccsd", "active.nevpt2", "active.casci"),
    *("active.ccsd", "full.mp2", "full.hf", "active.hf"),
)
"""The method whose order the others are held against is the first one that all have."""


@dataclass(frozen=True)
class _Order:
    """The energies [kcal/mol] of all reactions of a group by one method, in one space."""

    method: str
    space: int
    energies: Mapping[str, float]


def ranking_blocks(reactions: Sequence[ReactionBlock]) -> tuple[RankingBlock, ...]:
    """A ranking for each group of reactions, and for reactions of the same reactants.

    A reaction that is listed in several active spaces takes part in the n-th comparison with
    its n-th listing, as far as all reactions of the group have one.
    """
    groups: defaultdict[str, list[ReactionBlock]] = defaultdict(list)
    for reaction in reactions:
        groups[reaction.group or _reactants(reaction)].append(reaction)
    return tuple(
        _rank(group, listed)
        for group, listed in groups.items()
        if len({reaction.name for reaction in listed}) > 1
    )


def _reactants(reaction: ReactionBlock) -> str:
    side = sorted(reaction.reactants.items())
    return "from " + " + ".join(f"{count:g} {name}" if count != 1 else name for name, count in side)


def _rank(group: str, listed: Sequence[ReactionBlock]) -> RankingBlock:
    orders = list(_orders(listed))
    distrusted = any(w.code == CCSD_DISTRUSTED for reaction in listed for w in reaction.warnings)
    reference = _reference(orders, distrusted=distrusted)
    if reference is None:
        return RankingBlock(
            group=group,
            reference=None,
            order=(),
            smallest_gap_kcal_mol=None,
            methods=(),
            stable=None,
            disagreeing=(),
        )
    ranked = sorted(reference.energies, key=lambda name: reference.energies[name])
    others = [order for order in orders if order is not reference]
    found = [
        Disagreement(method=order.method, space=order.space, pairs=pairs)
        for order in others
        if (pairs := _swapped(ranked, reference, order))
    ]
    return RankingBlock(
        group=group,
        reference=reference.method,
        order=tuple(ranked),
        smallest_gap_kcal_mol=min(
            reference.energies[above] - reference.energies[below]
            for below, above in pairwise(ranked)
        ),
        methods=tuple(dict.fromkeys(order.method for order in orders)),
        stable=not found if others else None,
        disagreeing=tuple(found),
    )


def _orders(listed: Sequence[ReactionBlock]) -> Iterator[_Order]:
    by_name: defaultdict[str, list[ReactionBlock]] = defaultdict(list)
    for reaction in listed:
        by_name[reaction.name].append(reaction)
    for space, blocks in enumerate(zip(*by_name.values(), strict=False), start=1):
        for place in ("active", "full"):
            for method in getattr(blocks[0], place):
                values = {b.name: getattr(b, place)[method].kcal_mol for b in blocks}
                energies = {name: value for name, value in values.items() if value is not None}
                if len(energies) == len(blocks):
                    yield _Order(f"{place}.{method}", space, energies)


def _reference(orders: Sequence[_Order], *, distrusted: bool) -> _Order | None:
    first = {order.method: order for order in orders if order.space == 1}
    for method in REFERENCES:
        if method in first and not (distrusted and "ccsd" in method):
            return first[method]
    return None


def _swapped(
    ranked: Sequence[str], reference: _Order, order: _Order
) -> tuple[tuple[str, str], ...]:
    """Pairs that the reference resolves and the other method turns round."""
    return tuple(
        (lower, higher)
        for lower, higher in combinations(ranked, 2)
        if reference.energies[higher] - reference.energies[lower] > TIE
        and order.energies[lower] - order.energies[higher] > TIE
    )

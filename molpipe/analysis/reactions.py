"""Relative energies: products minus reactants, by every method that all of them have."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Literal

from molpipe.analysis.balance import Member, balance_warnings
from molpipe.model.document import ActiveEnergiesBlock, FullEnergiesBlock, Row
from molpipe.model.reactions import Reaction
from molpipe.model.relative import Difference, ReactionBlock
from molpipe.model.results import EnergyValue
from molpipe.units import kcal_mol, mha

Space = Literal["active", "full"]

METHODS: Mapping[Space, tuple[str, ...]] = {
    "active": tuple(field.name for field in fields(ActiveEnergiesBlock)),
    "full": tuple(field.name for field in fields(FullEnergiesBlock)),
}
"""Every method of the energies of a row."""

_UNRESTRICTED = "_unrestricted"


@dataclass(frozen=True)
class _Computed:
    """One reaction, its block, and the rows it stands on."""

    block: ReactionBlock
    members: Sequence[Member]


def reaction_blocks(
    reactions: Sequence[Reaction], rows: Sequence[Row]
) -> tuple[ReactionBlock, ...]:
    """One block for each reaction, in their order [kcal/mol, mHa].

    Reactions of one name are one reaction in several active spaces; each carries the spread
    of its differences over all of them.
    """
    known = {row.name: row for row in rows}
    computed = [_compute(reaction, known) for reaction in reactions]
    named: defaultdict[str, list[_Computed]] = defaultdict(list)
    for one in computed:
        named[one.block.name].append(one)
    return tuple(_with_spread(one.block, named[one.block.name]) for one in computed)


def _compute(reaction: Reaction, known: Mapping[str, Row]) -> _Computed:
    members = [
        Member(name, known.get(name), coefficient) for name, coefficient in reaction.members.items()
    ]
    active = {method: _difference(members, "active", method) for method in METHODS["active"]}
    block = ReactionBlock(
        name=reaction.name,
        group=reaction.group,
        reactants=reaction.reactants,
        products=reaction.products,
        active=active,
        full={method: _difference(members, "full", method) for method in METHODS["full"]},
        vqe_minus_casci_kcal_mol=_minus(active["vqe"], active["casci"]),
        warnings=balance_warnings(members),
    )
    return _Computed(block, members)


def _difference(members: Sequence[Member], space: Space, method: str) -> Difference:
    parts = []
    broken = method.endswith(_UNRESTRICTED) and any(
        _energy(member, space, method).good is not None for member in members
    )
    for member in members:
        energy = _energy(member, space, method)
        if broken and energy.status == "not-applicable":
            # A stable solution breaks no symmetry: both kinds of orbitals are the same.
            energy = _energy(member, space, method.removesuffix(_UNRESTRICTED))
        if energy.good is None:
            why = energy.reason or energy.status.replace("-", " ")
            return Difference(kcal_mol=None, mha=None, reason=f"{member.name}: {why}")
        parts.append(member.coefficient * energy.good)
    change = math.fsum(parts)
    return Difference(kcal_mol=kcal_mol(change), mha=mha(change))


def _energy(member: Member, space: Space, method: str) -> EnergyValue:
    row = member.row
    if row is None or row.energies is None:
        failure = row.failure.message if row and row.failure else "the row was not answered"
        return EnergyValue.missing("failed", failure)
    energy: EnergyValue = getattr(getattr(row.energies, space), method)
    return energy


def _minus(one: Difference, two: Difference) -> float | None:
    if one.kcal_mol is None or two.kcal_mol is None:
        return None
    return one.kcal_mol - two.kcal_mol


def _with_spread(block: ReactionBlock, listed: Sequence[_Computed]) -> ReactionBlock:
    """Only the spaces may differ: rows in two basis sets would spread for another reason."""
    if len(listed) == 1 or len({_surroundings(one.members) for one in listed}) > 1:
        return block
    return replace(
        block,
        active={
            method: replace(difference, spread_kcal_mol=_spread(method, listed))
            for method, difference in block.active.items()
        },
    )


def _surroundings(members: Sequence[Member]) -> frozenset[tuple[object, object]]:
    return frozenset(
        (member.row.settings.get("basis"), member.row.settings.get("solvent"))
        for member in members
        if member.row
    )


def _spread(method: str, listed: Sequence[_Computed]) -> float | None:
    values = [one.block.active[method].kcal_mol for one in listed]
    known = [value for value in values if value is not None]
    return max(known) - min(known) if len(known) > 1 else None

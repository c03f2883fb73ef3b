"""Relative energies in words and columns, for the page and for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from molpipe.model.document import Results
from molpipe.model.relative import Difference, RankingBlock, ReactionBlock, SeriesBlock
from molpipe.report import numbers, words

PLACES: Final[Mapping[str, str]] = {"active": "in the active space", "full": "in all orbitals"}


@dataclass(frozen=True)
class Column:
    """One method of one of the two blocks of energies."""

    place: Literal["active", "full"]
    method: str

    @property
    def name(self) -> str:
        """What the method is called."""
        return words.METHODS[self.method]

    def of(self, reaction: ReactionBlock) -> Difference:
        """What the method says about a reaction."""
        block = reaction.active if self.place == "active" else reaction.full
        return block[self.method]


def columns(reactions: Sequence[ReactionBlock]) -> tuple[Column, ...]:
    """The methods that have a value for at least one reaction, in rising order."""
    places: tuple[Literal["active", "full"], ...] = ("active", "full")
    possible = (Column(place, method) for place in places for method in words.METHODS)
    return tuple(
        column
        for column in possible
        if any(
            column.method in getattr(reaction, column.place)
            and column.of(reaction).kcal_mol is not None
            for reaction in reactions
        )
    )


def equation(reaction: ReactionBlock) -> str:
    """``ethane → 2 methyl``."""
    sides = (reaction.reactants, reaction.products)
    return " → ".join(" + ".join(_term(name, n) for name, n in side.items()) for side in sides)


def sentences(results: Results) -> tuple[str, ...]:
    """The order of alternatives, then each series in one line."""
    return (*ranking_sentences(results), *series_sentences(results))


def ranking_sentences(results: Results) -> tuple[str, ...]:
    """The order of each group of alternatives."""
    return tuple(map(_ranking, results.rankings))


def series_sentences(results: Results) -> tuple[str, ...]:
    """Each series in one line."""
    return tuple(map(_series, results.series))


def _term(name: str, coefficient: float) -> str:
    name = numbers.label(name, 40)
    return name if coefficient == 1 else f"{coefficient:g} {name}"


def _ranking(ranking: RankingBlock) -> str:
    group = numbers.label(ranking.group)
    if ranking.reference is None:
        return f"{group}: no method has an energy for all of these, so there is no order."
    order = " < ".join(numbers.label(name, 40) for name in ranking.order)
    gap = numbers.plain(ranking.smallest_gap_kcal_mol, 2)
    found = f"{group}: {order} by {_method(ranking.reference)}, smallest gap {gap} kcal/mol."
    if ranking.stable is None:
        return f"{found} No second method can be compared."
    if ranking.stable:
        return f"{found} All {len(ranking.methods)} methods give this order."
    return f"{found} Another order: {'; '.join(_disagreements(ranking))}."


def _disagreements(ranking: RankingBlock) -> Iterator[str]:
    several = any(one.space > 1 for one in ranking.disagreeing)
    for one in ranking.disagreeing:
        pairs = ", ".join(
            f"{numbers.label(high, 40)} < {numbers.label(low, 40)}" for low, high in one.pairs
        )
        space = f", space {one.space}" if several else ""
        yield f"{_method(one.method)}{space} ({pairs})"


def _method(path: str) -> str:
    place, method = path.split(".")
    return f"{words.METHODS[method]} {PLACES[place]}"


def _series(series: SeriesBlock) -> str:
    name, n_points = numbers.label(series.name), len(series.rows)
    if series.non_parallelity_mha is None:
        return f"Series {name}, {n_points} points: no error along it, {series.reason}."
    judge = words.METHODS[series.judge or "casci"].split(" (")[0]
    some = "" if series.n_judged == n_points else f", {series.n_judged} of them judged"
    return (
        f"Series {name}, {n_points} points{some}: VQE − {judge} varies by "
        f"{numbers.plain(series.non_parallelity_mha, 3)} mHa "
        f"({numbers.plain(series.non_parallelity_kcal_mol, 2)} kcal/mol) along it."
    )

"""Can the reactions that a batch names be computed at all? Asked before any work starts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Final

from molpipe.errors import InvalidSettings
from molpipe.model.molecule import BatchRow, MoleculeRecord
from molpipe.model.reactions import Reaction

ROUNDING: Final = 1e-6
"""Atoms by which the sides may differ: coefficients may be fractions."""

_ELEMENT: Final = re.compile(r"([A-Z][a-z]?)(\d*)")

_SEVERAL_SPACES: Final = (
    "reactions of one name are one reaction in several active spaces; give another one another name"
)


def check_reactions(reactions: Sequence[Reaction], rows: Iterable[BatchRow]) -> None:
    """Refuse reactions that no result could answer.

    A row that was refused has no atoms to count; its reactions end with that as the reason.

    Raises:
        InvalidSettings: a row that is unknown or whose name is not unique, sides that differ in
            atoms or charge, or two reactions of one name that are not the same.
    """
    known = {row.name: row for row in rows}
    for reaction in reactions:
        for name in reaction.members:
            _check_row(reaction, name, known)
        _check_balance(reaction, known)
    _check_names(reactions, known)


def _check_row(reaction: Reaction, name: str, known: Mapping[str, BatchRow]) -> None:
    if name not in known:
        near = get_close_matches(name, known, n=3, cutoff=0.5) or list(known)[:5]
        raise InvalidSettings(
            f"reaction {reaction.name!r} names the row {name!r}, which the batch does not have",
            hint=f"it has {', '.join(map(repr, near))}",
        )
    again = [other for other in known.values() if _was_called(name, other)]
    if again:
        raise InvalidSettings(
            f"reaction {reaction.name!r} names the row {name!r}, but rows {known[name].row} and "
            f"{again[0].row} are both called so",
            hint="give the rows of the batch different names",
        )


def _was_called(name: str, row: BatchRow) -> bool:
    """Whether the row had to give up this name because an earlier one has it."""
    renamed = any(warning.code == "NAME_REPEATED" for warning in row.warnings)
    return renamed and re.fullmatch(re.escape(name) + r"-\d+", row.name) is not None


def _check_balance(reaction: Reaction, known: Mapping[str, BatchRow]) -> None:
    change: defaultdict[str, float] = defaultdict(float)
    for name, coefficient in reaction.members.items():
        molecule = known[name].molecule
        if molecule is None:
            return
        for part, count in _parts(molecule):
            change[part] += coefficient * count
    off = {part: count for part, count in change.items() if abs(count) > ROUNDING}
    if off:
        listed = ", ".join(f"{count:+g} {part}" for part, count in sorted(off.items()))
        raise InvalidSettings(
            f"reaction {reaction.name!r} is not balanced: products minus reactants are {listed}",
            hint=f"check the coefficients: {_equation(reaction, known)}",
        )


def _parts(molecule: MoleculeRecord) -> Iterator[tuple[str, int]]:
    for symbol, count in _ELEMENT.findall(molecule.formula):
        yield symbol, int(count or 1)
    yield "charge", molecule.charge


def _equation(reaction: Reaction, known: Mapping[str, BatchRow]) -> str:
    """``1 ethane (C2H6) -> 2 methyl (CH3)``, in the words of the batch."""
    return " -> ".join(
        " + ".join(f"{count:g} {name} ({_formula(known[name])})" for name, count in side.items())
        for side in (reaction.reactants, reaction.products)
    )


def _formula(row: BatchRow) -> str:
    assert row.molecule is not None
    charge = f", charge {row.molecule.charge:+d}" if row.molecule.charge else ""
    return f"{row.molecule.formula}{charge}"


def _check_names(reactions: Sequence[Reaction], known: Mapping[str, BatchRow]) -> None:
    same_name: defaultdict[str, list[Reaction]] = defaultdict(list)
    for reaction in reactions:
        same_name[reaction.name].append(reaction)
    for name, listed in same_name.items():
        if len({frozenset(reaction.members.items()) for reaction in listed}) < len(listed):
            raise InvalidSettings(f"reaction {name!r} is listed twice with the same rows")
        kinds = {_kind(reaction, known) for reaction in listed}
        if len(kinds - {None}) > 1 or len({reaction.group for reaction in listed}) > 1:
            raise InvalidSettings(
                f"two reactions are called {name!r} and are not the same", hint=_SEVERAL_SPACES
            )


def _kind(
    reaction: Reaction, known: Mapping[str, BatchRow]
) -> frozenset[tuple[tuple[str, int, int], float]] | None:
    """What reacts, whatever its rows are called; None where a row was refused."""
    change: defaultdict[tuple[str, int, int], float] = defaultdict(float)
    for name, coefficient in reaction.members.items():
        molecule = known[name].molecule
        if molecule is None:
            return None
        side = "products" if coefficient > 0 else "reactants"
        kind = (f"{side}: {molecule.formula}", molecule.charge, molecule.multiplicity)
        change[kind] += coefficient
    return frozenset(change.items())

"""Which row of one run is which row of another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from molpipe.analysis.variants import flat
from molpipe.model.document import Row

_DECIMALS: Final = 3
"""Of distances [angstrom] that make two geometries the same."""


class Matched(NamedTuple):
    """Pairs in the order of the first side, and what has no partner."""

    pairs: tuple[tuple[Row, Row], ...]
    only_before: tuple[Row, ...]
    only_after: tuple[Row, ...]


def match(before: Sequence[Row], after: Sequence[Row], *, apart: str | None = None) -> Matched:
    """Pair rows by name, then by structure.

    Each rule pairs what it finds exactly once on both sides and leaves the rest to the next:
    the same name and molecule; the same molecule, place on a curve, settings and geometry; the
    same without the geometry; without the settings; the same name alone.

    Args:
        before: one side.
        after: the other.
        apart: a setting by which the sides were told apart; it is no part of "the same settings".
    """
    found: dict[int, Row] = {}
    left, right = list(before), list(after)
    for rule in _rules(apart):
        for one, other in _pairs(left, right, rule):
            found[id(one)] = other
            left, right = [r for r in left if r is not one], [r for r in right if r is not other]
    pairs = tuple((row, found[id(row)]) for row in before if id(row) in found)
    return Matched(pairs, tuple(left), tuple(right))


def _rules(apart: str | None) -> list[Callable[[Row], Hashable | None]]:
    def settings(row: Row) -> Hashable:
        return tuple(sorted((k, str(v)) for k, v in flat(row.settings).items() if k != apart))

    return [
        lambda row: _molecule(row) and (row.name, _molecule(row)),
        lambda row: _molecule(row) and (_place(row), settings(row), _distances(row)),
        lambda row: _molecule(row) and (_place(row), settings(row)),
        lambda row: _molecule(row) and (_place(row), _distances(row)),
        lambda row: _molecule(row) and _place(row),
        lambda row: row.name,
    ]


def _pairs(
    left: Sequence[Row], right: Sequence[Row], rule: Callable[[Row], Hashable | None]
) -> Iterator[tuple[Row, Row]]:
    here, there = _by(left, rule), _by(right, rule)
    for key, rows in here.items():
        if len(rows) == len(there.get(key, ())) == 1:
            yield rows[0], there[key][0]


def _by(rows: Sequence[Row], rule: Callable[[Row], Hashable | None]) -> dict[Hashable, list[Row]]:
    found: defaultdict[Hashable, list[Row]] = defaultdict(list)
    for row in rows:
        if (key := rule(row)) is not None:
            found[key].append(row)
    return found


def _molecule(row: Row) -> Hashable | None:
    molecule = row.molecule
    return molecule and (molecule.formula, molecule.charge, molecule.multiplicity)


def _place(row: Row) -> Hashable:
    """The structure, and where it stands on a curve."""
    assert row.molecule is not None
    structure = row.molecule.inchikey or row.molecule.smiles
    return _molecule(row), structure, row.series, row.coordinate


def _distances(row: Row) -> Hashable:
    """Interatomic distances [angstrom], which do not change when the molecule is turned."""
    if row.molecule is None or row.molecule.geometry is None:
        return None
    places = np.array([place for _, *place in row.molecule.geometry])
    distances = np.linalg.norm(places[:, None] - places[None], axis=2)
    return tuple(np.round(distances, _DECIMALS).ravel().tolist())

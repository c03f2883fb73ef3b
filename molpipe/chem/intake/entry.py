"""One record of an input file, before its chemistry is read, and what its columns mean."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final, NoReturn

from molpipe.chem.intake.structure import Structure
from molpipe.errors import InputError
from molpipe.model.molecule import RowWarning, Source
from molpipe.model.settings import Fragments, setting_keys

ROLES: Final[Mapping[str, str]] = {
    "name": "name of the row",
    "smiles": "structure, as SMILES",
    "file": "structure, a geometry file in the batch's folder",
    "charge": "total charge",
    "multiplicity": "multiplicity, 2S+1",
    "series": "curve that the row belongs to",
    "coordinate": "place on that curve, a number",
}
"""Columns with a meaning of their own; a settings key overrides, anything else is carried."""

CARRIED: Final = "carried through as extra"

STRUCTURE_COLUMNS: Final = ("smiles", "file")
SETTINGS: Final = frozenset(setting_keys())


MEANT: Final[Mapping[str, str]] = {
    **dict.fromkeys(("spin", "2s", "unpaired", "unpaired_electrons"), "multiplicity (2S+1)"),
    **dict.fromkeys(("mult", "2s+1", "spin_multiplicity"), "multiplicity"),
    **dict.fromkeys(("total_charge", "net_charge", "formal_charge"), "charge"),
}
"""Columns that look as if they should change the result, and what to call them then."""


def describe_column(header: str) -> str:
    """How a column is read, in words for people."""
    key = header.strip().lower()
    if key in SETTINGS:
        return f"setting {key} of the row"
    meant = _meant(header)
    if meant:
        return f"{CARRIED}, not used: a column that is used is called {meant}"
    return ROLES.get(key, CARRIED)


def unread_warnings(extra: Mapping[str, str]) -> tuple[RowWarning, ...]:
    """NOT_READ for every cell that looks as if it should have changed the result."""
    return tuple(
        not_read(f"{header} = {text.strip()[:20]}", f"call it {meant}")
        for header, text in extra.items()
        if text.strip() and (meant := _meant(header))
    )


def not_read(what: str, advice: str) -> RowWarning:
    """Something that stands in the input and changes nothing."""
    return RowWarning(code="NOT_READ", message=f"{what} is not read: {advice}")


def _meant(header: str) -> str:
    return MEANT.get("_".join(header.lower().split()), "")


@dataclass(frozen=True, kw_only=True)
class Fields:
    """The cells of a row by role, as text; an empty string is an empty cell."""

    name: str = ""
    charge: str = ""
    multiplicity: str = ""
    series: str = ""
    coordinate: str = ""
    overrides: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, cells: Iterable[tuple[str, str]]) -> Fields:
        """Fields from (header, text) pairs; headers match without regard to case."""
        named: dict[str, str] = {}
        overrides: dict[str, str] = {}
        extra: dict[str, str] = {}
        for header, text in cells:
            key = header.strip().lower()
            if key in SETTINGS and text.strip():
                overrides[key] = text.strip()
            elif key in ROLES and key not in STRUCTURE_COLUMNS:
                named[key] = text.strip()
            elif key not in SETTINGS:
                extra[header] = text
        return cls(**named, overrides=overrides, extra=extra)

    def over(self, below: Fields) -> Fields:
        """These fields, and those of ``below`` where these are empty."""
        return Fields(
            name=self.name or below.name,
            charge=self.charge or below.charge,
            multiplicity=self.multiplicity or below.multiplicity,
            series=self.series or below.series,
            coordinate=self.coordinate or below.coordinate,
            overrides={**below.overrides, **self.overrides},
            extra={**below.extra, **self.extra},
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Entry:
    """A record that was found, not yet looked at closer.

    ``read`` makes its structure or raises :class:`InputError`; it can be pickled, so that
    another process can do so. ``text`` is what the chemist wrote for the structure.
    """

    text: str
    source: Source
    read: Callable[[Fragments], Structure]
    fields: Fields = Fields()
    warnings: tuple[RowWarning, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Reading:
    """All entries of a file, how its text was read (``how``), and each of its columns."""

    entries: tuple[Entry, ...]
    how: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)


def refusal(error: InputError) -> Callable[[Fragments], Structure]:
    """A ``read`` for an entry that is refused before its structure is looked at."""
    return partial(_refuse, error)


def _refuse(error: InputError, fragments: Fragments) -> NoReturn:
    del fragments
    raise error

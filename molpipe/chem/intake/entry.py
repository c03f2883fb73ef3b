"""One record of an input file, before its chemistry is read, and what its columns mean."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from molpipe.chem.intake.structure import Structure
from molpipe.errors import InputError
from molpipe.model.molecule import RowWarning, Source
from molpipe.model.settings import setting_keys

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

STRUCTURE_COLUMNS: Final = ("smiles", "file")
SETTINGS: Final = frozenset(setting_keys())


def describe_column(header: str) -> str:
    """How a column is read, in words for people."""
    key = header.strip().lower()
    if key in SETTINGS:
        return f"setting {key} of the row"
    return ROLES.get(key, "carried through as extra")


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
    """A record that was found; ``read`` makes its structure or raises :class:`InputError`.

    ``text`` is what the chemist wrote for the structure.
    """

    text: str
    source: Source
    read: Callable[[], Structure]
    fields: Fields = Fields()
    warnings: tuple[RowWarning, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Reading:
    """All entries of a file, and how its columns were read."""

    entries: tuple[Entry, ...]
    columns: Mapping[str, str] = field(default_factory=dict)


def refusal(error: InputError) -> Callable[[], Structure]:
    """A ``read`` for an entry that is refused before its structure is looked at."""

    def read() -> Structure:
        raise error

    return read

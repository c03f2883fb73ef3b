"""The reference files: published values with source, geometry, settings and tolerance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from molpipe.errors import InputError
from molpipe.model.molecule import Geometry
from molpipe.model.settings import Settings
from molpipe.validation.quantities import CLASSICAL, QUANTUM

MINUS = " - "
"""A quantity may be a difference of two: ``VQE - CASCI``."""

Text = Annotated[str, Field(min_length=1)]
Numbers = Annotated[
    tuple[float, ...],
    BeforeValidator(lambda value: value if isinstance(value, list) else (value,)),
]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Source(_Entry):
    """Who published a value: a short label for the table, a full citation, a DOI or address."""

    label: Text = Field(max_length=15)
    citation: Text
    link: str = Field(pattern="^https://")


class Calculation(_Entry):
    """One molecule: ``geometry`` is "symbol x y z; ..." [angstrom]; a symbol with ``ghost-``
    before it has basis functions only. ``settings`` are added to those of the study.
    """

    geometry: Text
    charge: int = 0
    multiplicity: int = Field(1, ge=1)
    settings: dict[str, Any] = {}
    slow: bool = False

    @model_validator(mode="after")
    def _is_a_geometry(self) -> Self:
        self.read_geometry()
        return self

    def read_geometry(self) -> Geometry:
        """The molecule in space."""
        atoms = [atom.split() for atom in self.geometry.split(";")]
        for atom in atoms:
            if len(atom) != 4:
                raise ValueError(f"symbol and three coordinates wanted, got {' '.join(atom)!r}")
        return Geometry(
            symbols=tuple(symbol for symbol, *_ in atoms),
            coordinates=np.array([place for _, *place in atoms], dtype=float),
            charge=self.charge,
            multiplicity=self.multiplicity,
            origin="reference file",
        )


class Table(_Entry):
    """Published values of one quantity by calculation, all from one source.

    ``tolerance`` is in ``unit``, and ``reason`` says why it is what it is. From every value
    the same quantity of the calculations in ``minus`` is subtracted. Several values of one
    calculation are those of the rounds of a growing circuit, from ``first_round`` on.
    """

    quantity: Text
    unit: Literal["Ha", "mHa", "kcal/mol"]
    tolerance: float = Field(gt=0)
    reason: Text
    source: Text
    values: dict[str, Numbers] = Field(min_length=1)
    minus: tuple[str, ...] = ()
    label: str = ""
    first_round: int = Field(0, ge=0)

    @property
    def quantities(self) -> tuple[str, ...]:
        """The quantity, or the two that it is the difference of."""
        return tuple(self.quantity.split(MINUS))


@dataclass(frozen=True, kw_only=True)
class Check:
    """One published value and how to compare it; ``index`` is the round of a growing circuit."""

    study: str
    what: str
    quantities: tuple[str, ...]
    calculation: str
    minus: tuple[str, ...]
    index: int
    published: float
    unit: Literal["Ha", "mHa", "kcal/mol"]
    tolerance: float
    reason: str
    source: Source
    slow: bool

    @property
    def calculations(self) -> tuple[str, ...]:
        """Every calculation that it needs."""
        return (self.calculation, *self.minus)


class Study(_Entry):
    """One file: calculations, and tables of what others found for them."""

    title: Text
    settings: dict[str, Any] = {}
    sources: dict[str, Source]
    calculations: dict[str, Calculation]
    tables: tuple[Table, ...]

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        for table in self.tables:
            _require("source", [table.source], self.sources)
            _require("calculation", [*table.values, *table.minus], self.calculations)
            _require("quantity", table.quantities, {**CLASSICAL, **QUANTUM})
        return self

    def settings_of(self, name: str) -> Settings:
        """The settings of one calculation.

        Raises:
            InvalidSettings: a setting is unknown, out of range or not built.
        """
        return Settings().with_overrides(self.settings | self.calculations[name].settings)

    def checks(self) -> list[Check]:
        """Every published value, in the order in which the calculations come."""
        place = {name: k for k, name in enumerate(self.calculations)}
        found = [check for table in self.tables for check in self._checks(table)]
        return sorted(found, key=lambda check: max(place[name] for name in check.calculations))

    def _checks(self, table: Table) -> Iterator[Check]:
        for name, values in table.values.items():
            rounds = range(table.first_round, table.first_round + len(values))
            for index, published in zip(rounds, values, strict=True):
                counted = f", round {index}" if "ADAPT" in table.quantity else ""
                yield Check(
                    study=self.title,
                    what=f"{name}: {table.label or table.quantity}{counted}",
                    quantities=table.quantities,
                    calculation=name,
                    minus=table.minus,
                    index=index,
                    published=published,
                    unit=table.unit,
                    tolerance=table.tolerance,
                    reason=table.reason,
                    source=self.sources[table.source],
                    slow=any(self.calculations[c].slow for c in (name, *table.minus)),
                )


def reference_folder() -> Path:
    """Where the files lie: beside this module once installed, among the tests in a checkout."""
    installed = Path(__file__).parent / "references"
    return installed if installed.is_dir() else Path(__file__).parents[2] / "tests" / "references"


def load_studies(folder: Path | None = None) -> tuple[Study, ...]:
    """All reference files of a folder, by file name; those of molpipe without one.

    Raises:
        InputError: there is none, or one cannot be read; the message says where and why.
    """
    folder = folder or reference_folder()
    files = sorted(folder.glob("*.json"))
    if not files:
        raise InputError(f"no reference file (*.json) in {folder}")
    return tuple(_load(file) for file in files)


def _load(file: Path) -> Study:
    try:
        return Study.model_validate_json(file.read_text(encoding="utf-8"))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{file}: {place or 'content'}: {first['msg']}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file} cannot be read: {error}") from None


def _require(what: str, names: Iterable[str], known: Mapping[str, object]) -> None:
    missing = [name for name in names if name not in known]
    if missing:
        raise ValueError(f"unknown {what} {missing[0]!r}, known are {', '.join(known)}")

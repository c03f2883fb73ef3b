"""From a row of a batch file to a geometry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from molpipe.errors import MolpipeError
from molpipe.model.arrays import FloatArray, frozen_array


@dataclass(frozen=True, kw_only=True)
class RowWarning:
    """Something that the chemist should know about a row that is computed all the same."""

    code: str
    message: str


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Why a row has no result: failure is data in a batch, not an exception."""

    SCHEMA_VERSION: ClassVar[int] = 1

    stage: str
    code: str
    message: str
    hint: str = ""

    @classmethod
    def of(cls, error: MolpipeError) -> Failure:
        """The failure that an error of the tree stands for."""
        return cls(stage=error.stage, code=error.code, message=error.message, hint=error.hint)


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a row was read: the file, and the record or frame in it, counted from 1."""

    file: str
    frame: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Geometry:
    """A molecule in space.

    ``coordinates`` is (natom, 3) in angstrom, in the order of ``symbols``.
    ``origin`` says how it was made, in words for the report.
    """

    SCHEMA_VERSION: ClassVar[int] = 1

    symbols: tuple[str, ...]
    coordinates: FloatArray
    charge: int
    multiplicity: int
    origin: str

    def __post_init__(self) -> None:
        shape = (len(self.symbols), 3)
        object.__setattr__(
            self, "coordinates", frozen_array("coordinates", self.coordinates, shape)
        )
        if self.multiplicity < 1:
            raise ValueError(f"multiplicity must be at least 1, got {self.multiplicity}")

    @property
    def atoms(self) -> list[tuple[str, tuple[float, float, float]]]:
        """Symbols with coordinates [angstrom], as PySCF takes them."""
        return [
            (symbol, (float(x), float(y), float(z)))
            for symbol, (x, y, z) in zip(self.symbols, self.coordinates, strict=True)
        ]


@dataclass(frozen=True, kw_only=True, eq=False)
class MoleculeRecord:
    """What the chemist wrote, cleaned.

    ``smiles`` is canonical, with the hydrogens that RDKit leaves implicit; None where
    only coordinates were given. ``geometry`` is set where the input had 3D coordinates,
    and is then used untouched.
    """

    SCHEMA_VERSION: ClassVar[int] = 1

    smiles: str | None
    inchikey: str | None
    formula: str
    charge: int
    multiplicity: int
    n_electrons: int
    geometry: Geometry | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class BatchRow:
    """One row of the input, whatever became of it.

    Exactly one of ``molecule`` and ``failure`` is set. ``row`` counts from 1 in input
    order. ``overrides`` holds settings that this row changes, as text by dotted key;
    ``extra`` holds the columns that molpipe carries through untouched.
    """

    row: int
    name: str
    input: str
    source: Source
    molecule: MoleculeRecord | None = None
    failure: Failure | None = None
    warnings: tuple[RowWarning, ...] = ()
    series: str | None = None
    coordinate: float | None = None
    overrides: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if (self.molecule is None) == (self.failure is None):
            raise ValueError(f"row {self.row} must hold either a molecule or a failure")


@dataclass(frozen=True, kw_only=True, eq=False)
class Batch:
    """A batch as it was read: every row of the input once, in input order.

    ``columns`` says how each column was read, for people ("name: text").
    """

    name: str
    source: str
    source_sha256: str
    columns: Mapping[str, str]
    rows: tuple[BatchRow, ...]

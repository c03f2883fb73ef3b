"""What changed from one run to another, by how much, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

METHOD_ENERGY: Final = "energy in the active space"
"""What is compared where the sides are methods."""

Kind = Literal["energy", "difference", "count", "word", "seconds"]
CauseKind = Literal[
    "molecule",
    "geometry",
    "settings",
    "active space",
    "Hartree-Fock",
    "judge",
    "VQE",
    "content key",
    "versions",
    "method",
    "nothing",
]


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """One thing that a row says, before and after.

    ``before`` and ``after`` are energies [Ha], differences [mHa], counts, words or seconds [s],
    by ``kind``; ``change`` is after minus before, of energies and differences in mHa, None where
    there are not two numbers. ``tolerance`` is in the unit of ``change``; ``beyond`` says that the
    change is larger, or that a word or a count is another one.
    """

    name: str
    kind: Kind
    before: float | str | None
    after: float | str | None
    change: float | None = None
    tolerance: float | None = None
    beyond: bool = False


@dataclass(frozen=True, kw_only=True)
class Cause:
    """Something recorded that differs and may be why a number does."""

    kind: CauseKind
    what: str
    before: str = ""
    after: str = ""

    @property
    def sentence(self) -> str:
        """In words: ``settings: basis was sto-3g, is 6-31g*``."""
        both = f" was {self.before}, is {self.after}" if self.before or self.after else ""
        return f"{self.kind}: {self.what}{both}"


@dataclass(frozen=True, kw_only=True)
class MoleculeChanges:
    """One molecule on both sides; ``quantities`` are all that were compared."""

    name: str
    name_after: str
    row_before: int
    row_after: int
    key_before: str | None
    key_after: str | None
    quantities: tuple[Quantity, ...]
    causes: tuple[Cause, ...]

    @property
    def beyond(self) -> tuple[Quantity, ...]:
        """What changed by more than its tolerance."""
        return tuple(quantity for quantity in self.quantities if quantity.beyond)

    @property
    def is_bit_equal(self) -> bool:
        """Whether every energy came out with the same digits."""
        energies = [quantity for quantity in self.quantities if quantity.kind == "energy"]
        return bool(energies) and all(energy.before == energy.after for energy in energies)


@dataclass(frozen=True, kw_only=True)
class Side:
    """A run, or the rows of one or several runs with one value of a setting."""

    label: str
    run_ids: tuple[str, ...]
    started: str
    n_rows: int
    versions: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class SideChanges:
    """What changed from one side to another; rows that only one of them has, by name."""

    before: Side
    after: Side
    molecules: tuple[MoleculeChanges, ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    versions: tuple[Cause, ...]

    @property
    def changed(self) -> tuple[MoleculeChanges, ...]:
        """The molecules with something beyond its tolerance."""
        return tuple(molecule for molecule in self.molecules if molecule.beyond)


@dataclass(frozen=True, kw_only=True)
class Changes:
    """Several sides: each of the others compared with the first."""

    by: str | None
    sides: tuple[Side, ...]
    pairs: tuple[SideChanges, ...]

    @property
    def any(self) -> bool:
        """Whether anything is beyond its tolerance, or only on one side."""
        return any(pair.changed or pair.only_before or pair.only_after for pair in self.pairs)

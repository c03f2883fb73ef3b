"""What a scan changes, and to which values."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from molpipe.errors import InputError
from molpipe.model.molecule import Geometry

Kind = Literal["bond", "angle", "torsion", "stretch"]

ATOMS: Final = {"bond": 2, "angle": 3, "torsion": 4, "stretch": 0}
MOST_POINTS: Final = 1000

_RANGE: Final = re.compile(r"(?P<start>[^:,]+):(?P<stop>[^:,]+):(?P<number>\d+)")


@dataclass(frozen=True, kw_only=True)
class Coordinate:
    """An internal coordinate; ``atoms`` count from 0, in the order in which they are bonded.

    A ``stretch`` moves all atoms away from each other; its value is the shortest distance.
    """

    kind: Kind
    atoms: tuple[int, ...] = ()

    @classmethod
    def parse(cls, kind: Kind, text: str, geometry: Geometry) -> Coordinate:
        """From atom numbers as a chemist writes them: ``1-2``, counted from 1.

        Raises:
            InputError: ``ATOMS``: not so many atoms, one that the molecule does not have, or one
                twice.
        """
        words = [word for word in re.split(r"[\s,-]+", text.strip()) if word]
        n_atoms, wanted = len(geometry.symbols), ATOMS[kind]
        if len(words) != wanted or not all(word.isdecimal() for word in words):
            example = "-".join(map(str, range(1, wanted + 1)))
            raise _wrong(f"a {kind} has {wanted} atoms such as {example}, got {text!r}")
        atoms = tuple(int(word) - 1 for word in words)
        for atom in atoms:
            if not 0 <= atom < n_atoms:
                numbered = ", ".join(f"{s}{i}" for i, s in enumerate(geometry.symbols[:12], 1))
                more = f" and {n_atoms - 12} more" if n_atoms > 12 else ""
                raise _wrong(
                    f"there is no atom {atom + 1} among {n_atoms}", f"they are {numbered}{more}"
                )
        if len(set(atoms)) < wanted:
            raise _wrong(f"an atom stands twice in {text!r}")
        return cls(kind=kind, atoms=atoms)

    @property
    def unit(self) -> str:
        """Of its values."""
        return "angstrom" if self.kind in ("bond", "stretch") else "degree"

    def label(self, symbols: Sequence[str]) -> str:
        """What results and reports call it: ``bond N1-N2 [angstrom]``."""
        named = "-".join(f"{symbols[atom]}{atom + 1}" for atom in self.atoms)
        what = f"{self.kind} {named}" if named else "shortest distance, all stretched"
        return f"{what} [{self.unit}]"

    def check(self, value: float) -> None:
        """Refuse a value that this coordinate cannot have.

        Raises:
            InputError: ``VALUES``.
        """
        if self.kind in ("bond", "stretch") and not 0 < value < 1000:
            raise _values(f"a distance must be above 0 angstrom, got {value:g}")
        if self.kind == "angle" and not 0 < value <= 180:
            raise _values(f"an angle lies between 0 and 180 degrees, got {value:g}")
        if self.kind == "torsion" and not -360 <= value <= 360:
            raise _values(f"a torsion lies between -360 and 360 degrees, got {value:g}")


def parse_values(text: str) -> tuple[float, ...]:
    """Values of a scan: ``start:stop:number``, both ends included, or a list ``0.9,1.0,1.2``.

    Returns:
        Each value once, rising.

    Raises:
        InputError: ``VALUES``.
    """
    if match := _RANGE.fullmatch(text.strip()):
        number = int(match["number"])
        if not 2 <= number <= MOST_POINTS:
            raise _values(f"a range has 2 to {MOST_POINTS} points, got {number}")
        places = np.linspace(_number(match["start"]), _number(match["stop"]), number)
    else:
        places = np.array([_number(word) for word in text.split(",") if word.strip()])
    values = tuple(sorted({round(float(place), 6) for place in places}))
    if not 1 <= len(values) <= MOST_POINTS:
        raise _values(f"a scan has 1 to {MOST_POINTS} values, got {len(values)} in {text!r}")
    return values


def _number(word: str) -> float:
    try:
        value = float(word)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise _values(f"{word.strip()!r} is no number")
    return value


def _wrong(message: str, hint: str = "atoms are counted from 1 in the geometry") -> InputError:
    return InputError(message, hint=hint, code="ATOMS")


def _values(message: str) -> InputError:
    return InputError(message, hint="write start:stop:number or 0.9,1.0,1.2", code="VALUES")

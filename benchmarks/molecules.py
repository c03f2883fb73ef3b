"""The molecules that every tool gets, with identical coordinates [angstrom]."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians, sin, sqrt

COORDINATE_DECIMALS = 6

Atom = tuple[str, tuple[float, float, float]]


@dataclass(frozen=True)
class Molecule:
    """Atoms [angstrom] of a neutral closed-shell molecule, and its basis set.

    Coordinates are rounded as molpipe rounds them, so that everybody solves the same problem.
    """

    name: str
    atoms: tuple[Atom, ...]
    basis: str = "sto-3g"

    def __post_init__(self) -> None:
        rounded = ((symbol, _rounded(place)) for symbol, place in self.atoms)
        object.__setattr__(self, "atoms", tuple(rounded))

    @property
    def warm_up(self) -> str:
        """A small molecule with another sector: solved first, it fills no table of this one."""
        return "H2" if self.name == "H4" else "H4"


def _rounded(place: tuple[float, float, float]) -> tuple[float, float, float]:
    x, y, z = (round(value, COORDINATE_DECIMALS) for value in place)
    return x, y, z


def _line(symbols: str, spacing: float) -> tuple[Atom, ...]:
    return tuple((symbol, (0.0, 0.0, k * spacing)) for k, symbol in enumerate(symbols.split()))


def _chain(n: int) -> Molecule:
    return Molecule(f"H{n}", _line("H " * n, 1.0))


def _water() -> tuple[Atom, ...]:
    half, length = radians(104.52 / 2), 0.9572
    y, z = length * sin(half), length * cos(half)
    return ("O", (0.0, 0.0, 0.0)), ("H", (0.0, y, z)), ("H", (0.0, -y, z))


def _ammonia() -> tuple[Atom, ...]:
    length, angle = 1.012, radians(106.67)
    radius = 2 * length * sin(angle / 2) / sqrt(3)
    height = sqrt(length**2 - radius**2)
    turns = (radians(120 * k) for k in range(3))
    hydrogens = (("H", (radius * cos(t), radius * sin(t), height)) for t in turns)
    return ("N", (0.0, 0.0, 0.0)), *hydrogens


def _ethylene() -> tuple[Atom, ...]:
    half, length, angle = 1.339 / 2, 1.086, radians(117.6 / 2)
    y, z = length * sin(angle), half + length * cos(angle)
    carbons: tuple[Atom, ...] = ("C", (0.0, 0.0, half)), ("C", (0.0, 0.0, -half))
    places = ((0.0, s * y, t * z) for t in (1, -1) for s in (1, -1))
    return *carbons, *(("H", place) for place in places)


COMPARED = ("LiH", "BeH2", "H2O", "H6", "NH3", "H8", "N2", "H10")
"""The molecules of the comparison; its goals are about these."""

SLOW = frozenset({"H10"})
"""Take the peers half a minute or more."""

QUICK = ("LiH", "H2O", "H6")

LARGE = ("H12", "H2O/6-31G", "C2H4", "H16")
"""24, 26, 28 and 32 qubits: no peer was seen to pass 20 in a minute."""

MOLECULES = {
    molecule.name: molecule
    for molecule in (
        Molecule("H2", _line("H H", 0.74)),
        *(_chain(n) for n in (4, 6, 8, 10, 12, 16)),
        Molecule("LiH", _line("Li H", 1.5949)),
        Molecule("BeH2", _line("H Be H", 1.3264)),
        Molecule("H2O", _water()),
        Molecule("NH3", _ammonia()),
        Molecule("N2", _line("N N", 1.0977)),
        Molecule("H2O/6-31G", _water(), "6-31g"),
        Molecule("C2H4", _ethylene()),
    )
}

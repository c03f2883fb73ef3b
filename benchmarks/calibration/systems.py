"""The systems of the calibration [angstrom], and the ones that were held out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import cos, pi, radians, sin, sqrt
from typing import Literal

Atom = tuple[str, float, float, float]


@dataclass(frozen=True)
class System:
    """Atoms [angstrom], or a SMILES where a force-field geometry will do; frozen core.

    ``expected``: whether CCSD(T) is known to be fine, where FCI is too expensive to tell.
    """

    name: str
    basis: str
    atoms: tuple[Atom, ...] = ()
    smiles: str = ""
    multiplicity: int = 1
    split: Literal["calibration", "held-out"] = "calibration"
    expected: bool | None = None

    @property
    def key(self) -> str:
        """Name and basis: one line of the table."""
        return f"{self.name} {self.basis}"


def _line(symbols: str, *lengths: float) -> tuple[Atom, ...]:
    """Atoms along z, ``lengths`` apart."""
    places = [sum(lengths[:k]) for k in range(len(lengths) + 1)]
    return tuple((symbol, 0.0, 0.0, z) for symbol, z in zip(symbols.split(), places, strict=True))


def _chain(n: int, spacing: float) -> tuple[Atom, ...]:
    return _line("H " * n, *[spacing] * (n - 1))


def _bent(centre: str, end: str, length: float, degrees: float) -> tuple[Atom, ...]:
    y, z = length * sin(radians(degrees / 2)), length * cos(radians(degrees / 2))
    return (centre, 0.0, 0.0, 0.0), (end, 0.0, y, z), (end, 0.0, -y, z)


def _pyramid(centre: str, length: float, degrees: float) -> tuple[Atom, ...]:
    """Three hydrogens; 120 degrees between them is flat."""
    radius = 2 * length * sin(radians(degrees / 2)) / sqrt(3)
    height = sqrt(max(length**2 - radius**2, 0.0))
    turns = (2 * pi * k / 3 for k in range(3))
    hydrogens = (("H", radius * cos(t), radius * sin(t), height) for t in turns)
    return (centre, 0.0, 0.0, 0.0), *hydrogens


def _tetrahedron(length: float) -> tuple[Atom, ...]:
    a = length / sqrt(3)
    corners = ((a, a, a), (a, -a, -a), (-a, a, -a), (-a, -a, a))
    return ("C", 0.0, 0.0, 0.0), *(("H", *corner) for corner in corners)


def _ethylene(degrees: float) -> tuple[Atom, ...]:
    """Rigid twist; CC 1.339, CH 1.086, HCH 117.6 degrees."""
    half, y, z = 0.6695, 1.086 * sin(radians(58.8)), 1.086 * cos(radians(58.8))
    twist = radians(degrees)
    ends = ((-half - z, 0.0), (half + z, twist))
    hydrogens = (
        ("H", s * y * cos(turn), s * y * sin(turn), end) for end, turn in ends for s in (1, -1)
    )
    return *_line("C C", 2 * half), *((h[0], h[1], h[2], h[3] + half) for h in hydrogens)


def _formaldehyde(length: float) -> tuple[Atom, ...]:
    y, z = 1.111 * sin(radians(58.05)), 1.111 * cos(radians(58.05))
    return ("O", 0.0, 0.0, length), ("C", 0.0, 0.0, 0.0), ("H", 0.0, y, -z), ("H", 0.0, -y, -z)


def _rectangle(a: float, b: float) -> tuple[Atom, ...]:
    return tuple(("H", x, y, 0.0) for x in (0.0, a) for y in (0.0, b))


def _hydrogen_peroxide() -> tuple[Atom, ...]:
    """OO 1.475, OH 0.950, OOH 94.8, HOOH 112 degrees."""
    z, r = 0.950 * cos(radians(94.8)), 0.950 * sin(radians(94.8))
    half = radians(56)
    return (
        ("O", 0.0, 0.0, 0.0),
        ("O", 0.0, 0.0, 1.475),
        ("H", r * cos(half), r * sin(half), z),
        ("H", r * cos(half), -r * sin(half), 1.475 - z),
    )


def _diazene() -> tuple[Atom, ...]:
    """Trans, NN 1.252, NH 1.028, NNH 106.9 degrees."""
    y, z = 1.028 * sin(radians(106.9)), 1.028 * cos(radians(106.9))
    return ("N", 0, 0, 0), ("N", 0, 0, 1.252), ("H", 0, y, z), ("H", 0, -y, 1.252 - z)


def _nitroxyl() -> tuple[Atom, ...]:
    """NO 1.212, NH 1.063, HNO 108.6 degrees."""
    y, z = 1.063 * sin(radians(108.6)), 1.063 * cos(radians(108.6))
    return ("N", 0.0, 0.0, 0.0), ("O", 0.0, 0.0, 1.212), ("H", 0.0, y, z)


def _insertion() -> tuple[Atom, ...]:
    """Be into H2 near its barrier (Purvis, Shepard, Brown and Bartlett 1983): 2.75 bohr away."""
    return ("Be", 0.0, 0.0, 0.0), ("H", 0.675, 1.455, 0.0), ("H", -0.675, 1.455, 0.0)


def _ring(n: int, spacing: float) -> tuple[Atom, ...]:
    radius = spacing / (2 * sin(pi / n))
    turns = (2 * pi * k / n for k in range(n))
    return tuple(("H", radius * cos(t), radius * sin(t), 0.0) for t in turns)


def _cyclobutadiene() -> tuple[Atom, ...]:
    """The square, CC 1.447, CH 1.076."""
    carbon = 1.447 / sqrt(2)
    corners = ((1, 0), (0, 1), (-1, 0), (0, -1))
    return tuple(
        (symbol, radius * x, radius * y, 0.0)
        for symbol, radius in (("C", carbon), ("H", carbon + 1.076))
        for x, y in corners
    )


def _equilibrium() -> Iterable[System]:
    small, double = "sto-3g", "6-31g"
    yield System("LiH", double, _line("Li H", 1.5949))
    yield System("BeH2", double, _line("H Be H", 1.3264, 1.3264))
    yield System("BH", double, _line("B H", 1.2324))
    yield System("H2O", double, _bent("O", "H", 0.9572, 104.52))
    yield System("HF", double, _line("H F", 0.9168))
    yield System("NH3", small, _pyramid("N", 1.012, 106.67))
    yield System("CH4", small, _tetrahedron(1.087))
    yield System("CO", small, _line("C O", 1.1283))
    yield System("CO2", small, _line("O C O", 1.160, 1.160))
    yield System("HCN", small, _line("H C N", 1.0655, 1.1532))
    yield System("HNC", small, _line("H N C", 0.994, 1.169))
    yield System("C2H2", small, _line("H C C H", 1.0605, 1.2033, 1.0605))
    yield System("H2CO", small, _formaldehyde(1.205))
    yield System("H2O2", small, _hydrogen_peroxide())
    yield System("N2H2", small, _diazene())
    yield System("F2 1.41", small, _line("F F", 1.412))
    yield System("LiF", small, _line("Li F", 1.564))
    yield System("BeO", small, _line("Be O", 1.33))
    yield System("MgO", small, _line("Mg O", 1.749))
    yield System("BN singlet", small, _line("B N", 1.2745))
    yield System("C2", small, _line("C C", 1.2425))
    yield System("O3", small, _bent("O", "O", 1.272, 116.8))
    yield System("CH2 singlet", double, _bent("C", "H", 1.107, 102.4))
    yield System("CH2 triplet", double, _bent("C", "H", 1.077, 133.9), multiplicity=3)
    yield System("CH3", double, _pyramid("C", 1.079, 120.0), multiplicity=2)
    yield System("NO", small, _line("N O", 1.1508), multiplicity=2)
    yield System("CN radical", small, _line("C N", 1.1718), multiplicity=2)
    yield System("O2 triplet", small, _line("O O", 1.2075), multiplicity=3)
    yield System("O2 singlet", small, _line("O O", 1.2156))


def _bonds_broken() -> Iterable[System]:
    small, double = "sto-3g", "6-31g"
    for length in (1.1, 1.5, 1.65, 1.8, 2.0, 2.2):
        yield System(f"N2 {length}", small, _line("N N", length))
    for length in (1.8, 2.2):
        yield System(f"F2 {length}", small, _line("F F", length))
    for spacing in (1.0, 1.5, 2.0):
        yield System(f"H6 chain {spacing}", small, _chain(6, spacing))
    for angle in (0, 45, 60, 75, 90):
        yield System(f"C2H4 {angle} degrees", small, _ethylene(angle))
    yield System("H4 square", double, _rectangle(1.0, 1.0))
    yield System("H4 rectangle", double, _rectangle(0.8, 1.6))
    yield System("H4 chain 1.5", double, _chain(4, 1.5))
    yield System("BeH2 2.5", small, _line("H Be H", 2.5, 2.5))
    yield System("H2O 1.92", small, _bent("O", "H", 1.9168, 104.52))
    yield System("HF 2.0", double, _line("H F", 2.0))
    yield System("CO 1.8", small, _line("C O", 1.8))
    yield System("H2CO 1.8", small, _formaldehyde(1.8))
    yield System("LiF 4.0", small, _line("Li F", 4.0))


def _without_fci() -> Iterable[System]:
    small = "sto-3g"
    for name, smiles in (
        ("benzene", "c1ccccc1"),
        ("pyridine", "n1ccccc1"),
        ("naphthalene", "c1ccc2ccccc2c1"),
        ("paracetamol", "CC(=O)Nc1ccc(O)cc1"),
        ("butadiene", "C=CC=C"),
    ):
        yield System(name, small, smiles=smiles, expected=True)


def _held_out() -> Iterable[System]:
    """First measured when the rule stood."""
    small, double = "sto-3g", "6-31g"
    yield System("OH radical", double, _line("O H", 0.9697), multiplicity=2)
    yield System("NH triplet", double, _line("N H", 1.0362), multiplicity=3)
    yield System("SiH2", small, _bent("Si", "H", 1.514, 92.1))
    yield System("HNO", small, _nitroxyl())
    yield System("N2O", small, _line("N N O", 1.1273, 1.1851))
    yield System("SO2", small, _bent("S", "O", 1.4308, 119.3))
    yield System("F2O", small, _bent("O", "F", 1.405, 103.1))
    yield System("B2 triplet", small, _line("B B", 1.590), multiplicity=3)
    yield System("LiH 4.0", double, _line("Li H", 4.0))
    yield System("H2O 1.35", double, _bent("O", "H", 1.35, 104.52))
    yield System("NH3 2.0", small, _pyramid("N", 2.0, 106.67))
    yield System("HCN 1.7", small, _line("H C N", 1.0655, 1.7))
    yield System("C2H2 1.9", small, _line("H C C H", 1.0605, 1.9, 1.0605))
    yield System("BeH2 insertion", double, _insertion())
    yield System("H8 chain 1.2", small, _chain(8, 1.2))
    yield System("H6 ring 1.2", small, _ring(6, 1.2))
    for name, smiles in (("phenol", "Oc1ccccc1"), ("furan", "c1ccoc1"), ("urea", "NC(=O)N")):
        yield System(name, small, smiles=smiles, expected=True)
    yield System("cyclobutadiene square", small, _cyclobutadiene(), expected=False)
    double_zeta = "6-31g*"
    yield System("benzene", double_zeta, smiles="c1ccccc1", expected=True)
    yield System("CO2", double_zeta, _line("O C O", 1.160, 1.160), expected=True)
    yield System("LiF", double_zeta, _line("Li F", 1.564), expected=True)
    yield System("N2 1.1", double_zeta, _line("N N", 1.1), expected=True)
    yield System("O3", double_zeta, _bent("O", "O", 1.272, 116.8), expected=False)
    yield System("C2H4 90 degrees", double_zeta, _ethylene(90), expected=False)


SYSTEMS = (
    *_equilibrium(),
    *_bonds_broken(),
    *_without_fci(),
    *(replace(system, split="held-out") for system in _held_out()),
)

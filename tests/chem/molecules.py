"""Geometries [angstrom] that the chemistry tests share."""

from collections.abc import Sequence

import numpy as np

from molpipe.model.molecule import Geometry
from molpipe.model.settings import Settings

Atom = tuple[str, float, float, float]


def geometry(atoms: Sequence[Atom], *, charge: int = 0, multiplicity: int = 1) -> Geometry:
    return Geometry(
        symbols=tuple(symbol for symbol, *_ in atoms),
        coordinates=np.array([position for _, *position in atoms], dtype=float),
        charge=charge,
        multiplicity=multiplicity,
        origin="test",
    )


def atom(symbol: str, *, charge: int = 0, multiplicity: int = 1) -> Geometry:
    return geometry([(symbol, 0, 0, 0)], charge=charge, multiplicity=multiplicity)


def diatomic(
    first: str, second: str, length: float, *, charge: int = 0, multiplicity: int = 1
) -> Geometry:
    return geometry(
        [(first, 0, 0, 0), (second, 0, 0, length)], charge=charge, multiplicity=multiplicity
    )


def hydrogen_chain(n: int, spacing: float) -> Geometry:
    return geometry([("H", 0, 0, spacing * i) for i in range(n)])


def water() -> Geometry:
    """OH 0.9572, HOH 104.52 degrees."""
    angle = np.radians(104.52)
    return geometry(
        [
            ("O", 0, 0, 0),
            ("H", 0.9572, 0, 0),
            ("H", 0.9572 * np.cos(angle), 0.9572 * np.sin(angle), 0),
        ]
    )


def methylene(multiplicity: int) -> Geometry:
    return geometry(
        [("C", 0, 0, 0), ("H", 0.9883, 0, 0.4001), ("H", -0.9883, 0, 0.4001)],
        multiplicity=multiplicity,
    )


def methyl() -> Geometry:
    """The planar radical, CH 1.079."""
    angles = np.radians([0, 120, 240])
    hydrogens = [("H", 1.079 * np.cos(t), 1.079 * np.sin(t), 0.0) for t in angles]
    return geometry([("C", 0, 0, 0), *hydrogens], multiplicity=2)


def ethylene(twist: float = 0.0) -> Geometry:
    """CC 1.339, CH 1.086, HCH 117.6 degrees; one end turned by ``twist`` degrees."""
    half = np.radians(117.6 / 2)
    out, along = 1.086 * np.sin(half), 1.086 * np.cos(half)
    hydrogens = [
        ("H", side * out * np.cos(turn), side * out * np.sin(turn), end)
        for turn, end in ((0.0, -along), (np.radians(twist), 1.339 + along))
        for side in (1, -1)
    ]
    return geometry([("C", 0, 0, 0), ("C", 0, 0, 1.339), *hydrogens])


def benzene() -> Geometry:
    angles = np.radians(np.arange(0, 360, 60))
    return geometry(
        [
            (symbol, radius * np.cos(t), radius * np.sin(t), 0.0)
            for symbol, radius in (("C", 1.3915), ("H", 2.4715))
            for t in angles
        ]
    )


def formamide() -> Geometry:
    return geometry(
        [
            ("C", -0.1613, 0.3861, 0),
            ("O", -1.1871, -0.2466, 0),
            ("N", 1.0817, -0.1605, 0),
            ("H", -0.1373, 1.4889, 0),
            ("H", 1.1658, -1.1653, 0),
            ("H", 1.9242, 0.3868, 0),
        ]
    )


def full_sto3g() -> Settings:
    """All electrons and all orbitals in STO-3G."""
    return Settings(basis="sto-3g", active_space="full", frozen_core=False)


def turned(molecule: Geometry, rotation: np.ndarray) -> Geometry:
    """The same molecule in another direction; ``rotation`` is (3, 3)."""
    return Geometry(
        symbols=molecule.symbols,
        coordinates=molecule.coordinates @ rotation.T,
        charge=molecule.charge,
        multiplicity=molecule.multiplicity,
        origin="test",
    )

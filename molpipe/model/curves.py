"""Curves: what the rows of a series say together, ready to be drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

SCAN_COLUMN: Final = "scan"
"""Column of a batch that says what its coordinate is: ``bond N1-N2 [angstrom]``."""

EventKind = Literal["scf-solution", "ccsd", "vqe", "space", "missing"]

Energies = tuple[float | None, ...]
"""One number a coordinate; None where the method has none there."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happens along a curve, from ``coordinate`` to ``until``."""

    kind: EventKind
    coordinate: float
    until: float
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Minimum:
    """The lowest point of one method's curve, between the points that were computed.

    ``energy`` [Ha]; ``depth_mha`` is how far the last point of the curve lies above it [mHa],
    None where the method has no energy there.
    """

    coordinate: float
    energy: float
    depth_mha: float | None


@dataclass(frozen=True, kw_only=True)
class Curve:
    """One molecule along one coordinate, in one basis and one kind of active space.

    Every tuple has one item for each of ``coordinates``, which rise. ``energies`` [Ha] and
    ``errors_mha`` (signed, method minus judge) are by the label of the method, such as ``CCSD``
    or ``UCCSD-VQE``; methods in all orbitals (``CCSD, all orbitals``) have no error, since the
    judge stands in the active space. ``judge`` is the label of the method that judges every
    point, None where ``reason`` says why there is none. ``npe_mha`` is the non-parallelity
    error: the largest minus the smallest error; a method with fewer than two errors has none.
    ``rows`` are the row numbers, by the label of the VQE; ``unit`` is empty where it is not known.
    """

    name: str
    label: str
    unit: str
    coordinates: tuple[float, ...]
    energies: Mapping[str, Energies]
    judge: str | None
    reason: str | None = None
    errors_mha: Mapping[str, Energies] = field(default_factory=dict)
    npe_mha: Mapping[str, float] = field(default_factory=dict)
    minima: Mapping[str, Minimum] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    rows: Mapping[str, tuple[int | None, ...]] = field(default_factory=dict)

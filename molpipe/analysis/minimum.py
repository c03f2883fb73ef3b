"""The minimum of a curve, between the points that were computed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.polynomial import Polynomial

from molpipe.model.curves import Minimum
from molpipe.units import mha

_NEIGHBOURS: Final = 2
"""Points on each side of the lowest one that the polynomial goes through."""

_LEAST_POINTS: Final = 4
"""A parabola through three points is off by some hundredths of an angstrom."""


def find_minimum(coordinates: Sequence[float], energies: Sequence[float | None]) -> Minimum | None:
    """The lowest point of the polynomial through the lowest energy and its neighbours.

    Two neighbours on each side where there are so many: for a Morse curve of N2 in steps of
    0.1 angstrom it is right to a milliangstrom.

    Args:
        coordinates: rising.
        energies: [Ha], one for each coordinate; points without one are left out.

    Returns:
        None where the lowest point is the first or the last, so that the curve has no minimum
        inside, or where there are fewer than four points.
    """
    points = [(x, e) for x, e in zip(coordinates, energies, strict=True) if e is not None]
    lowest = min(range(len(points)), key=lambda index: points[index][1], default=0)
    if len(points) < _LEAST_POINTS or lowest in (0, len(points) - 1):
        return None
    near = points[max(lowest - _NEIGHBOURS, 0) : lowest + _NEIGHBOURS + 1]
    x, e = (np.array(values) for values in zip(*near, strict=True))
    curve = Polynomial.fit(x, e - e.min(), deg=len(near) - 1)
    left, right = points[lowest - 1][0], points[lowest + 1][0]
    stationary = [
        float(root.real)
        for root in curve.deriv().roots()
        if abs(root.imag) < 1e-12 and left < float(root.real) < right
    ]
    best = min([*stationary, points[lowest][0]], key=lambda place: float(curve(place)))
    energy, last = float(curve(best) + e.min()), energies[-1]
    return Minimum(
        coordinate=float(best),
        energy=energy,
        depth_mha=None if last is None else mha(last - energy),
    )

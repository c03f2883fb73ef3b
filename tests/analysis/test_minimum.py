import numpy as np
import pytest

from molpipe.analysis.minimum import find_minimum
from molpipe.units import mha

DEPTH, STEEPNESS, EQUILIBRIUM = 0.36, 2.7, 1.098
"""A Morse curve of about the size of that of N2 [Ha, 1/angstrom, angstrom]."""

INTERPOLATION = 1e-3
"""Angstrom: a quartic through steps of 0.1 angstrom."""

INTERPOLATED_ENERGY = 2e-4
"""Hartree, of the same quartic."""


def morse(r):
    return DEPTH * (1 - np.exp(-STEEPNESS * (r - EQUILIBRIUM))) ** 2 - DEPTH


@pytest.mark.parametrize("first", [0.81, 0.85, 0.88])
def test_a_morse_curve_has_the_minimum_that_it_was_made_with(first):
    places = np.arange(first, 6.0, 0.1)
    found = find_minimum(places, morse(places))
    assert found.coordinate == pytest.approx(EQUILIBRIUM, abs=INTERPOLATION)
    assert found.energy == pytest.approx(-DEPTH, abs=INTERPOLATED_ENERGY)
    assert found.depth_mha == pytest.approx(mha(morse(places[-1]) - found.energy))


def test_it_does_not_depend_on_where_energies_are_missing_far_away():
    places = np.arange(0.85, 3.0, 0.1)
    energies = [float(e) for e in morse(places)]
    whole = find_minimum(places, energies)
    gap = find_minimum(places, [*energies[:-3], None, *energies[-2:]])
    assert gap == whole
    assert find_minimum(places, [*energies[:-1], None]).depth_mha is None


@pytest.mark.parametrize("places", [[1.0, 1.1], [1.2, 1.3, 1.4, 1.5], [0.7, 0.8, 0.9, 1.0]])
def test_a_curve_without_an_inner_minimum_has_none(places):
    assert find_minimum(places, [float(morse(r)) for r in places]) is None

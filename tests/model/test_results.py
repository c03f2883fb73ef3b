"""An energy is a finite number that converged, or a reason."""

import dataclasses

import numpy as np
import pytest

from molpipe.model.results import EnergyValue
from tests.model.samples import AMPLITUDES, VQE


def test_only_a_converged_energy_is_good():
    assert EnergyValue.ok(-1.5, s2=0.75).good == -1.5
    assert EnergyValue(value=-1.5, status="unconverged").good is None
    assert EnergyValue.missing("too-expensive", "3 h").good is None


@pytest.mark.parametrize("status", ["not-requested", "too-expensive", "failed", "not-applicable"])
def test_status_and_value_must_agree(status):
    with pytest.raises(ValueError, match=status):
        EnergyValue(value=-1.0, status=status)


@pytest.mark.parametrize("status", ["ok", "unconverged"])
def test_an_energy_without_a_value_is_none(status):
    with pytest.raises(ValueError, match=status):
        EnergyValue(value=None, status=status)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_an_energy_is_finite(value):
    with pytest.raises(ValueError, match="finite"):
        EnergyValue.ok(value)


def test_a_numpy_energy_becomes_a_float():
    assert type(EnergyValue.ok(np.float64(-1.5)).value) is float


def test_amplitudes_of_both_spins_must_fit_each_other():
    with pytest.raises(ValueError, match="t2ab must have shape"):
        dataclasses.replace(AMPLITUDES, t2ab=np.zeros((1, 2, 1, 1)))


def test_parameters_are_counted_and_read_only():
    assert VQE.n_parameters == 3
    assert not VQE.parameters.flags.writeable

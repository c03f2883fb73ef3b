"""Every energy of a row stands on one rung, or is named with the reason why it is missing."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from molpipe.model.results import EnergyValue
from molpipe.report import words
from molpipe.report.methods import OUTSIDE, remarks, rungs
from molpipe.units import mha
from tests.sample_results import answered, failures_only, sample_results


def aspirin():
    return next(row for row in sample_results().rows if row.name == "aspirin")


@pytest.mark.parametrize("row", sample_results().rows, ids=lambda row: row.name[:20])
def test_every_value_stands_on_a_rung(row):
    shown = {id(e) for rung in rungs(row) for e in (rung.active, rung.full) if e is not None}
    for block in (row.energies.active, row.energies.full) if row.energies else ():
        for field in fields(block):
            energy = getattr(block, field.name)
            assert energy.value is None or id(energy) in shown


def test_the_distance_is_to_casci_of_the_same_space():
    row = answered()
    active = row.energies.active
    for rung in rungs(row):
        if rung.active:
            assert rung.above_mha == mha(rung.active.value - active.casci.value)
    assert all(rung.above_mha is None for rung in rungs(aspirin()))


def test_what_adds_the_outside_stands_with_all_orbitals():
    row = answered()
    energies = {name: EnergyValue.ok(-75.3, s2=0.0) for name in OUTSIDE}
    active = replace(row.energies.active, **energies)
    found = {
        r.method: r for r in rungs(replace(row, energies=replace(row.energies, active=active)))
    }
    for name in OUTSIDE:
        assert found[name].active is None
        assert found[name].above_mha is None
        assert found[name].full.value == -75.3
        assert found[name].s2 == 0.0


def test_a_rung_with_a_loose_energy_says_so():
    row = answered()
    loose = EnergyValue(value=-75.0, status="unconverged", reason="50 cycles")
    active = replace(row.energies.active, ccsd=loose)
    found = {
        r.method: r for r in rungs(replace(row, energies=replace(row.energies, active=active)))
    }
    assert [method for method, rung in found.items() if rung.loose] == ["ccsd"]


def test_a_row_without_energies_has_no_rung():
    for row in failures_only().rows:
        assert rungs(row) == ()
        assert remarks(row) == {}


def test_remarks_name_the_space_where_a_method_has_two():
    named = [name for names in remarks(aspirin()).values() for name in names]
    assert "CCSD in all orbitals" in named
    assert "NEVPT2" in named
    assert "CCSD in the active space" not in named


def test_every_method_has_a_short_name():
    assert list(words.SHORT) == list(words.METHODS)
    assert len(set(words.SHORT.values())) == len(words.SHORT)

"""How values are compared, with calculations that are made up."""

from __future__ import annotations

import pytest

from molpipe.errors import SCFNotConverged
from molpipe.units import kcal_mol, mha
from molpipe.validation import compare
from molpipe.validation.quantities import Measurement
from tests.tolerances import EXACT
from tests.validation.studies import FCI, HF, study, table

FAR = {"HF": -0.8, "CASCI": -0.95}


def invented(geometry, settings, quantities):
    """H2 as published, and something else for the pair that is far apart."""
    near = geometry.coordinates[1, 2] < 1
    energies = {"HF": HF, "CASCI": FCI} if near else FAR
    return tuple(Measurement(values=(energies[quantity],)) for quantity in quantities)


def outcomes(of, measure=invented, *, slow=False):
    return list(compare(of, measure, slow=slow))


def test_published_values_pass():
    assert [outcome.passed for outcome in outcomes(study())] == [True, True]


@pytest.mark.parametrize(("change", "passes"), [(0.9e-8, True), (1.1e-8, False), (-1.1e-8, False)])
def test_a_value_passes_only_within_its_tolerance(change, passes):
    (outcome,) = outcomes(study(tables=[table(values={"H2": HF - change})]))
    assert outcome.passed is passes
    assert outcome.difference == pytest.approx(change, abs=EXACT)


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"quantity": "CASCI - HF", "unit": "mHa"}, mha(FCI - HF)),
        ({"minus": ["far"], "unit": "kcal/mol"}, kcal_mol(HF + 0.8)),
        ({"quantity": "CASCI - HF", "minus": ["far"]}, FCI - HF + 0.15),
        ({"minus": ["far", "far"]}, HF + 1.6),
    ],
)
def test_differences_between_quantities_and_between_calculations(changes, wanted):
    (outcome,) = outcomes(study(tables=[table(**changes)]))
    assert outcome.ours == pytest.approx(wanted, abs=EXACT)


def test_an_error_is_an_outcome_and_the_others_go_on():
    def fails_far_apart(geometry, settings, quantities):
        if geometry.coordinates[1, 2] > 1:
            raise SCFNotConverged("no SCF")
        return invented(geometry, settings, quantities)

    tables = [table(values={"far": 0.0}), table(), table(minus=["far"])]
    found = outcomes(study(tables=tables), fails_far_apart)
    assert [(outcome.passed, outcome.missing) for outcome in found] == [
        (True, ""),
        (False, "no SCF"),
        (False, "no SCF"),
    ]


def test_a_setting_that_is_refused_is_an_outcome():
    (outcome, _) = outcomes(study(settings={"basis": "sto-3g", "ansatz": "guess"}))
    assert not outcome.passed
    assert "guess" in outcome.missing


def test_every_calculation_is_done_once_with_all_that_is_asked_of_it():
    asked = []

    def counted(geometry, settings, quantities):
        asked.append(quantities)
        return invented(geometry, settings, quantities)

    tables = [table(), table(quantity="CASCI - HF", minus=["far"]), table(minus=["far"])]
    outcomes(study(tables=tables), counted)
    assert asked == [("HF", "CASCI"), ("CASCI", "HF")]


def test_slow_calculations_are_left_out_unless_asked_for():
    calculations = {"H2": {"geometry": "H 0 0 0; H 0 0 0.74", "slow": True}}
    slow = study(calculations=calculations)
    assert outcomes(slow) == []
    assert len(outcomes(slow, slow=True)) == 2


def test_rounds_of_a_growing_circuit_are_compared_one_by_one():
    def grown(geometry, settings, quantities):
        return (Measurement(values=(-1.0, -1.1, -1.2)),)

    rounds = table(quantity="ADAPT energy", values={"H2": [-1.1, -1.2, -1.3]}, first_round=1)
    found = outcomes(study(tables=[rounds]), grown)
    assert [outcome.passed for outcome in found] == [True, True, False]
    assert found[2].missing == "there are only 3 rounds"

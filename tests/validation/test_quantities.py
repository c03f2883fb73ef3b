"""The cheapest of the published values, computed here; the others run in ``molpipe validate``."""

from __future__ import annotations

from itertools import islice

import pytest

from molpipe.model.settings import Settings
from molpipe.validation import compare, load_studies
from molpipe.validation.quantities import CLASSICAL, QUANTUM, measure
from tests.chem.molecules import diatomic, hydrogen_chain
from tests.tolerances import VARIATIONAL

CHEAP = Settings(basis="sto-3g", active_space="full", frozen_core=False, full_space="none")


@pytest.mark.parametrize(
    ("title", "count"),
    [("Hydrogen chains", 3), ("Errors of UCCSD", 4), ("Growth of ADAPT", 19), ("Fragments", 3)],
)
def test_the_cheapest_published_values_are_reproduced(title, count):
    (study,) = (study for study in load_studies() if study.title.startswith(title))
    found = list(islice(compare(study, measure, slow=False), count))
    assert len(found) == count
    assert [o for o in found if not o.passed] == []


def test_values_come_in_the_order_in_which_they_are_asked_for():
    asked = ("VQE", "HF", "CASCI")
    vqe, hf, casci = (m.values[0] for m in measure(diatomic("H", "H", 0.74), CHEAP, asked))
    assert casci - VARIATIONAL < vqe < hf - 1e-2


def test_what_was_not_computed_is_missing_with_its_reason():
    found = measure(diatomic("H", "H", 0.74), CHEAP, ("full CCSD", "HF"))
    assert found[0].values == ()
    assert "not-requested" in found[0].missing
    assert len(found[1].values) == 1


def test_a_minimum_that_was_not_reached_is_missing():
    settings = CHEAP.with_overrides({"max_iterations": 1, "start": "zero"})
    energy, start = measure(hydrogen_chain(4, 1.0), settings, ("VQE", "circuit start"))
    assert energy.missing == "the VQE ended with iteration-limit"
    assert len(start.values) == 1


def test_every_quantity_of_the_reference_files_is_tested_by_them():
    used = {q for study in load_studies() for table in study.tables for q in table.quantities}
    assert used == CLASSICAL.keys() | QUANTUM.keys()

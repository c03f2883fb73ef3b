from dataclasses import replace

import pytest

from molpipe.chem.intake import read_smiles
from molpipe.desk.finding import Found, Origin
from molpipe.desk.reproducing import reproduce, reproduce_in_children
from molpipe.errors import InputError
from molpipe.model.molecule import Geometry
from molpipe.model.results import EnergyValue
from molpipe.model.settings import Settings
from molpipe.pipeline import run_row, run_series
from molpipe.stages import perform_here
from tests.analysis.cases import with_energies
from tests.sample_results import sample_results

QUICK = Settings().with_overrides({"basis": "sto-3g", "nevpt2": "none"})
NOW = {"molpipe": "1", "pyscf": "2"}


@pytest.fixture(scope="module")
def hydrogen():
    return run_row(read_smiles("[H][H]", "hydrogen", QUICK), QUICK)


@pytest.fixture(scope="module")
def series():
    """Three points of H2, each after the one before."""
    rows = []
    for number, distance in enumerate((0.7, 0.9, 1.4), start=1):
        row = read_smiles("[H][H]", f"H2 {distance}", QUICK)
        geometry = {"symbols": ("H", "H"), "charge": 0, "multiplicity": 1, "origin": "given"}
        placed = Geometry(coordinates=[[0, 0, 0], [0, 0, distance]], **geometry)
        molecule = replace(row.molecule, geometry=placed)
        rows.append(replace(row, row=number, molecule=molecule, series="H2", coordinate=distance))
    return tuple(run_series(rows, QUICK, lambda row: perform_here))


class Here:
    """Stands in for the child processes."""

    def run(self, function, *args, **limits):
        assert limits["seconds"] > 0
        return function(*args)

    def stop(self):
        pass


def found_rows(*rows, of=None):
    return Found(rows=rows, origin=Origin(run_id="r", rows=of or rows, versions=NOW))


def again(*rows, of=None, versions=NOW, **how):
    return reproduce(found_rows(*rows, of=of), Here(), versions=versions, **how)


@pytest.mark.slow
def test_what_is_stored_comes_back_from_a_child_process_in_every_digit(hydrogen):
    (found,) = reproduce_in_children(found_rows(hydrogen), versions=NOW, workers=1)
    assert found.came_back
    assert found.is_bit_equal
    assert found.again.key == hydrogen.key
    assert found.versions == ()
    compared = {quantity.name for quantity in found.changes.quantities}
    assert {"active.vqe", "active.casci", "full.hf", "status"} <= compared


def test_a_point_of_a_series_follows_the_points_before_it(series):
    (found,) = again(series[2], of=series)
    assert found.is_bit_equal
    assert dict(found.again.stage_keys)["vqe"] == series[2].stage_keys["vqe"]


def test_a_number_that_was_changed_does_not_come_back(hydrogen):
    vqe = hydrogen.energies.active.vqe
    wrong = with_energies(hydrogen, "active", vqe=EnergyValue.ok(vqe.value - 1e-4, s2=vqe.s2))
    (found,) = again(wrong, versions=NOW | {"pyscf": "3"})
    assert not found.came_back
    (quantity,) = found.changes.beyond
    assert quantity.name == "active.vqe"
    assert quantity.change == pytest.approx(0.1)
    assert [cause.what for cause in found.versions] == ["pyscf"]
    (found,) = again(wrong, tolerance_mha=0.2)
    assert found.came_back


def test_every_row_is_said_when_it_is_done(series):
    said = []
    found = again(*series, listener=said.append)
    assert said == list(found)
    assert [one.stored.row for one in found] == [1, 2, 3]


def test_a_row_without_energies_is_one_line():
    lost = next(row for row in sample_results().rows if row.energies is None)
    with pytest.raises(InputError, match="no energies to reproduce"):
        again(lost)


def test_settings_of_another_version_are_one_line(hydrogen):
    with pytest.raises(InputError, match="unknown setting"):
        again(replace(hydrogen, settings=hydrogen.settings | {"colour": "red"}))

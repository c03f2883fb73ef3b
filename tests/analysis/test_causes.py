from dataclasses import replace

import pytest

from molpipe.analysis.causes import causes_of
from tests.analysis.cases import row, with_settings

BASE = replace(row(1, "water"), stage_keys={"geometry": "g", "problem": "p", "vqe": "v"})


def kinds(after, before=BASE):
    return [cause.kind for cause in causes_of(before, after)]


def moved(distance):
    (oxygen, x, y, z), *hydrogens = BASE.molecule.geometry
    geometry = ((oxygen, x, y, z + distance), *hydrogens)
    return replace(BASE, molecule=replace(BASE.molecule, geometry=geometry))


@pytest.mark.parametrize(
    ("after", "kind"),
    [
        (with_settings(BASE, basis="6-31g"), "settings"),
        (moved(0.01), "geometry"),
        (replace(BASE, molecule=replace(BASE.molecule, charge=1)), "molecule"),
        (replace(BASE, problem=replace(BASE.problem, active_orbitals=6)), "active space"),
        (replace(BASE, vqe=replace(BASE.vqe, status="stalled")), "VQE"),
    ],
)
def test_what_differs_is_named(after, kind):
    assert kinds(after) == [kind]


def test_a_turned_molecule_has_not_moved():
    geometry = tuple((symbol, z, x, y) for symbol, x, y, z in BASE.molecule.geometry)
    assert kinds(replace(BASE, molecule=replace(BASE.molecule, geometry=geometry))) == ["nothing"]


def test_limits_count_only_where_a_row_met_them():
    other = with_settings(BASE, limits=BASE.settings["limits"] | {"seconds": 1.0})
    assert kinds(other) == ["nothing"]
    assert kinds(replace(other, status="partial")) == ["settings"]


def test_the_first_stage_with_another_key_is_named_where_nothing_else_differs():
    (cause,) = causes_of(
        BASE, replace(BASE, stage_keys=dict(BASE.stage_keys, problem="q", vqe="w"))
    )
    assert cause.kind == "content key"
    assert "the stage problem" in cause.what


def test_rows_that_kept_no_keys_say_so():
    assert "earlier version" in causes_of(replace(BASE, stage_keys={}), BASE)[0].what


def test_sentences_read_as_such():
    (cause,) = causes_of(BASE, with_settings(BASE, basis="6-31g"))
    assert cause.sentence == "settings: basis was sto-3g, is 6-31g"

"""A content key changes with the result, and with nothing else."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from molpipe.model.identity import (
    ANSATZ_SETTINGS,
    COORDINATE_DECIMALS,
    STAGE_VERSIONS,
    content_key,
    geometry_key,
    problem_key,
    reference_key,
    result_key,
    vqe_key,
)
from molpipe.model.settings import Settings, setting_keys
from tests.model.samples import GEOMETRY, MOLECULE

WITHOUT_GEOMETRY = dataclasses.replace(MOLECULE, geometry=None)

OTHER_VALUES = {
    "basis": "sto-3g",
    "frozen_core": False,
    "active_space": "4,4",
    "max_qubits": 8,
    "orbitals": "canonical",
    "fragments": "parent",
    "full_space": "none",
    "nevpt2": "none",
    "baseline": "pbe0-d4",
    "mapping": "parity",
    "ansatz": "another",
    "layers": 2,
    "connectivity": "all",
    "restarts": 3,
    "adapt_gradient": 1e-2,
    "adapt_operators": 20,
    "start": "zero",
    "backend": "qsim",
    "optimizer": "another",
    "gradient_tolerance": 1e-6,
    "max_iterations": 10,
    "seed": 8,
    "solvent": "another",
    "shots": 1000,
    "conformer.refine": "none",
    "conformer.candidates": 3,
    "conformer.embed_seconds": 5.0,
    "limits.seconds": 10.0,
    "limits.memory_gb": 1.0,
    "limits.threads": 2,
}
"""Another value for every setting; also where only one is built yet."""

OF_ONE_ANSATZ = {(ansatz, key) for ansatz, keys in ANSATZ_SETTINGS.items() for key in keys}
"""Settings that count only where their ansatz is chosen; it is not the default one."""

LIMITS = {key for key in OTHER_VALUES if key.startswith("limits.")} | {"conformer.embed_seconds"}


IN_THE_MOLECULE = {"fragments"}
"""Settings that choose the molecule: what they change is in its own SMILES or coordinates."""


def changed(key, value):
    """The default settings with one changed, past the check of what is built."""
    settings = Settings()
    *group, name = key.split(".")
    if not group:
        return settings.model_copy(update={name: value})
    inner = getattr(settings, group[0]).model_copy(update={name: value})
    return settings.model_copy(update={group[0]: inner})


def stage_keys(settings, molecule=WITHOUT_GEOMETRY, geometry=GEOMETRY):
    """The keys of every stage; a geometry's own key stands in for its coordinates."""
    problem = problem_key(geometry, settings)
    reference = reference_key(problem, settings)
    vqe = vqe_key(reference, settings)
    return (geometry_key(molecule, settings), problem, reference, vqe, result_key(vqe, settings))


def test_every_setting_is_tried():
    assert set(OTHER_VALUES) == set(setting_keys())


@pytest.mark.parametrize("key", OTHER_VALUES)
def test_a_setting_changes_a_key_exactly_where_it_changes_a_result(key):
    same = stage_keys(changed(key, OTHER_VALUES[key])) == stage_keys(Settings())
    assert same == (key in LIMITS | IN_THE_MOLECULE | {key for _, key in OF_ONE_ANSATZ})


@pytest.mark.parametrize(("ansatz", "key"), sorted(OF_ONE_ANSATZ))
def test_a_setting_of_one_ansatz_counts_where_that_ansatz_is_chosen(ansatz, key):
    settings = changed("ansatz", ansatz)
    other = settings.model_copy(update={key: OTHER_VALUES[key]})
    assert vqe_key("reference", other) != vqe_key("reference", settings)


@pytest.mark.parametrize(
    ("key", "first_stage"),
    [
        *(("frozen_core", 1), ("full_space", 2)),
        *(("mapping", 3), ("gradient_tolerance", 3), ("nevpt2", 4), ("baseline", 4)),
    ],
)
def test_stages_before_the_change_keep_their_keys(key, first_stage):
    ours, theirs = stage_keys(changed(key, OTHER_VALUES[key])), stage_keys(Settings())
    assert [a == b for a, b in zip(ours, theirs, strict=True)] == [
        stage < first_stage for stage in range(5)
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"charge": 1},
        {"multiplicity": 3},
        {"symbols": ("H", "Li")},
        {"coordinates": GEOMETRY.coordinates + 1e-5},
    ],
)
def test_another_molecule_has_other_keys(change):
    other = stage_keys(Settings(), geometry=dataclasses.replace(GEOMETRY, **change))
    assert all(a != b for a, b in zip(other[1:], stage_keys(Settings())[1:], strict=True))


def test_how_a_geometry_came_about_is_in_no_key():
    relabelled = dataclasses.replace(GEOMETRY, origin="MMFF94")
    assert problem_key(relabelled, Settings()) == problem_key(GEOMETRY, Settings())


def test_coordinates_are_rounded_before_they_are_hashed():
    tiny = 0.1 * 10.0**-COORDINATE_DECIMALS
    moved = dataclasses.replace(GEOMETRY, coordinates=GEOMETRY.coordinates - tiny)
    assert problem_key(moved, Settings()) == problem_key(GEOMETRY, Settings())


def test_a_given_geometry_needs_no_settings():
    wide = changed("conformer.candidates", 50)
    assert geometry_key(MOLECULE, wide) == geometry_key(MOLECULE, Settings())


def test_qubit_limit_counts_only_where_the_space_is_chosen():
    for space, matters in (("auto", True), ("pi", True), ("4,4", False), ("full", False)):
        settings = Settings(active_space=space)
        fewer = settings.model_copy(update={"max_qubits": 6})
        assert (problem_key(GEOMETRY, settings) != problem_key(GEOMETRY, fewer)) == matters


@given(st.dictionaries(st.text(), st.integers() | st.floats(allow_nan=False) | st.text()))
def test_order_of_a_mapping_does_not_matter(values):
    backwards = dict(reversed(values.items()))
    assert content_key("vqe", values=values) == content_key("vqe", values=backwards)


def test_order_in_memory_and_sign_of_zero_do_not_matter():
    array = np.arange(6.0).reshape(2, 3)
    key = content_key("problem", array=array, number=0.0)
    assert content_key("problem", array=np.asfortranarray(array), number=-0.0) == key
    array[0, 0] = -0.0
    assert content_key("problem", array=array, number=0.0) == key


def test_shape_value_name_and_stage_matter():
    array = np.arange(6.0)
    keys = [
        content_key("problem", array=array),
        content_key("problem", array=array.reshape(2, 3)),
        content_key("problem", array=np.nextafter(array, 9)),
        content_key("problem", other=array),
        content_key("vqe", array=array),
    ]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("stage", STAGE_VERSIONS)
def test_version_of_a_stage_matters(stage, monkeypatch):
    before = content_key(stage)
    newer = {**STAGE_VERSIONS, stage: STAGE_VERSIONS[stage] + 1}
    monkeypatch.setattr("molpipe.model.identity.STAGE_VERSIONS", newer)
    assert content_key(stage) != before


def test_what_has_no_canonical_form_is_refused():
    with pytest.raises(TypeError, match="set"):
        content_key("vqe", values={1, 2})

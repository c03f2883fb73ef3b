"""Options that several commands share."""

from __future__ import annotations

from typing import get_args

import pytest

from flows.request import BatchRequest
from molpipe.cli.options import load_pool, load_reactions, load_settings
from molpipe.errors import InvalidSettings
from molpipe.model.pool import POOLS, Pool


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "settings.yaml"
    path.write_text(
        "basis: sto-3g\npool: quantum\n"
        "reactions: [{name: r, reactants: {a: 1}, products: {b: 1}}]\n"
    )
    return path


def test_pool_and_reactions_are_no_settings_of_a_row(file):
    assert load_settings(file, ["seed=3"]).model_dump(exclude_defaults=True) == {
        "basis": "sto-3g",
        "seed": 3,
    }
    assert [reaction.name for reaction in load_reactions(file)] == ["r"]


def test_the_pool_is_that_of_the_command_line_then_of_the_file_then_cpu(file):
    assert load_pool(file, "cpu") == "cpu"
    assert load_pool(file, None) == "quantum"
    assert load_pool(None, None) == "cpu"


def test_there_is_no_other_pool(file):
    with pytest.raises(InvalidSettings, match="pool = 'gpu' is not one of cpu, quantum"):
        load_pool(file, "gpu")
    file.write_text("pool: [cpu]\n")
    with pytest.raises(InvalidSettings, match="is not one of"):
        load_pool(file, None)


@pytest.mark.parametrize(
    ("change", "hint"),
    [("pool=quantum", "--pool"), ("Pool =cpu", "--pool"), ("reactions=a", "file")],
)
def test_what_is_no_setting_of_a_row_is_given_elsewhere(change, hint):
    with pytest.raises(InvalidSettings, match="is no setting of a row") as caught:
        load_settings(None, [change])
    assert hint in caught.value.hint
    assert "known settings" not in caught.value.hint


def test_the_form_offers_the_same_pools():
    assert set(get_args(Pool)) == set(POOLS)
    assert BatchRequest.model_json_schema()["properties"]["pool"]["enum"] == list(POOLS)

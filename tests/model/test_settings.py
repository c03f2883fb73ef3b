"""A setting is used as it was meant, or refused with the reason."""

import re
from operator import attrgetter

import pytest

from molpipe.errors import InvalidSettings
from molpipe.model.settings import (
    NOT_BUILT,
    ConformerSettings,
    LimitSettings,
    Settings,
    setting_keys,
)

UNBUILT = [(setting, name) for setting, names in NOT_BUILT.items() for name in names]


def test_defaults_survive_their_own_parser():
    assert Settings.parse(Settings().model_dump()) == Settings()


def test_keys_are_dotted_and_known_to_overrides():
    for key in setting_keys():
        default = attrgetter(key)(Settings())
        assert Settings().with_overrides({key: default}) == Settings()


def test_overrides_change_what_they_name_and_nothing_else():
    settings = Settings().with_overrides(
        {"basis": " STO-3G ", "frozen_core": "false", "limits.seconds": "60", "Seed": "11"}
    )
    assert (settings.basis, settings.frozen_core, settings.seed) == ("sto-3g", False, 11)
    assert settings.limits.seconds == 60.0
    rest = {"basis", "frozen_core", "seed", "limits"}
    assert settings.model_dump(exclude=rest) == Settings().model_dump(exclude=rest)


def test_no_overrides_are_the_same_settings():
    settings = Settings(basis="sto-3g")
    assert settings.with_overrides({}) is settings


@pytest.mark.parametrize(("setting", "name"), UNBUILT)
def test_what_is_not_built_is_refused_with_that_reason(setting, name):
    with pytest.raises(InvalidSettings, match="not built yet") as caught:
        Settings.parse({setting: name.upper()})
    assert setting in caught.value.message
    assert name in caught.value.message


def test_shots_are_refused_as_not_built():
    with pytest.raises(InvalidSettings, match="not built yet"):
        Settings.parse({"shots": 1000})


def test_a_solvent_is_written_in_one_way():
    assert Settings(solvent=" ddCOSMO:Water").solvent == "ddcosmo:water"
    assert Settings(solvent="iefpcm:80").continuum.epsilon == 80
    assert Settings().continuum is None


@pytest.mark.parametrize("value", [None, "", "none", " None "])
@pytest.mark.parametrize("setting", ["solvent", "shots"])
def test_none_of_them_may_be_written_in_any_way(setting, value):
    assert Settings.parse({setting: value}) == Settings()


@pytest.mark.parametrize(
    "overrides",
    [{"basiss": "x"}, {"conformer.speed": 1}, {"basis.name": "x"}, {"a.b.c": 1}, {"": 1}],
)
def test_unknown_setting_is_named_and_the_known_ones_listed(overrides):
    with pytest.raises(InvalidSettings, match="unknown setting") as caught:
        Settings().with_overrides(overrides)
    assert next(iter(overrides)).split(".")[0] in caught.value.message
    assert "conformer.refine" in caught.value.hint


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("basis", ""),
        ("max_qubits", 2),
        ("max_qubits", 33),
        ("gradient_tolerance", 0),
        ("gradient_tolerance", "nan"),
        ("max_iterations", 0),
        ("layers", 0),
        ("adapt_gradient", 0),
        ("adapt_operators", 0),
        ("seed", -1),
        ("seed", 2**31),
        ("limits.seconds", 0),
        ("limits.memory_gb", -1),
        ("limits.threads", 0),
        ("conformer.candidates", 0),
        ("conformer.embed_seconds", "soon"),
        ("mapping", "ternary-tree"),
        ("start", ["ccsd"]),
    ],
)
def test_value_out_of_range_is_named(key, value):
    with pytest.raises(InvalidSettings) as caught:
        Settings().with_overrides({key: value})
    assert caught.value.message.startswith(f"setting {key} = {value!r}:")


@pytest.mark.parametrize(
    ("text", "space"),
    [("6,6", (6, 6)), (" (4 , 5) ", (4, 5)), ("2,1", (2, 1)), ("AUTO", None), ("full", None)],
)
def test_active_space_is_electrons_then_orbitals(text, space):
    settings = Settings.parse({"active_space": text})
    assert settings.explicit_space == space
    assert " " not in settings.active_space


@pytest.mark.parametrize(
    ("text", "written", "named"),
    [
        (" PI ", "pi", ("pi", ())),
        ("Atoms: 3, 1,3", "atoms:1,3", ("atoms", (1, 3))),
        ("bond:2-1", "bond:1-2", ("bond", (1, 2))),
        ("bond:12,7", "bond:7-12", ("bond", (7, 12))),
        ("6,6", "6,6", None),
    ],
)
def test_a_space_in_a_chemists_words_has_one_spelling(text, written, named):
    settings = Settings.parse({"active_space": text})
    assert settings.active_space == written
    assert settings.named_space == named
    assert Settings.parse(settings.model_dump()) == settings


@pytest.mark.parametrize(
    ("space", "orbitals"), [("pi", "uhf-natural"), ("bond:1-2", "uhf-natural"), ("atoms:1", "pi")]
)
def test_two_ways_to_find_the_space_are_refused(space, orbitals):
    with pytest.raises(InvalidSettings, match="leave out one"):
        Settings.parse({"active_space": space, "orbitals": orbitals})


@pytest.mark.parametrize("text", ["bond:1", "bond:1-1", "bond:1-2-3", "atoms:", "atoms:0", "bond"])
def test_atoms_that_name_no_space_are_refused(text):
    with pytest.raises(InvalidSettings, match="active_space"):
        Settings.parse({"active_space": text})


@pytest.mark.parametrize("text", ["3,1", "0,2", "6", "6,6,6", "-2,2", "all", 6, [6, 6]])
def test_active_space_that_is_none_is_refused(text):
    with pytest.raises(InvalidSettings, match="active_space"):
        Settings.parse({"active_space": text})


def test_settings_cannot_be_changed_in_place():
    with pytest.raises(ValueError, match="frozen"):
        Settings().basis = "sto-3g"


@pytest.mark.parametrize("model", [Settings, ConformerSettings, LimitSettings])
def test_a_form_names_the_unit_of_a_number_beside_it(model):
    for field in model.model_json_schema()["properties"].values():
        unit = re.search(r"\[(\S+)\]", field.get("description", ""))
        if unit:
            assert unit[1].lower() in field["title"].lower()

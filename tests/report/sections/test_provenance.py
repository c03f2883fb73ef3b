from molpipe.model.settings import Settings
from molpipe.report.sections.provenance import changed, flat


def test_nested_settings_become_dotted_keys():
    assert dict(flat({"a": {"b": 1, "c": {"d": 2}}, "e": 3})) == {"a.b": 1, "a.c.d": 2, "e": 3}


def test_only_what_differs_is_named():
    usual = Settings().model_dump(mode="json")
    own = Settings().with_overrides({"basis": "cc-pvdz", "conformer.refine": "none"})
    found = changed(own.model_dump(mode="json"), usual)
    assert dict(found) == {"basis": "cc-pvdz", "conformer.refine": "none"}
    assert changed(usual, usual) == ()
    assert changed({"new": 1}, usual) == (("new", 1),)

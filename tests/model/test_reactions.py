import pytest

from molpipe.errors import InvalidSettings
from molpipe.model.reactions import parse_reactions

GOOD = {"name": "cleavage", "reactants": {"ethane": 1}, "products": {"methyl": 2}}


def test_members_are_products_minus_reactants():
    (reaction,) = parse_reactions([GOOD])
    assert reaction.members == {"methyl": 2.0, "ethane": -1.0}
    assert reaction.group is None
    assert parse_reactions([{**GOOD, "group": "bonds"}])[0].group == "bonds"
    assert parse_reactions(None) == ()


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"reactants": {}}, "reactants"),
        ({"products": {"methyl": 0}}, "products.methyl"),
        ({"products": {"methyl": -2}}, "products.methyl"),
        ({"products": {"methyl": float("nan")}}, "products.methyl"),
        ({"products": {"methyl": "two"}}, "products.methyl"),
        ({"products": {"methyl": 2, "ethane": 1}}, "'ethane' stands on both sides"),
        ({"products": "methyl"}, "products"),
        ({"solvent": "water"}, "solvent"),
        ({"name": ""}, "name"),
        ({"group": ""}, "group"),
    ],
)
def test_what_is_wrong_names_the_reaction_and_the_place(change, complaint):
    with pytest.raises(InvalidSettings) as caught:
        parse_reactions([GOOD, {**GOOD, **change}])
    name = change.get("name", GOOD["name"])
    assert caught.value.message.startswith(f"reaction {name!r}: ")
    assert complaint in caught.value.message
    assert "reactants" in caught.value.hint


@pytest.mark.parametrize("values", ["cleavage", {"cleavage": GOOD}, 3, [GOOD, "cleavage"], [None]])
def test_what_is_no_list_of_reactions_is_refused(values):
    with pytest.raises(InvalidSettings):
        parse_reactions(values)


def test_a_reaction_without_a_name_is_counted():
    with pytest.raises(InvalidSettings, match="reaction number 2: name"):
        parse_reactions([GOOD, {key: GOOD[key] for key in ("reactants", "products")}])

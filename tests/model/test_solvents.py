import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyscf.solvent.smd import solvent_db

from molpipe.model.solvents import DIELECTRIC_CONSTANTS, MODELS, Solvent

MINNESOTA = {name.replace(" ", "").replace("-", ""): row[5] for name, row in solvent_db.items()}
"""PySCF's copy of the Minnesota Solvent Descriptor Database."""

SYSTEMATIC = {
    "dimethylacetamide": "N,Ndimethylacetamide",
    "dimethylformamide": "N,Ndimethylformamide",
    "ethylacetate": "ethylethanoate",
    "heptane": "nheptane",
    "hexane": "nhexane",
    "sulfolane": "tetrahydrothiopheneS,Sdioxide",
}
"""Names that chemists use, as the database writes them."""


@pytest.mark.parametrize("name", DIELECTRIC_CONSTANTS)
def test_dielectric_constants_are_those_of_the_database(name):
    plain = name.replace("-", "")
    assert DIELECTRIC_CONSTANTS[name] == MINNESOTA[SYSTEMATIC.get(plain, plain)]


def test_a_solvent_by_name_by_short_name_and_by_number():
    assert str(Solvent.parse("ddCOSMO: Water")) == "ddcosmo:water"
    assert Solvent.parse("iefpcm:dmso") == Solvent.parse("iefpcm:dimethylsulfoxide")
    assert Solvent.parse("cpcm:4.5") == Solvent(model="cpcm", name="", epsilon=4.5)


def test_an_unknown_solvent_is_refused_with_the_list():
    with pytest.raises(ValueError, match=r"unknown solvent 'wotter'.*water.*toluene"):
        Solvent.parse("ddcosmo:wotter")


def test_smd_is_refused_with_the_reason():
    with pytest.raises(ValueError, match="not defined for CASCI"):
        Solvent.parse("smd:water")


@pytest.mark.parametrize("text", ["water", "ddcosmo", "ddcosmo:", "onsager:water", ":"])
def test_the_form_is_explained(text):
    with pytest.raises(ValueError, match="MODEL:NAME"):
        Solvent.parse(text)


@pytest.mark.parametrize("number", ["1", "0", "-3", "nan", "inf", "1e400"])
def test_a_dielectric_constant_is_that_of_a_medium(number):
    with pytest.raises(ValueError, match="above 1"):
        Solvent.parse(f"ddcosmo:{number}")


@given(st.sampled_from(list(MODELS)), st.text() | st.floats().map(str))
def test_any_text_is_refused_or_has_one_way_to_be_written(model, text):
    try:
        solvent = Solvent.parse(f"{model}:{text}")
    except ValueError:
        return
    assert str(Solvent.parse(str(solvent))) == str(solvent)

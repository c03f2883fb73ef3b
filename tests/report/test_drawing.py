"""Every molecule that has atoms gets a picture."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from molpipe.report import drawing
from tests.sample_results import WATER, answered

MOLECULE = answered().molecule


def letters(svg):
    return "".join("".join(element.itertext()) for element in ET.fromstring(svg).iter("text"))


def test_small_molecules_show_their_hydrogens():
    assert sorted(letters(drawing.molecule_svg(MOLECULE))) == ["H", "H", "O"]


def test_larger_ones_are_skeletons():
    aspirin = replace(MOLECULE, smiles="CC(=O)Oc1ccccc1C(=O)O")
    assert set(letters(drawing.molecule_svg(aspirin))) <= set("OH")


@pytest.mark.parametrize("smiles", [None, "not a smiles"])
def test_without_smiles_the_geometry_is_drawn(smiles):
    svg = drawing.molecule_svg(replace(MOLECULE, smiles=smiles, geometry=WATER))
    assert sorted(letters(svg)) == ["H", "H", "O"]
    lines = [element.get("d") for element in ET.fromstring(svg).iter("path")]
    assert " ".join(lines).count("M") == 2  # two O-H bonds by distance, none between the hydrogens


@pytest.mark.parametrize(
    "geometry", [(("He", 0.0, 0.0, 0.0),), (("H", 0, 0, 0), ("H", 0, 0, 0.74))]
)
def test_an_atom_and_a_line_can_be_projected(geometry):
    svg = drawing.molecule_svg(replace(MOLECULE, smiles=None, geometry=geometry))
    assert letters(svg) in ("He", "HH")


def test_nothing_to_draw_is_no_picture():
    assert drawing.molecule_svg(replace(MOLECULE, smiles=None, geometry=None)) is None


def test_pictures_take_the_color_of_the_page():
    svg = drawing.molecule_svg(MOLECULE)
    assert "currentColor" in svg
    assert "#000000" not in svg
    assert "http" not in svg


def test_a_tight_picture_is_as_large_as_its_molecule():
    def width(smiles, **size):
        svg = drawing.molecule_svg(replace(MOLECULE, smiles=smiles), **size)
        return float(ET.fromstring(svg).get("viewBox").split()[2])

    assert width("CCC") == width("C" * 20) == drawing.WIDTH
    assert width("CCC", size=drawing.TIGHT) < width("C" * 20, size=drawing.TIGHT)

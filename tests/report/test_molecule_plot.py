"""The picture draws the numbers of its row, brings its own colours, and stays small."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from molpipe.model.results import EnergyValue, TracePoint
from molpipe.report import numbers
from molpipe.report.molecule_plot import POINTS, inline_panels, molecule_plot
from molpipe.units import mha
from tests.sample_results import answered, failures_only, related_results

SVG = "{http://www.w3.org/2000/svg}"
LARGEST = 40_000
"""Bytes of a picture inside a page of which a server keeps hundreds."""


def texts(svg):
    return ["".join(element.itertext()) for element in ET.fromstring(svg).iter(f"{SVG}text")]


def dots(svg):
    """Where the dots stand, from the left and from above, in the order they were drawn."""
    circles = ET.fromstring(svg).iter(f"{SVG}circle")
    return [(float(dot.get("cx")), float(dot.get("cy"))) for dot in circles]


def with_trace(row, energies):
    trace = tuple(
        TracePoint(evaluation=number, energy=energy, gradient_norm=0.0)
        for number, energy in enumerate(energies, start=1)
    )
    return replace(row, vqe=replace(row.vqe, trace=trace))


def test_every_method_is_named_with_its_difference():
    row = answered()
    active, shown = row.energies.active, texts(molecule_plot(row))
    assert any("CASCI [mHa]" in text for text in shown)
    for name, energy in (("HF", active.hf), ("MP2", active.mp2), ("VQE", active.vqe)):
        assert shown[shown.index(name) + 1] == numbers.signed(
            mha(energy.value - active.casci.value)
        )


def test_the_dots_stand_in_the_order_of_the_energies():
    row = answered(ccsd_error=-3e-3)
    active = row.energies.active
    methods = (active.hf, active.mp2, active.ccsd, active.ccsd_t, active.vqe)
    places = [across for across, _ in dots(molecule_plot(row))[: len(methods)]]
    in_energy = sorted(range(len(methods)), key=lambda k: methods[k].value)
    assert sorted(range(len(methods)), key=places.__getitem__) == in_energy


def test_the_vqe_descends():
    row = answered()
    zero = row.energies.active.casci.value
    svg = molecule_plot(with_trace(row, [zero + 10.0**-k for k in range(1, 7)]))
    (points,) = re.findall(r'<polyline points="([^"]+)"', svg)
    heights = [float(point.split(",")[1]) for point in points.split()]
    assert heights == sorted(heights)
    assert "VQE above CASCI [mHa]" in texts(svg)


def test_ccsd_is_the_zero_where_it_judges_and_a_doubt_is_said_where_none_may():
    row = answered(judged=False)
    assert any("may not judge" in text for text in texts(molecule_plot(row)))
    solver = replace(row.comparison.solver, judge="ccsd")
    shown = texts(molecule_plot(replace(row, comparison=replace(row.comparison, solver=solver))))
    assert any(text.startswith("energy − CCSD [mHa]") for text in shown)
    assert not any("may not judge" in text for text in shown)
    assert "CCSD" not in shown


def test_a_vqe_below_its_judge_is_drawn_above_its_own_lowest_energy():
    row = answered(vqe_error=-1e-3)
    assert "VQE above its lowest energy [mHa]" in texts(molecule_plot(row))


def test_what_was_not_computed_is_left_out():
    row = answered()
    lost = EnergyValue.missing("failed", "stopped")
    active = replace(row.energies.active, vqe=lost, ccsd_t=lost)
    row = replace(row, energies=replace(row.energies, active=active), vqe=None, comparison=None)
    shown = texts(molecule_plot(row))
    assert {"HF", "MP2", "CCSD"} <= set(shown)
    assert not {"VQE", "CCSD(T)"} & set(shown)


def test_nothing_to_draw_is_no_picture():
    for row in failures_only().rows:
        assert molecule_plot(row) is None


@pytest.mark.parametrize("row", related_results().rows, ids=lambda row: row.name[:12])
def test_the_picture_depends_on_nothing_around_it(row):
    """An image follows neither the page's colours nor its fonts, and must not load anything."""
    svg = molecule_plot(row)
    if svg is None:
        return
    ET.fromstring(svg)
    assert not re.search(r"currentColor|var\(|url\(|href|<style", svg)
    assert len(svg.encode()) < LARGEST


@pytest.mark.parametrize("error", [0.0, -1e-12, 5e-324, -3.0, 1e-3, 1e3])
def test_any_error_can_be_drawn(error):
    svg = molecule_plot(answered(vqe_error=error, ccsd_error=-error))
    assert not re.search(r"\bnan\b|\binf\b", svg)
    ET.fromstring(svg)


def test_a_long_optimisation_stays_a_small_picture():
    row = answered()
    zero = row.energies.active.casci.value
    svg = molecule_plot(with_trace(row, [zero + 1.0 / k for k in range(1, 20_000)]))
    (points,) = re.findall(r'<polyline points="([^"]+)"', svg)
    assert len(points.split()) <= POINTS + 2
    assert len(svg.encode()) < LARGEST


def test_the_panels_of_the_page_take_its_colours():
    drawn = inline_panels(answered())
    assert ">energy − CASCI [mHa]<" in drawn
    assert ">VQE above CASCI [mHa]<" in drawn
    assert not re.search("#[0-9a-f]{6}", drawn)
    assert "xmlns" not in drawn
    assert inline_panels(failures_only().rows[0]) is None

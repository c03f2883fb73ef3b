"""Laws of every plot: any rows can be drawn, in the colours of the page."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from molpipe.report.plots import circuits, errors, occupations, stage_times, traces
from tests.report.plots.shapes import identifiers
from tests.sample_results import HOSTILE, SCRIPT, answered, failures_only, sample_results

ALL = [
    pytest.param(module.draw, id=module.__name__.rpartition(".")[2])
    for module in (errors, traces, occupations, circuits, stage_times)
]


@pytest.mark.parametrize("draw", ALL)
def test_nothing_to_plot_is_no_plot(draw):
    assert draw(failures_only().rows) is None
    assert draw([]) is None


@pytest.mark.parametrize("draw", ALL)
def test_any_name_can_be_drawn(draw):
    names = [SCRIPT, HOSTILE, "水分子", "$x$", "", "a" * 10_000, "\x1b[31m"]
    svg = draw([answered(name) for name in names])
    assert "<script" not in svg
    ET.fromstring(svg)


@pytest.mark.parametrize("error", [0.0, -1e-12, 5e-324, -3.0, 1e-3, 1e3])
def test_any_error_can_be_drawn(error):
    row = answered(vqe_error=error, ccsd_error=-error)
    assert errors.draw([row])
    assert traces.draw([row])


@pytest.mark.parametrize("draw", ALL)
def test_plots_take_font_and_colours_from_the_page(draw):
    svg = draw([answered()])
    assert "currentColor" in svg
    assert "var(--" in svg
    assert "font-family" not in svg
    assert "http" not in svg


@pytest.mark.parametrize("draw", ALL)
def test_identifiers_carry_the_prefix(draw):
    rows = sample_results().rows
    one, two = (identifiers(draw(rows, prefix=prefix)) for prefix in ("one", "two"))
    assert one
    assert not one & two


@pytest.mark.parametrize("draw", ALL)
def test_equal_rows_give_equal_plots(draw):
    rows = sample_results().rows
    assert draw(rows) == draw(rows)

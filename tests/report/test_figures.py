"""The plots draw the numbers of the rows, at any number of rows."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from molpipe.report import figures
from tests.sample_results import HOSTILE, SCRIPT, answered, failures_only, sample_results


def texts(svg):
    return ["".join(element.itertext()) for element in ET.fromstring(svg).iter("text")]


def test_the_error_plot_names_each_molecule_and_prints_its_error():
    shown = texts(figures.energy_error_figure(sample_results().rows))
    assert "ammonia" in shown
    assert "+0.175" in shown  # the error that the sample row was built with
    assert any("1 kcal/mol" in text for text in shown)


def test_a_row_without_an_exact_judge_is_not_plotted():
    row = answered()
    other_spin = replace(row.comparison, solver=replace(row.comparison.solver, judge=None))
    assert figures.plotted_errors([row, replace(row, comparison=other_spin)]) == [row]


@pytest.mark.parametrize("draw", [figures.energy_error_figure, figures.trace_figure])
def test_nothing_to_plot_is_no_plot(draw):
    assert draw(failures_only().rows) is None
    assert draw([]) is None


@pytest.mark.parametrize("draw", [figures.energy_error_figure, figures.trace_figure])
@pytest.mark.parametrize("name", [SCRIPT, HOSTILE, "水分子", "$x$", "", "a" * 10_000, "\x1b[31m"])
def test_any_name_can_be_drawn(draw, name):
    svg = draw([answered(name)])
    assert "<script" not in svg
    ET.fromstring(svg)


@pytest.mark.parametrize("error", [0.0, -1e-12, 5e-324, -3.0, 1e-3, 1e3])
def test_any_error_can_be_drawn(error):
    row = answered(vqe_error=error, ccsd_error=-error)
    assert figures.energy_error_figure([row])
    assert figures.trace_figure([row])


def test_many_rows_show_the_largest_errors():
    rows = [answered(f"m{i}", vqe_error=1e-6 * i) for i in range(figures.ERROR_ROWS + 20)]
    shown = figures.plotted_errors(rows)
    assert len(shown) == figures.ERROR_ROWS
    assert shown[0] is rows[-1]
    assert rows[0] not in shown


def test_plots_follow_the_page():
    svg = figures.energy_error_figure(sample_results().rows)
    for color in ("currentColor", "var(--vqe", "var(--ccsd", "var(--band"):
        assert color in svg
    assert "http" not in svg.replace("http://example", "")  # the name of one sample row
    assert "font-family" not in svg


def test_identifiers_carry_the_prefix():
    rows = sample_results().rows
    ids = [
        {element.get("id") for element in ET.fromstring(svg).iter() if element.get("id")}
        for svg in (
            figures.energy_error_figure(rows, prefix="one"),
            figures.energy_error_figure(rows, prefix="two"),
        )
    ]
    assert ids[0]
    assert not ids[0] & ids[1]

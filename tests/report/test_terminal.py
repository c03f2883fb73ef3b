"""The terminal shows every row, whole numbers, and no markup from a name."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from molpipe.report import numbers, terminal
from tests.sample_results import answered, failures_only, sample_results


def shown(renderable, width=100):
    stream = io.StringIO()
    Console(file=stream, width=width, color_system=None).print(renderable)
    return stream.getvalue()


def test_the_summary_fits_and_cuts_no_number():
    results = sample_results()
    text = shown(terminal.summary_table(results))
    assert max(map(len, text.splitlines())) <= 100
    for row in results.rows:
        if row.comparison:
            assert numbers.energy(row.energies.active.vqe.value) in text
            assert numbers.signed(row.comparison.vqe_minus_ccsd_mha) in text


def test_failures_show_code_message_and_hint():
    text = " ".join(shown(terminal.summary_table(failures_only())).split())
    for row in failures_only().rows:
        assert row.failure.code in text
        assert row.failure.hint in text


def test_a_row_that_was_cancelled_without_a_reason_is_listed():
    row = replace(failures_only().rows[0], name="lost", failure=None)
    assert "lost" in shown(terminal.summary_table(replace(sample_results(), rows=(row,))))


@pytest.mark.parametrize("row", sample_results().rows, ids=lambda row: row.status)
def test_details_of_any_row(row):
    text = shown(terminal.result_details(row))
    assert max(map(len, text.splitlines())) <= 100
    assert numbers.label(row.name, 20)[:19] in text
    if row.energies:
        assert numbers.energy(row.energies.active.hf.value) in text


def test_a_name_is_neither_markup_nor_an_escape_sequence():
    row = answered("[red]x[/red]\x1b[2J[/wrong]")
    for renderable in (
        terminal.result_details(row),
        terminal.summary_table(replace(sample_results(), rows=(row,))),
    ):
        text = shown(renderable)
        assert "[red]x" in text
        assert "\x1b" not in text

"""Numbers for people: right digits, right signs."""

from __future__ import annotations

import pytest

from molpipe.report import numbers


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.1007, "+0.101"), (-2.15, "−2.150"), (0.0, "0.000"), (4e-4, "0.000"), (-4e-4, "0.000"),
     (-0.0, "0.000"), (None, "–")],
)  # fmt: skip
def test_signed(value, text):
    assert numbers.signed(value) == text


def test_energies_have_a_real_minus_and_six_digits():
    assert numbers.energy(-74.9629282464) == "−74.962928"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0012, "0.001"), (0.48, "0.48"), (12.34, "12.3"), (204.4, "204"), (None, "–")],
)
def test_seconds(value, text):
    assert numbers.seconds(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.5, "0.50 s"), (59.9, "1 min 0 s"), (204, "3 min 24 s"), (7260, "2 h 1 min")],
)
def test_duration(value, text):
    assert numbers.duration(value) == text


def test_percent_and_scientific():
    assert numbers.percent(0.9979) == "99.8 %"
    assert numbers.scientific(3.14e-6) == "3.1e−06"


def test_formula_has_subscripts_but_keeps_charges():
    assert numbers.formula("C8H10N4O2") == "C₈H₁₀N₄O₂"
    assert numbers.formula("CH6N+") == "CH₆N+"


def test_label_is_one_clean_short_line():
    assert numbers.label("a\nb\x1b[31m\N{RIGHT-TO-LEFT OVERRIDE}") == "a�b�[31m�"
    assert numbers.label("x" * 100, 10) == "x" * 9 + "…"
    assert numbers.label("水", 10) == "水"


def test_powers_of_ten_are_superscripts():
    assert [numbers.power_of_ten(power) for power in (-12, 0, 3)] == ["10⁻¹²", "10⁰", "10³"]

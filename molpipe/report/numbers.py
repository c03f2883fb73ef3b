"""Numbers as people read them: fixed digits, a real minus sign, a dash where there is none."""

from __future__ import annotations

import re
from typing import Final

MISSING: Final = "–"
MINUS: Final = "−"

_FORMULA_COUNT: Final = re.compile(r"(?<=[A-Za-z\])])\d+")
_SUBSCRIPTS: Final = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_SUPERSCRIPTS: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def energy(value: float | None) -> str:
    """A total energy [Ha] to the microhartree."""
    return _fixed(value, 6)


def signed(value: float | None, digits: int = 3) -> str:
    """A difference with its sign; zero has none."""
    text = _fixed(value, digits)
    return f"+{text}" if value is not None and value > 0 and text.strip("0.") else text


def plain(value: float | None, digits: int = 4) -> str:
    """A number with fixed digits."""
    return _fixed(value, digits)


def scientific(value: float | None) -> str:
    """A small number, for example 3.1e−06."""
    return MISSING if value is None else f"{value:.1e}".replace("-", MINUS)


def power_of_ten(exponent: int) -> str:
    """10⁻⁶ for -6."""
    return "10" + str(exponent).translate(_SUPERSCRIPTS)


def percent(fraction: float | None) -> str:
    """A fraction in percent."""
    return MISSING if fraction is None else f"{_fixed(100 * fraction, 1)} %"


def seconds(value: float | None) -> str:
    """A time [s] in about three digits."""
    if value is None:
        return MISSING
    return f"{value:.{3 if value < 0.1 else 2 if value < 10 else 1 if value < 100 else 0}f}"


def duration(value: float) -> str:
    """A long time [s] in words."""
    whole = round(value)
    hours, minutes = whole // 3600, whole % 3600 // 60
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {whole % 60} s" if minutes else f"{seconds(value)} s"


def formula(text: str) -> str:
    """A molecular formula with subscripts: C₈H₁₀N₄O₂."""
    return _FORMULA_COUNT.sub(lambda match: match[0].translate(_SUBSCRIPTS), text)


def label(text: str, limit: int = 60) -> str:
    """A name on one line, without control characters, shortened to ``limit`` characters."""
    line = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def _fixed(value: float | None, digits: int) -> str:
    if value is None:
        return MISSING
    text = f"{value:.{digits}f}"
    return text.replace("-", MINUS if text.strip("-0.") else "")

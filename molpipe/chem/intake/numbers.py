"""Numbers as people write them in cells."""

from __future__ import annotations

import math
import re
from typing import Final

from molpipe.errors import InputError

MAX_INTEGER: Final = 100
"""Beyond any charge or multiplicity that makes sense."""

MAX_COORDINATE: Final = 1e4
"""Larger coordinates [angstrom] are no molecule."""

_MAX_LENGTH: Final = 40
"""Characters; no number that means something is longer."""

_INTEGER: Final = re.compile(r"([+-]?\d{1,9})(?:\.0*)?", re.ASCII)
_DECIMAL: Final = re.compile(r"[+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)


def signed(charge: int) -> str:
    """A charge as chemists say it: +1, -2, and 0 without a sign."""
    return f"{charge:+d}" if charge else "0"


def bad_number(message: str, hint: str = "write a plain number, with - for minus") -> InputError:
    """A cell that should be a number and is none."""
    return InputError(message, hint=hint, code="BAD_NUMBER")


def integer(text: str, what: str) -> int:
    """A whole number; a spreadsheet's ``1.0`` is one.

    Raises:
        InputError: BAD_NUMBER.
    """
    match = _INTEGER.fullmatch(text.strip())
    if match is None or abs(int(match[1])) > MAX_INTEGER:
        raise bad_number(f"{what} {text[:40]!r} is no whole number up to {MAX_INTEGER}")
    return int(match[1])


def decimal(text: str, what: str) -> float:
    """A finite number with a decimal point or comma.

    Raises:
        InputError: BAD_NUMBER.
    """
    is_number = len(text) <= _MAX_LENGTH and _DECIMAL.fullmatch(text)
    value = float(text.replace(",", ".")) if is_number else math.inf
    if not math.isfinite(value):
        raise bad_number(f"{what} {text[:40]!r} is no number")
    return value


def no_length(text: str) -> InputError:
    """The error for a coordinate that is no number, or beyond MAX_COORDINATE."""
    return bad_number(f"coordinate {text[:40]!r} is no length in angstrom")

"""Tables as text."""

from __future__ import annotations

from collections.abc import Sequence


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, padded so that it reads well on a terminal too; numbers to the right."""
    widths = [max(len(cell) for cell in column) for column in zip(head, *rows, strict=True)]
    rule = ["-" * max(widths[0], 3), *("-" * max(width - 1, 2) + ":" for width in widths[1:])]
    lines = [_line(head, widths), "| " + " | ".join(rule) + " |"]
    return "\n".join([*lines, *(_line(row, widths) for row in rows)])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(cells, widths, strict=True)
    padded = [first[0].ljust(max(first[1], 3)), *(c.rjust(max(w, 3)) for c, w in others)]
    return "| " + " | ".join(padded) + " |"


def digits(value: float | None, significant: int = 3) -> str:
    """A number with so many significant digits, never in exponential form; a dash for None."""
    if value is None:
        return "-"
    if value == 0:
        return "0"
    whole = len(str(int(abs(value)))) if abs(value) >= 1 else 1 - _leading_zeros(abs(value))
    return f"{value:.{max(significant - whole, 0)}f}"


def _leading_zeros(value: float) -> int:
    return -int(f"{value:e}".split("e")[1])

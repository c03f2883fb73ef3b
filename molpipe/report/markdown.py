"""Markdown in which a text from a batch stays text, whatever stands in it.

Names and messages come from users' files, and viewers read even the cell of a table as a
document of its own: so every text goes through :func:`text`.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Sequence

from molpipe.report import numbers

# What marks up anywhere (an underscore not inside a word), what begins a block at the start of
# a line or after a number, and what makes a link of an address.
_SPECIAL = re.compile(
    r"[\\`*\[\]<>&|~@]|(?<![^\W_])_|_(?![^\W_])|^[-+=#]|(?<=\d)[.)](?=\s|$)|:(?=//)|(?<=www)\.",
    re.IGNORECASE,
)


def text(value: str, limit: int = 600) -> str:
    """``value`` on one line, at most ``limit`` characters of it, with nothing that marks up."""
    line = numbers.label(" ".join(value.split()), limit)
    return _SPECIAL.sub(lambda match: f"\\{match[0]}", line)


def strong(value: str, limit: int = 600) -> str:
    """``value`` in bold."""
    return f"**{text(value, limit)}**" if value.strip() else ""


def table(headers: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[int]) -> str:
    """A table of cells that are Markdown already; the columns ``right`` are set flush right."""
    rule = ["--:" if column in right else "---" for column in range(len(headers))]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (headers, rule, *rows))


def bullets(items: Iterable[str]) -> str:
    """A list of items that are Markdown already."""
    return "\n".join(f"- {item}" for item in items)


def image(svg: str, alternative: str) -> str:
    """A drawing that travels inside the text, as a data URI."""
    data = base64.b64encode(svg.encode()).decode()
    return f"![{text(alternative, 80)}](data:image/svg+xml;base64,{data})"


def document(parts: Iterable[str]) -> str:
    """The blocks that are not empty, one after another."""
    return "\n\n".join(part for part in parts if part) + "\n"

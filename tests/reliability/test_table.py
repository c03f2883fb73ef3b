"""Every row of the kill table names a test that exists, and every test here stands in a row."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "reliability.md"
NAMED = re.compile(r"\[`(test_\w+)`\]\(\.\./(tests/[\w/]+\.py)\)")


def rows():
    """The rows of every table that has a column for its tests."""
    for table in re.findall(r"(?:^\|.*\n)+", TABLE.read_text("utf-8"), re.MULTILINE):
        head, _, *lines = table.splitlines()
        if "tested by" in head:
            yield from lines


def named():
    return {(path, name) for name, path in NAMED.findall(TABLE.read_text("utf-8"))}


def test_every_row_names_a_test():
    found = list(rows())
    assert len(found) >= 13
    assert [row for row in found if not NAMED.search(row)] == []


def test_every_named_test_exists():
    missing = [
        (path, name) for path, name in named() if f"def {name}(" not in (ROOT / path).read_text()
    ]
    assert missing == []


def test_every_test_of_this_folder_stands_in_a_row():
    here = {
        (str(path.relative_to(ROOT)), name)
        for path in Path(__file__).parent.glob("test_*.py")
        if path != Path(__file__)
        for name in re.findall(r"^def (test_\w+)\(", path.read_text(), re.MULTILINE)
    }
    assert here - named() == set()

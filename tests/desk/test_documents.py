"""Every block of docs/results.md runs; docs/database.md names every table and column."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from molpipe.store.schema import Base
from tests.desk.kept import keep_run

DOCS = Path(__file__).parent.parent.parent / "docs"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.slow
def test_every_block_runs(tmp_path):
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    keep_run(tmp_path / "runs" / "molpipe.db", [("hydrogen", "[H][H]", {})])
    blocks = BLOCK.findall((DOCS / "results.md").read_text(encoding="utf-8"))
    shell = "".join(code for language, code in blocks if language == "sh")
    python = "".join(code for language, code in blocks if language == "python")
    assert "molpipe export" in shell
    environment = {
        **{name: value for name, value in os.environ.items() if name != "MOLPIPE_DATABASE"},
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    for command in (["bash", "-euo", "pipefail", "-c", shell], [sys.executable, "-c", python]):
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    written = set(re.findall(r"--out (\S+)", shell)) | {"paper.tex"}
    assert written < {path.name for path in tmp_path.iterdir()}


def test_every_table_and_column_is_documented():
    text = (DOCS / "database.md").read_text(encoding="utf-8")
    tables = text[text.index("## Tables") : text.index("## Backup")]
    found = {}
    for part in tables.split("\n### ")[1:]:
        found[part.splitlines()[0]] = re.findall(r"^\| `(\w+)`(\**) \|", part, re.MULTILINE)
    assert found == {
        name: [(column.name, mark(table, column)) for column in table.columns]
        for name, table in Base.metadata.tables.items()
    }


def mark(table, column):
    if column.primary_key:
        return "**"
    return "*" if any(column.name in index.columns for index in table.indexes) else ""


def test_every_fact_names_its_place():
    text = (DOCS / "database.md").read_text(encoding="utf-8")
    for column in Base.metadata.tables["results"].columns:
        for path in column.info.get("paths", ()):
            assert f"`{path}`" in text

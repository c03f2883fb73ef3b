"""Documents whose blocks run: what they show comes out, up to the last digit."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).parent.parent / "docs"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NUMBER = re.compile(r"[+-]?\d+\.\d+")
"""With a real minus sign made plain."""


def run_document(path: Path, folder: Path) -> None:
    """Run every ``sh`` and ``python`` block in ``folder``, in the order of the document.

    The lines of a ``text`` block are among those that the block before it printed, in their
    order; their numbers may differ by two in the last digit that they show.
    """
    printed = ""
    for language, code in BLOCK.findall(path.read_text(encoding="utf-8")):
        if language == "text":
            check_printed(code, printed)
        else:
            printed = _run(language, code, folder)


def shown(text: str) -> list[str]:
    """What a document says is printed."""
    return [code for language, code in BLOCK.findall(text) if language == "text"]


def check_printed(shown: str, printed: str) -> None:
    """Find each line of ``shown`` in ``printed``, in their order."""
    left = iter(printed.splitlines())
    for line in shown.splitlines():
        assert any(_same(line, other) for other in left), f"not printed: {line}\n\n{printed}"


def _run(language: str, code: str, folder: Path) -> str:
    command = ["bash", "-euo", "pipefail", "-c"] if language == "sh" else [sys.executable, "-c"]
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("MOLPIPE_")},
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PREFECT_HOME": str(folder / "prefect"),
    }
    run = subprocess.run(
        [*command, code], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, f"{code}\n{run.stdout}\n{run.stderr}"
    return run.stdout


def _same(shown: str, printed: str) -> bool:
    one, other = (" ".join(text.replace("−", "-").split()) for text in (shown, printed))
    if NUMBER.sub("#", one) != NUMBER.sub("#", other):
        return False
    pairs = zip(NUMBER.findall(one), NUMBER.findall(other), strict=True)
    return all(abs(float(a) - float(b)) < 2.5 * 10.0 ** -len(a.split(".")[1]) for a, b in pairs)

"""Make the README's table and picture again from the last pilot run: ``make pilot``, then
``.venv/bin/python docs/refresh.py`` (the picture needs Chromium).
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from molpipe.exports import results_json
from molpipe.model.document import Row
from molpipe.report import numbers

ROOT = Path(__file__).parent.parent
RUN = ROOT / "runs" / "pilot"
PICTURE = ROOT / "docs" / "report.png"
WIDTH, HEIGHT = 1400, 1560

HEAD = """\
| molecule | basis | space | qubits | VQE [Ha] | − CASCI [mHa] | − CCSD [mHa] | solver | model |
|---|---|---|---:|---:|---:|---:|---|---|
"""


def main() -> None:
    """Write both."""
    rows = [row for row in results_json.read(RUN / "results.json").rows if row.energies]
    readme = ROOT / "README.md"
    marked = re.compile(r"(<!-- pilot table -->\n).*?(<!-- end -->)", re.DOTALL)
    table = HEAD + "".join(map(line, rows))
    readme.write_text(marked.sub(lambda m: m[1] + table + m[2], readme.read_text("utf-8")), "utf-8")
    if browser := shutil.which("chromium"):
        take_picture(browser)


def line(row: Row) -> str:
    """A row of the table; differences are inside the active space."""
    assert row.problem is not None
    assert row.energies is not None
    assert row.comparison is not None
    space = f"({sum(row.problem.active_electrons)}e, {row.problem.active_orbitals}o)"
    cells = (
        row.name,
        row.problem.basis,
        space,
        str(row.problem.n_qubits),
        f"{row.energies.active.vqe.value:.6f}".replace("-", "−"),
        numbers.signed(row.comparison.vqe_minus_casci_mha),
        numbers.signed(row.comparison.vqe_minus_ccsd_mha),
        row.comparison.solver.verdict,
        row.comparison.model.verdict,
    )
    return "| " + " | ".join(cells) + " |\n"


def take_picture(browser: str) -> None:
    """The top of the report as a browser shows it."""
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    page = (RUN / "report.html").resolve().as_uri()
    shot = [f"--screenshot={PICTURE}", f"--window-size={WIDTH},{HEIGHT}", "--hide-scrollbars"]
    subprocess.run([browser, *flags, *shot, page], check=True, capture_output=True)


if __name__ == "__main__":
    main()

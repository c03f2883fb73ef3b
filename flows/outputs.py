"""The three files that a run leaves behind."""

from __future__ import annotations

from pathlib import Path

from molpipe.exports import results_csv, results_json
from molpipe.model.document import Results
from molpipe.report import html


def write_outputs(results: Results, folder: Path) -> None:
    """Write results.json, results.csv and report.html into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    results_json.write(results, folder / "results.json")
    results_csv.write(results, folder / "results.csv")
    html.write([results], folder / "report.html")

"""One report: ``python -m benchmarks.drivers.report ROWS FILE`` writes it and prints the seconds.

The rows are synthetic: alkanes and their alcohols with made-up energies, each molecule another
one, so that every drawing, verdict and plot of a batch of that length is made.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from pathlib import Path

from molpipe.model.document import Results, Row
from molpipe.report import html
from tests.sample_results import answered, sample_results


def main(n_rows: int, path: Path) -> dict[str, float]:
    """Write a report of synthetic rows; warm, as at the end of a run that drew one before."""
    html.render([_results(1)])
    results = _results(n_rows)
    start = time.perf_counter()
    html.write([results], path)
    return {"seconds": time.perf_counter() - start, "megabytes": path.stat().st_size / 1e6}


def _results(n_rows: int) -> Results:
    rows = (_row(number) for number in range(1, n_rows + 1))
    return replace(sample_results(), rows=tuple(rows))


def _row(number: int) -> Row:
    carbons, oxygen = 1 + number % 40, number // 40
    smiles = "C" * carbons + "O" * (oxygen > 0) + "C" * max(oxygen - 1, 0)
    row = answered(
        f"synthetic {number}",
        smiles,
        formula=f"C{carbons + max(oxygen - 1, 0)}",
        casci=-75.0 - number,
        hf=-74.95 - number,
        vqe_error=1e-6 * number,
        full=(-75.2 - number, -75.21 - number) if number % 2 else None,
        space=(6 + 2 * (number % 3), 6 + number % 3),
        n_parameters=20 + number % 80,
        flag=("green", "green", "amber", "red")[number % 4],
    )
    return replace(row, row=number)


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), Path(sys.argv[2]))))

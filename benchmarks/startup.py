"""``python -m benchmarks.startup``: the first VQE of a process, and ``molpipe --help``."""

from __future__ import annotations

import subprocess
import tempfile
import time
from statistics import median

from benchmarks.markdown import digits, table
from benchmarks.options import options
from benchmarks.processes import OUR_PYTHON, ROOT, ask
from benchmarks.results import finish

COLD, WARM, HELP = 15.0, 0.3, 0.5
"""What the first VQE with a cold and a warm cache and --help may take [s]."""

REPEAT = 5


def run(*, quick: bool, write: bool) -> None:
    """Measure, print, and keep where asked."""
    repeat = 1 if quick else REPEAT
    with tempfile.TemporaryDirectory() as cache:
        environment = {"NUMBA_CACHE_DIR": cache}
        cold, *warm = (
            ask("benchmarks.drivers.first_vqe", environment=environment) for _ in range(1 + repeat)
        )
    warm_median = {key: median(run[key] for run in warm) for key in cold}
    help_seconds = median(_help_seconds() for _ in range(repeat))
    finish("startup", _section(cold, warm_median, help_seconds), write=write)


def _section(cold: dict[str, float], warm: dict[str, float], help_seconds: float) -> str:
    rows = []
    for title, parts, limit in (("cold", cold, COLD), ("warm", warm, WARM)):
        ours = parts["engine"] + parts["vqe"]
        cells = [parts["imports"], parts["engine"], parts["vqe"], ours, limit]
        rows.append([f"numba cache {title}", *map(digits, cells), _held(ours, limit)])
    rows.append(["molpipe --help", "", "", "", *_help_cells(help_seconds)])
    head = ["", "imports", "engine", "first VQE", "engine + VQE", "limit", "held"]
    return (
        "## Start-up [s], wall time\n\nH2O in a fresh process. The kernels are compiled (cold) or "
        "loaded (warm) when the engine is imported; that import is counted, those of everything "
        "else are not.\n\n"
        f"{table(head, rows)}"
    )


def _help_cells(seconds: float) -> list[str]:
    return [digits(seconds), digits(HELP), _held(seconds, HELP)]


def _held(seconds: float, limit: float) -> str:
    return "yes" if seconds < limit else "no"


def _help_seconds() -> float:
    began = time.perf_counter()
    command = [str(OUR_PYTHON), "-m", "molpipe", "--help"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - began


if __name__ == "__main__":
    run(**options(__doc__))

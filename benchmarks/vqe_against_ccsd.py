"""``python -m benchmarks.vqe_against_ccsd``: our VQE against PySCF's CCSD of the same molecule."""

from __future__ import annotations

from statistics import median
from typing import Any

from benchmarks.markdown import digits, table
from benchmarks.molecules import COMPARED, QUICK
from benchmarks.options import options
from benchmarks.processes import ask
from benchmarks.results import finish

MUST, GOAL = 16, 20
"""VQE takes less time than CCSD up to so many qubits."""

REPEAT = 3


def run(*, quick: bool, write: bool) -> None:
    """Measure, print, and keep where asked."""
    chosen = QUICK if quick else COMPARED
    turns = [
        {name: ask("benchmarks.drivers.ccsd", [name]) for name in chosen}
        for _ in range(1 if quick else REPEAT)
    ]
    finish("ccsd", _section(turns), write=write)


def _section(turns: list[dict[str, dict[str, Any]]]) -> str:
    rows, slower = [], []
    for name, first in turns[0].items():
        vqe, ccsd = (median(turn[name][method] for turn in turns) for method in ("vqe", "ccsd"))
        qubits = first["n_qubits"]
        rows.append([name, str(qubits), digits(vqe * 1e3), digits(ccsd * 1e3), digits(ccsd / vqe)])
        if vqe >= ccsd:
            slower.append(f"{name} ({qubits} qubits)")
    head = ["molecule", "qubits", "VQE [ms]", "CCSD [ms]", "CCSD / VQE"]
    found = next(iter(turns[0].values()))["versions"]
    versions = ", ".join(f"{package} {version}" for package, version in found.items())
    return (
        "## VQE against PySCF's own CCSD\n\nMedian processor time of one thread, warm: VQE from "
        "finished references to the result at molpipe's default tolerance, CCSD from finished SCF "
        f"at PySCF's defaults.\n\n{table(head, rows)}\n\n"
        f"VQE not faster: {', '.join(slower) or 'none'} "
        f"(it must be faster up to {MUST} qubits, the goal is {GOAL}). Versions: {versions}."
    )


if __name__ == "__main__":
    run(**options(__doc__))

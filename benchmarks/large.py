"""``python -m benchmarks.large``: 24 to 32 qubits, molpipe alone, two threads."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from benchmarks.markdown import digits, table
from benchmarks.measurement import Measurement
from benchmarks.molecules import LARGE
from benchmarks.processes import DriverFailed, ask
from benchmarks.results import finish

THREADS = 2
PATIENCE = 3600.0
"""Limit [s] of one child process, SCF and references included."""


@dataclass(frozen=True)
class Bound:
    """Wall time [s] to 1e-6 Ha and peak memory [MB] that are to hold, where there is a bound."""

    seconds: float | None = None
    peak_mb: float | None = None


BOUNDS = {"H12": Bound(20), "H2O/6-31G": Bound(60), "C2H4": Bound(600, 4096), "H16": Bound()}


def run(molecules: tuple[str, ...] = LARGE, *, write: bool, patience: float = PATIENCE) -> None:
    """Measure one molecule after the other, print, and keep where asked."""
    rows = [_row(name, patience) for name in molecules]
    head = ["molecule", "qubits", "parameters", "evaluations", "wall s to 1e-6 Ha", "limit"]
    head += ["processor s", "E+G / contract_2e", "peak MB", "error [mHa]", "held"]
    text = (
        f"## Larger molecules, molpipe alone, {THREADS} threads\n\nFrom finished references to "
        "1e-6 Ha of the own optimum, once, each in a process of its own. Peak memory is that of "
        "the process during the VQE."
    )
    finish("large", f"{text}\n\n{table(head, rows)}", write=write)


def _row(name: str, patience: float) -> list[str]:
    # References may take half of the time, and the VQE ends itself so that its best is kept.
    arguments = [name, "--threads", str(THREADS), "--seconds", str(patience / 2)]
    try:
        answer = ask("benchmarks.drivers.ours", arguments, threads=THREADS, seconds=patience)
    except DriverFailed as failure:
        return [name, *["-"] * 9, str(failure)]
    found, bound = Measurement.from_json(answer), BOUNDS[name]
    error = None if found.exact is None else (found.optimum - found.exact) * 1e3
    limit = found.contraction
    return [
        name,
        str(found.n_qubits),
        str(found.n_parameters),
        f"{found.n_to_optimum} of {len(found.evaluations)}",
        digits(found.wall_seconds),
        digits(bound.seconds),
        digits(found.seconds),
        digits(None if limit is None else found.per_evaluation / limit),
        f"{found.peak_mb:.0f}",
        digits(error),
        "yes" if _held(found, bound) else "no",
    ]


def _held(found: Measurement, bound: Bound) -> bool:
    fits = bound.peak_mb is None or found.peak_mb < bound.peak_mb
    return fits and (bound.seconds is None or found.wall_seconds < bound.seconds)


def main() -> None:
    """Options for a run of this benchmark alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("molecules", nargs="*", metavar="MOLECULE", help=", ".join(LARGE))
    parser.add_argument("--seconds", type=float, default=PATIENCE, help="limit of one process")
    parser.add_argument("--write", action="store_true", help="replace the section of RESULTS.md")
    chosen = parser.parse_args()
    if unknown := set(chosen.molecules) - set(LARGE):
        parser.error(f"{', '.join(unknown)} is none of {', '.join(LARGE)}")
    run(tuple(chosen.molecules) or LARGE, write=chosen.write, patience=chosen.seconds)


if __name__ == "__main__":
    main()

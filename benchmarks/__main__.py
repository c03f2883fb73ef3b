"""``python -m benchmarks``: peers and molpipe in turn, then the smaller benchmarks."""

from __future__ import annotations

import argparse
import sys

from benchmarks import (
    circuit_size,
    database,
    desk,
    large,
    overhead,
    peers_section,
    report_of_500,
    scaling,
    service_start,
    simulators,
    soak,
    startup,
    vqe_against_ccsd,
)
from benchmarks.against_peers import compare
from benchmarks.molecules import COMPARED, MOLECULES, QUICK, SLOW
from benchmarks.processes import DriverFailed
from benchmarks.results import finish


def main() -> int:
    """Run what is asked for; only a run over the full set replaces what RESULTS.md holds."""
    chosen = _arguments()
    write = not (chosen.only or chosen.quick)
    _against_peers(chosen, write=write)
    if chosen.only or chosen.peers_only:
        return 0
    failed = False
    for module in (
        simulators,
        circuit_size,
        vqe_against_ccsd,
        startup,
        service_start,
        overhead,
        scaling,
        soak,
        database,
        desk,
        report_of_500,
    ):
        try:
            module.run(quick=chosen.quick, write=write)
        except DriverFailed as error:
            print(f"{module.__name__}: {error}", file=sys.stderr)
            failed = True
    if chosen.large:
        large.run(write=write)
    return int(failed)


def _against_peers(chosen: argparse.Namespace, *, write: bool) -> None:
    comparison = compare(
        chosen.only or (QUICK if chosen.quick else COMPARED),
        repeat=chosen.repeat or (2 if chosen.quick else 5),
        peers_once=() if chosen.repeat else SLOW,
        seconds=chosen.seconds,
    )
    finish("peers", peers_section.section(comparison), write=write)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=MOLECULES, metavar="MOLECULE")
    parser.add_argument("--quick", action="store_true", help=f"{', '.join(QUICK)}, few turns")
    parser.add_argument("--repeat", type=int, help="repetitions (default 5; H10: peers once)")
    parser.add_argument("--seconds", type=float, default=1800.0, help="limit of one process")
    parser.add_argument("--peers-only", action="store_true", help="no smaller benchmarks")
    parser.add_argument("--large", action="store_true", help="and molpipe alone on 24 to 28 qubits")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

"""``python -m benchmarks.calibration``: measure what is missing, then draw the table."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from benchmarks.calibration import table
from benchmarks.calibration.systems import SYSTEMS

MEASURED = Path(__file__).parent / "measured.json"


def main() -> int:
    """Every system is stored as soon as it is measured, so that a stopped run goes on."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.calibration", description=__doc__)
    parser.add_argument("--all", action="store_true", help="measure every system again")
    parser.add_argument("--table", action="store_true", help="measure nothing, only draw")
    chosen = parser.parse_args()
    stored: dict[str, Any] = {} if chosen.all else json.loads(MEASURED.read_text())
    if not chosen.table:
        _measure(stored)
    table.write(stored)
    return 0


def _measure(stored: dict[str, Any]) -> None:
    from benchmarks.calibration.measure import measure  # noqa: PLC0415

    for system in SYSTEMS:
        if system.key not in stored:
            stored[system.key] = measure(system)
            _store(stored)
            print(f"{system.key}: {stored[system.key]['seconds']} s", flush=True)


def _store(measured: dict[str, Any]) -> None:
    """One line a system."""
    lines = (f"{json.dumps(key)}: {json.dumps(record)}" for key, record in measured.items())
    MEASURED.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())

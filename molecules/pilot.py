"""make pilot: run the pilot batch, and fail if anything but the row meant to fail did not work."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
OUT = HERE.parent / "runs" / "pilot"
MEANT_TO_FAIL = "wrong on purpose"
FINISHED = (0, 1)
"""Exit codes of a batch that was answered row by row."""


def main() -> int:
    """Run the batch as a user would and look at its results.json."""
    command = [sys.executable, "-m", "molpipe", "run", HERE / "pilot.csv", "--out", OUT]
    code = subprocess.run([*command, *sys.argv[1:]], check=False).returncode
    if code not in FINISHED:
        return code
    from molpipe.exports import results_json  # noqa: PLC0415

    bad = [row for row in results_json.read(OUT / "results.json").rows if row.status != "ok"]
    surprises = [row.name for row in bad if not row.name.startswith(MEANT_TO_FAIL)]
    for row in bad:
        meant = "as it was meant to" if row.name not in surprises else "which it should not be"
        say(f"row {row.row} ({row.name}) is {row.status}, {meant}")
    if len(bad) == len(surprises):
        say("the row that is wrong on purpose was not refused")
    return int(bool(surprises) or len(bad) == len(surprises))


def say(text: str) -> None:
    """One line for the person at the terminal."""
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())

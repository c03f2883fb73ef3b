"""What the smaller benchmarks can be asked for on the command line."""

from __future__ import annotations

import argparse
from typing import TypedDict


class Options(TypedDict):
    """The arguments of their ``run``."""

    quick: bool
    write: bool


def options(description: str | None) -> Options:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="fewer molecules, fewer turns")
    parser.add_argument("--write", action="store_true", help="replace the section of RESULTS.md")
    chosen = parser.parse_args()
    return Options(quick=chosen.quick, write=chosen.write)

"""RESULTS.md: one section per benchmark, each replaced by its own last run."""

from __future__ import annotations

import os
import platform
import re
from datetime import UTC, datetime
from pathlib import Path

FILE = Path(__file__).parent / "RESULTS.md"
SECTIONS = (
    "peers",
    "simulators",
    "circuits",
    "ccsd",
    "startup",
    "service",
    "overhead",
    "scaling",
    "soak",
    "database",
    "desk",
    "report",
    "large",
)
HEAD = """# Results of the last runs

Written by `make bench` (`python -m benchmarks`); do not edit. Times depend on the machine, so
only ratios within one run mean something elsewhere.
"""


def finish(section: str, text: str, *, write: bool) -> None:
    """Print a section and, where asked, put it into RESULTS.md."""
    print(f"{text}\n")
    if write:
        sections = _sections() | {section: f"{text}\n\n_{circumstances()}_"}
        parts = [f"<!-- {s} -->\n{sections[s]}\n" for s in SECTIONS if s in sections]
        FILE.write_text("\n".join([HEAD, *parts]), encoding="utf-8")


def circumstances() -> str:
    """When and on what, in general terms."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores ({platform.machine()}), "
        f"{pages * size / 2**30:.0f} GiB, {platform.system()}, "
        f"Python {platform.python_version()}, load at the end {os.getloadavg()[0]:.1f}"
    )


def _sections() -> dict[str, str]:
    if not FILE.exists():
        return {}
    _, *parts = re.split(r"^<!-- (\w+) -->\n", FILE.read_text(encoding="utf-8"), flags=re.M)
    return {name: body.strip() for name, body in zip(parts[::2], parts[1::2], strict=True)}

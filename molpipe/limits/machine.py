"""What memory there is for calculations: the machine's, or that of the container."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

import psutil  # type: ignore[import-untyped]

GIGABYTE: Final = 1e9

REST_GB: Final = 1.0
REST_SHARE: Final = 0.1
"""The operating system and the process that starts calculations need the larger of the two."""


def memory_for_calculations() -> float:
    """Memory [GB, 1e9 bytes] that all calculations together may fill."""
    whole = min([psutil.virtual_memory().total, *control_group_limits()]) / GIGABYTE
    return float(whole - min(max(REST_GB, REST_SHARE * whole), whole / 2))


def control_group_limits(root: Path = Path("/")) -> Iterator[int]:
    """The memory limits [bytes] of the control groups that this process is in (Linux)."""
    groups = root / "proc/self/cgroup"
    for line in groups.read_text().splitlines() if groups.exists() else ():
        _, controllers, name = line.split(":", 2)
        if controllers == "":  # version 2
            yield from _limits(root / "sys/fs/cgroup", name, "memory.max")
        elif "memory" in controllers.split(","):  # version 1
            yield from _limits(root / "sys/fs/cgroup/memory", name, "memory.limit_in_bytes")


def _limits(mounted: Path, name: str, file: str) -> Iterator[int]:
    """Of a group and all above it; a container may see itself as the topmost one."""
    group = PurePosixPath(name.lstrip("/"))
    for place in (group, *group.parents):
        limit = mounted / place / file
        if limit.exists() and (text := limit.read_text().strip()) != "max":
            yield int(text)

"""The memory of a service while a batch runs, by what its processes are."""

from __future__ import annotations

import subprocess
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from statistics import median

import psutil

from molpipe.store import Store

LOOK_SECONDS = 2.0
MEGABYTE = 1e6
ROLES = (
    ("resource_tracker", "Python's own"),
    ("spawn_main", "calculations"),
    ("flows.server", "Prefect's server"),
    ("flows.service.worker", "workers"),
    ("prefect", "runs"),
    (" submit ", "submit --watch"),
    (" up ", "up, worker"),
    (" worker ", "up, worker"),
)
"""What stands in the command line of a process, and what it is; the first that fits."""


@dataclass
class Watch:
    """Looks at the resident memory of processes and of all that they start.

    Args:
        commands: the numbers of the processes.
        store: the result database of the batch.
        seen: how many rows were answered, and the memory [MB] by role, at each look.
    """

    commands: Sequence[int]
    store: Store
    seen: list[tuple[int, Mapping[str, float]]] = field(default_factory=list)

    def follow(self, process: subprocess.Popen[bytes]) -> None:
        """Look every two seconds until ``process`` ends."""
        while process.poll() is None:
            commands = (*self.commands, process.pid)
            self.seen.append((self._answered(), memory_of(commands)))
            time.sleep(LOOK_SECONDS)

    def between(self, first: int, last: int) -> dict[str, float]:
        """Median memory [MB] by role while so many rows were answered."""
        found = self._by_role(first, last)
        return {role: median(megabytes) for role, megabytes in found.items()}

    def peak(self, first: int, last: int) -> dict[str, float]:
        """The largest memory [MB] by role while so many rows were answered."""
        return {role: max(megabytes) for role, megabytes in self._by_role(first, last).items()}

    def _by_role(self, first: int, last: int) -> dict[str, list[float]]:
        found = defaultdict(list)
        for answered, memory in self.seen:
            if first <= answered <= last:
                for role, megabytes in memory.items():
                    found[role].append(megabytes)
        return found

    def _answered(self) -> int:
        runs = self.store.runs()
        return sum(runs[0].statuses.values()) if runs else 0


def memory_of(commands: Sequence[int]) -> dict[str, float]:
    """Resident memory [MB] of the largest process of each role, of these and all they started.

    Not of all together: a run that helps comes and goes.
    """
    found: defaultdict[str, float] = defaultdict(float)
    for command in commands:
        with suppress(psutil.Error):
            top = psutil.Process(command)
            for process in (top, *top.children(recursive=True)):
                with suppress(psutil.Error):
                    role, resident = _role(process), process.memory_info().rss / MEGABYTE
                    found[role] = max(found[role], resident)
    return dict(found)


def _role(process: psutil.Process) -> str:
    line = " ".join(process.cmdline())
    return next((role for word, role in ROLES if word in line), "others")

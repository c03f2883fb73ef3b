"""A process as others know it, on this machine or on another."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path
from uuid import getnode

import psutil  # type: ignore[import-untyped]


@dataclass(frozen=True, kw_only=True)
class Process:
    """``number`` counts in the list of processes that ``among`` names; ``host`` is for people."""

    host: str
    among: str
    number: int

    def is_gone(self) -> bool:
        """Whether it is known to have ended.

        Nothing is known of processes of another machine, or container. Where a new process got
        the old one's number it is not noticed.
        """
        if self.among != _processes_here():
            return False
        try:
            return bool(psutil.Process(self.number).status() == psutil.STATUS_ZOMBIE)
        except psutil.NoSuchProcess:
            return True


def this_process() -> Process:
    """The process that asks."""
    return Process(host=platform.node(), among=_processes_here(), number=os.getpid())


def _processes_here() -> str:
    """This boot of this machine, and the container in it; host names are not unique."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {os.readlink('/proc/self/ns/pid')}"
    except OSError:  # not Linux
        return f"{platform.node()} {getnode():x}"

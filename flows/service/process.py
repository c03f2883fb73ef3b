"""The processes of the service: each with a log of its own, started again when it dies."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

REST: Final = signal.SIGUSR1
"""Tells a worker to take no more runs."""

STOP_SECONDS = 15.0
ABORT_SECONDS = 5.0
CALM_SECONDS = 60.0
EARLY_ENDS = 3
"""A process that ends this often in a row, each time before it was calm, stays dead."""

_RAISED: Final = re.compile(r"[\w.]+([Ee]rror|Exception)\b")
_CREDENTIALS: Final = re.compile(r"\S*@")


@dataclass
class ServiceProcess:
    """One process of the service, ``python -m MODULE ARGUMENTS``, that can be restarted."""

    name: str
    module: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    _process: subprocess.Popen[bytes] | None = None
    _started: float = 0.0
    _log_begin: int = 0
    _early_ends: int = 0

    def start(self) -> None:
        """Start it, in a session of its own: Ctrl-C at the terminal is not for it."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._log_begin = log.tell()
            self._process = subprocess.Popen(
                [sys.executable, "-m", self.module, *self.arguments, str(os.getpid())],
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._started = time.monotonic()

    @property
    def ending(self) -> int | None:
        """The exit code of a process that ended, else None."""
        return self._process.poll() if self._process else None

    @property
    def may_restart(self) -> bool:
        """Whether it may try again, now that it has ended."""
        return self._was_calm or self._early_ends + 1 < EARLY_ENDS

    @property
    def _was_calm(self) -> bool:
        return time.monotonic() - self._started > CALM_SECONDS

    def restart(self) -> None:
        """Start it again."""
        self._early_ends = 0 if self._was_calm else self._early_ends + 1
        self.start()

    def rest(self) -> None:
        """Let a worker take no more runs, and go on with those that it has."""
        if self._process is not None:
            self._process.send_signal(REST)

    def stop(self) -> None:
        """Ask it to end; end it where it does not."""
        self._end(signal.SIGTERM, STOP_SECONDS)

    def abort(self) -> None:
        """End it at once; one that can writes into its log what it was doing."""
        self._end(signal.SIGABRT, ABORT_SECONDS)

    def _end(self, how: signal.Signals, seconds: float) -> None:
        """Send a signal; kill what still lives after so long [s]."""
        if self._process is None:
            return
        self._process.send_signal(how)
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def last_line(self) -> str:
        """The line of its log that says best why it ended, without credentials.

        The last exception since it was started; where there is none, the last line.
        """
        with self.log.open("rb") as log:
            log.seek(self._log_begin)
            lines = log.read().decode(errors="replace").strip().splitlines()
        raised = [line for line in lines if _RAISED.match(line)]
        last = (raised or lines or ["it printed nothing"])[-1]
        return _CREDENTIALS.sub("***@", last.strip())

"""Which service runs in a home: one at a time, and where the others find it."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from molpipe.errors import InputError

FILE = "service.json"
LOCK = "lock"


@dataclass(frozen=True, kw_only=True)
class Running:
    """A service that runs; no secret is in it, so a database with a password is not named.

    Args:
        pid: process that started it.
        api: address of Prefect's API.
        ui: address of the pages for people.
        database: URL of the result database, None where that holds a password.
    """

    pid: int
    api: str
    ui: str
    database: str | None


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the folder of the service, so that no second one starts in it.

    Raises:
        InputError: ALREADY_RUNNING, and where.
    """
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            running = read(folder)
            where = f" at {running.ui} (process {running.pid})" if running else ""
            raise InputError(
                f"molpipe up runs already{where}",
                hint="use that one, stop it with Ctrl-C, or name another --home and --port",
                code="ALREADY_RUNNING",
            ) from None
        try:
            yield
        finally:
            (folder / FILE).unlink(missing_ok=True)


def write(folder: Path, running: Running) -> None:
    """Tell others that the service answers now."""
    temporary = folder / f".{FILE}.{os.getpid()}"
    temporary.write_text(json.dumps(asdict(running)) + "\n", encoding="utf-8")
    temporary.replace(folder / FILE)


def read(folder: Path) -> Running | None:
    """The service that said it runs here; None where none did, or that cannot be read."""
    try:
        return Running(**json.loads((folder / FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None

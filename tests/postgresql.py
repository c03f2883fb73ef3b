"""A PostgreSQL server of our own for the tests, from the binaries of Debian's packages.

It listens on loopback only, keeps its files in a temporary folder, and ends with the tests,
also when these are killed.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg

USER, PASSWORD = "molpipe", "quite-secret"
START_SECONDS = 60.0
DIE_WITH_US = ("setpriv", "--pdeathsig", "KILL")
AS_NOBODY = ("--reuid=nobody", "--regid=nogroup", "--clear-groups")


def binaries() -> Path | None:
    """The folder of the newest installed server; None without one."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version)
    return found[-1].parent if found and shutil.which("setpriv") else None


def _version(path: Path) -> float:
    return float(path.parts[-3])


class Server:
    """A server that can be ended and started again; its databases stay.

    With ``fsync`` a commit waits for the disk.
    """

    def __init__(self, binaries: Path, folder: Path, *, fsync: bool) -> None:
        self._fsync = fsync
        self._binaries = binaries
        self._folder = folder
        self._data = folder / "data"
        self._numbers = count()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def url(self, database: str, *, user: str = USER, password: str = PASSWORD) -> str:
        """The URL of a database on this server."""
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def create_database(self, options: str = "") -> str:
        """The URL of an empty database."""
        name = f"d{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} {options}")
        return self.url(name)

    def execute(self, *statements: str) -> None:
        """Run statements as the superuser, outside of any database of a test."""
        with self._connect() as connection:
            for statement in statements:
                connection.execute(statement)

    def end_connections(self, url: str) -> None:
        """End every connection to a database, as a server that restarts does."""
        name = url.rpartition("/")[2]
        self.execute(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        )

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "fsync": "on" if self._fsync else "off",
        }
        settings = [f"-c{name}={value}" for name, value in options.items()]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command("postgres", "-D", self._data, *settings),
                stdout=log,
                stderr=log,
                cwd=self._folder,
            )
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                return self._connect().close()
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > end:
                    raise
            time.sleep(0.05)

    def stop(self) -> None:
        """End it at once, as a crash would."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait()

    def make(self) -> None:
        """Make its files."""
        word = self._folder / "password"
        word.write_text(PASSWORD)
        if os.geteuid() == 0:  # which PostgreSQL refuses to run as
            for path in (self._folder, word):
                shutil.chown(path, "nobody", "nogroup")
        subprocess.run(
            self._command(
                "initdb",
                *("-D", self._data, "-U", USER, f"--pwfile={word}", "--auth=scram-sha-256"),
                *("--encoding=UTF8", "--no-locale", "--no-sync"),
            ),
            cwd=self._folder,
            check=True,
            capture_output=True,
        )

    def _command(self, program: str, *arguments: object) -> list[str]:
        as_nobody = AS_NOBODY if os.geteuid() == 0 else ()
        return [*DIE_WITH_US, *as_nobody, str(self._binaries / program), *map(str, arguments)]

    def _connect(self):
        return psycopg.connect(self.url("postgres"), autocommit=True, connect_timeout=2)


@contextmanager
def running(binaries: Path, *, fsync: bool = False) -> Iterator[Server]:
    """A fresh server; nothing of it is left afterwards."""
    with tempfile.TemporaryDirectory(prefix="postgresql-", ignore_cleanup_errors=True) as folder:
        server = Server(binaries, Path(folder), fsync=fsync)
        server.make()
        server.start()
        try:
            yield server
        finally:
            server.stop()
